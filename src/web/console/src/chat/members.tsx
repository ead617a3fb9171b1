import { useMembers } from "@carillon/react";
import { UserPlus, Users } from "lucide-react";
import type { FormEvent } from "react";
import { useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { DialogButton, DialogEnd } from "../ui/dialog.tsx";
import { Loading, More, Problem, refusal } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";

/** Who is in a conversation. Its owners add and remove people; everybody may leave. */
export function Members({ conversation, owner }: { conversation: string; owner: boolean }) {
  const t = useT();
  return (
    <DialogButton label={t("people")} className="small" icon={<Users size={17} aria-hidden />}>
      {close => <People conversation={conversation} owner={owner} close={close} />}
    </DialogButton>
  );
}

function People({ conversation, owner, close }: { conversation: string; owner: boolean; close: () => void }) {
  const t = useT();
  const me = useMe();
  const toasts = useToasts();
  const { rows, more, loading, loadMore, error, add, remove } = useMembers(conversation);
  const invite = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const outcome = await add(String(new FormData(form).get("user")).trim());
    if (outcome.ok) form.reset();
    else toasts.failed(refusal(outcome));
  };
  const send = async (user: string) => {
    if (user === me.user) close();
    const outcome = await remove(user);
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  return (
    <>
      <h2>{t("people")}</h2>
      <Problem error={error} />
      {!rows && !error && <Loading />}
      <ul className="members" aria-label={t("people")}>
        {rows?.map(one => (
          <li key={one.user_id} className="row between">
            <span>
              <strong>{one.user_name}</strong>{" "}
              <small className="muted">
                {one.user_id}
                {one.role === "owner" && ` · ${t("leads")}`}
              </small>
            </span>
            {(owner || one.user_id === me.user) && (
              <button type="button" className="small" onClick={() => void send(one.user_id)}>
                {t(one.user_id === me.user ? "leave" : "removePerson")}
                <span className="unseen"> {one.user_name}</span>
              </button>
            )}
          </li>
        ))}
      </ul>
      <More more={more} loading={loading} loadMore={loadMore} />
      {owner && (
        <form className="row" onSubmit={invite}>
          <input
            name="user"
            className="grow"
            required
            maxLength={180}
            autoComplete="off"
            spellCheck={false}
            aria-label={t("whomToAdd")}
            placeholder={t("whomToAdd")}
          />
          <button type="submit">
            <UserPlus size={17} aria-hidden /> {t("add")}
          </button>
        </form>
      )}
      <DialogEnd close={close} />
    </>
  );
}
