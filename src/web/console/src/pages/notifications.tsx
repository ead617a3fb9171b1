import { type Notified, useNotifications } from "@carillon/react";
import { Check, CheckCheck, Send } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { Choice } from "../shell/preferences.tsx";
import { DialogButton, DialogEnd } from "../ui/dialog.tsx";
import { Ago, company, Empty, Loading, More, PageHead, Problem, refusal, useArrivals } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";

const idOf = (row: Notified) => row.id;

export default function Notifications() {
  const t = useT();
  const me = useMe();
  const { rows, more, loading, loadMore, error, read, readAll, notify } = useNotifications(me);
  const shown = useArrivals(rows, idOf);
  return (
    <div>
      <PageHead title={t("notifications")} note={t("notificationsNote", { tenant: company(me.tenant) })}>
        <button type="button" disabled={!rows?.some(({ read_at }) => read_at === null)} onClick={() => void readAll()}>
          <CheckCheck size={17} aria-hidden /> {t("readAll")}
        </button>
        <Notify notify={notify} />
      </PageHead>
      <Problem error={error} />
      {!rows && !error && <Loading />}
      {rows && shown.length === 0 && <Empty>{t("noNotifications")}</Empty>}
      {shown.length > 0 && (
        <ul className="card flush" aria-label={t("notifications")}>
          {shown.map(({ row, fresh, leaving }) => (
            <li
              key={row.id}
              className={`notice ${leaving ? "leave" : fresh ? "arrive" : ""}`}
              data-unread={row.read_at === null}
            >
              <span className="dot" aria-hidden />
              <div>
                <strong>
                  {row.title}
                  {row.read_at === null && <span className="unseen"> ({t("unread")})</span>}
                </strong>
                {row.body && <p>{row.body}</p>}
                <small className="muted">
                  {row.created_by && <>{row.created_by} · </>}
                  <Ago at={row.created_at} />
                </small>
              </div>
              {row.read_at === null && (
                <button type="button" className="icon" onClick={() => void read(row.id)} title={t("markRead")}>
                  <Check size={18} aria-hidden />
                  <span className="unseen">
                    {t("markRead")}: {row.title}
                  </span>
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
      <More more={more} loading={loading} loadMore={loadMore} />
    </div>
  );
}

type Sending = ReturnType<typeof useNotifications>["notify"];

function Notify({ notify }: { notify: Sending }) {
  const t = useT();
  return (
    <DialogButton label={t("notify")} className="primary" icon={<Send size={16} aria-hidden />}>
      {close => <NotifyForm notify={notify} close={close} />}
    </DialogButton>
  );
}

function NotifyForm({ notify, close }: { notify: Sending; close: () => void }) {
  const t = useT();
  const me = useMe();
  const toasts = useToasts();
  const [whom, setWhom] = useState<"me" | "user" | "tenant">("me");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const target = whom === "me" ? me.user : String(form.get("user") ?? "");
    close();
    const outcome = await notify({
      audience: whom === "tenant" ? "tenant" : "user",
      ...(whom !== "tenant" && { target }),
      title: String(form.get("title")),
      body: String(form.get("body")),
    });
    if (outcome.ok) toasts.done(t("notified"));
    else toasts.failed(refusal(outcome));
  };
  return (
    <form className="stack" onSubmit={submit}>
      <h2>{t("notify")}</h2>
      <div className="field">
        <span>{t("notifyWhom")}</span>
        <Choice
          label={t("notifyWhom")}
          value={whom}
          onChange={setWhom}
          choices={[
            { name: "me", text: t("toMe") },
            { name: "user", text: t("toUser") },
            { name: "tenant", text: t("toTenant") },
          ]}
        />
      </div>
      {whom === "user" && (
        <label className="field">
          {t("userId")}
          <input name="user" required maxLength={100} autoComplete="off" />
        </label>
      )}
      <label className="field">
        {t("noticeTitle")}
        <input name="title" required maxLength={200} autoComplete="off" />
      </label>
      <label className="field">
        {t("noticeBody")}
        <textarea name="body" rows={3} maxLength={4000} />
      </label>
      <DialogEnd close={close} does={t("notify")} />
    </form>
  );
}
