import { useState } from "react";
import { useT } from "../i18n/index.tsx";
import type { DemoUser, Me } from "../session.ts";
import { company } from "../ui/parts.tsx";
import { span } from "./clock.ts";
import type { Times } from "./times.ts";

export function HowLong({ times }: { times: Times }) {
  const t = useT();
  const { ages, click, doubt } = times;
  const sorted = ages.slice(-20).sort((one, other) => one - other);
  const tallest = Math.log1p(Math.max(20, ...ages));
  const show = (ms: number | null | undefined) => (ms == null ? "–" : span(ms));
  return (
    <section className="card" aria-labelledby="times">
      <h2 id="times">{t("howLong")}</h2>
      <dl className="times">
        <div>
          <dt>{t("clickToScreen")}</dt>
          <dd>{show(click)}</dd>
        </div>
        <div>
          <dt>{t("writtenToScreen")}</dt>
          <dd>{show(ages.at(-1))}</dd>
        </div>
        <div>
          <dt>{t("median", { n: sorted.length })}</dt>
          <dd>{show(sorted[sorted.length >> 1])}</dd>
        </div>
      </dl>
      <div className="bars" aria-hidden>
        {ages.map((age, number) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: a bar is its place
          <i key={number} style={{ height: `${(100 * Math.log1p(age)) / tallest}%` }} />
        ))}
      </div>
      <small className="muted">{doubt === null ? t("clockNote") : t("clockCompared", { span: span(doubt) })}</small>
    </section>
  );
}

export function Paste({ text, label }: { text: string; label: string }) {
  const t = useT();
  const [copied, set] = useState(false);
  const copy = async () => {
    set(
      await navigator.clipboard?.writeText(text).then(
        () => true,
        () => false,
      ),
    );
    setTimeout(() => set(false), 1_600);
  };
  return (
    <div className="paste">
      <pre>
        <code>{text}</code>
      </pre>
      <button type="button" className="small" onClick={() => void copy()}>
        {copied ? t("copied") : t("copy")}
        <span className="unseen">: {label}</span>
      </button>
    </div>
  );
}

export function FromAnywhere({ me, psql }: { me: Me; psql: string | null }) {
  const t = useT();
  const insert = `insert into demo.note (tenant_id, text)\nvalues ('${me.tenant}', 'Hello from SQL');`;
  return (
    <section className="card" aria-labelledby="anywhere">
      <h2 id="anywhere">{t("anywhere")}</h2>
      <p className="muted">{t("anywhereNote")}</p>
      <Paste text={insert} label="SQL" />
      {psql && (
        <>
          <p className="muted">{t("psqlNote")}</p>
          <Paste text={`${psql} -c "${insert.replace("\n", " ")}"`} label="psql" />
        </>
      )}
    </section>
  );
}

export function SideBySide({ me, users }: { me: Me; users: readonly DemoUser[] }) {
  const t = useT();
  const colleague = users.find(({ tenant, user }) => tenant === me.tenant && user !== me.user);
  const stranger = users.find(({ tenant }) => tenant !== me.tenant);
  if (!colleague || !stranger) return null;
  const link = ({ user, name, tenant }: DemoUser) => (
    <a href={`/?user=${user}#/playground`} target="_blank" rel="noopener">
      {name} · {company(tenant)}
    </a>
  );
  return (
    <section className="card dashed" aria-labelledby="two">
      <h2 id="two">{t("sideBySide")}</h2>
      <p>
        {t("asColleague")} {link(colleague)}. {t("asStranger")} {link(stranger)}.
      </p>
    </section>
  );
}
