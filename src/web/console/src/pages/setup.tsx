import { CircleAlert, CircleCheck, Info, RefreshCw, TriangleAlert } from "lucide-react";
import { type FormEvent, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { useAdmin } from "../operations/api.ts";
import { Scroll } from "../operations/tables.tsx";
import { Paste } from "../playground/beside.tsx";
import { Loading, PageHead, Problem } from "../ui/parts.tsx";

interface Finding {
  severity: "error" | "warning" | "note";
  subject: string;
  problem: string;
  mend: string;
}

interface Previewed {
  type: string;
  channel: string | null;
  tenant: string | null;
  audience: string;
  bytes: number;
  data: string | null;
}

const ICONS = { error: CircleAlert, warning: TriangleAlert, note: Info };
const TONES = { error: "bad", warning: "wait", note: "muted" };

export default function Setup() {
  const t = useT();
  return (
    <div>
      <PageHead title={t("setup")} note={t("setupNote")} />
      <div className="columns">
        <div>
          <Doctor />
        </div>
        <div>
          <Preview />
        </div>
      </div>
    </div>
  );
}

function Doctor() {
  const t = useT();
  const { data, error, isFetching, refetch } = useAdmin<Finding[]>("doctor");
  return (
    <section className="card" aria-labelledby="doctor">
      <div className="row between">
        <h2 id="doctor">{t("doctor")}</h2>
        <button type="button" className="small" disabled={isFetching} onClick={() => void refetch()}>
          <RefreshCw size={14} aria-hidden /> {t("lookAgain")}
        </button>
      </div>
      <Problem error={error} />
      {!data && !error && <Loading />}
      {data?.length === 0 && (
        <p className="row good">
          <CircleCheck size={18} aria-hidden /> {t("healthy")}
        </p>
      )}
      <ul className="findings">
        {data?.map(({ severity, subject, problem, mend }) => {
          const Icon = ICONS[severity];
          return (
            <li key={`${subject} ${problem}`}>
              <Icon size={20} className={TONES[severity]} aria-label={t(severity)} />
              <div>
                <strong>{subject}</strong>
                <p>{problem}</p>
                <Paste text={mend} label={subject} />
              </div>
            </li>
          );
        })}
      </ul>
    </section>
  );
}

const FIELDS = ["table", "channel", "tenantColumn", "exclude"] as const;
const LABELS = { table: "previewTable", channel: "channel", tenantColumn: "tenantColumn", exclude: "exclude" } as const;
const FIRST = { table: "demo.note", channel: "notes", tenantColumn: "tenant_id", exclude: "" };

function Preview() {
  const t = useT();
  const [asked, ask] = useState<string | null>(null);
  const { data, error } = useAdmin<Previewed[]>(asked);
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const query = new URLSearchParams();
    for (const name of FIELDS) if (form.get(name)) query.set(name, String(form.get(name)).trim());
    ask(`preview?${query}`);
  };
  return (
    <section className="card stack" aria-labelledby="preview">
      <h2 id="preview">{t("preview")}</h2>
      <p className="muted">{t("previewNote")}</p>
      <form className="fields" onSubmit={submit}>
        {FIELDS.map(name => (
          <label key={name} className="field">
            {t(LABELS[name])}
            <input name={name} defaultValue={FIRST[name]} required={name !== "exclude"} spellCheck={false} />
          </label>
        ))}
        <button type="submit" className="primary">
          {t("show")}
        </button>
      </form>
      <Problem error={error} />
      {data && !error && (
        <>
          {data.length === 0 && <p className="muted">{t("previewEmpty")}</p>}
          <Scroll label={t("preview")}>
            <ul className="findings">
              {data.map((one, number) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: a sample has no names
                <li key={number} className="previewed">
                  <div>
                    <p className="row wrap">
                      <code>{one.type}</code>
                      <span className="chip">{one.channel ?? t("nowhereSent")}</span>
                      <span className="chip">{one.tenant ?? t("nobodys")}</span>
                      <small className="muted">
                        {one.audience} · {t.number(one.bytes)} B
                      </small>
                    </p>
                    {one.data && <pre>{one.data}</pre>}
                  </div>
                </li>
              ))}
            </ul>
          </Scroll>
        </>
      )}
    </section>
  );
}
