import type { Answer, Outcome } from "@carillon/client";
import { change, type LiveRows, type Queue, type RowRules, useCarillon, useLiveRows } from "@carillon/react";
import { type FormEvent, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { useRoute } from "../router.ts";
import { Ago, More, Problem, refusal } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";
import { PublicScreens } from "./public.tsx";

interface QueueScreenRow {
  id: string;
  name: string;
  kind: "totem" | "display";
  status: "waiting" | "paired" | "revoked";
  paired_by: string;
  version: number;
  created_at: string;
}

const SCREENS: RowRules<QueueScreenRow> = {
  id: row => row.id,
  order: (one, other) => other.created_at.localeCompare(one.created_at),
  stale: (fresh, known) => fresh.version < known.version,
};

const LIVE: LiveRows<QueueScreenRow> = {
  channel: "queue.desk",
  queryKey: ["carillon", "queue", "screens"],
  path: "/api/queue/screens",
  rules: SCREENS,
  on: event => (event.type.startsWith("queue_screen.") ? change(event, SCREENS) : undefined),
};

const WORDS = { waiting: "statusWaiting", paired: "statusPaired", revoked: "statusRevoked" } as const;
const TONES = { waiting: "wait", paired: "good", revoked: "bad" };

/** Screens are approved by the code that they show, and sent away. */
export function Screens() {
  const t = useT();
  const client = useCarillon();
  const toasts = useToasts();
  const { query } = useRoute();
  const { rows, more, loading, loadMore, error } = useLiveRows(LIVE);
  const [code, setCode] = useState(query.get("code") ?? "");
  const submit = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget).get("name")).trim();
    const body = { code: code.trim().toUpperCase(), ...(name && { name }) };
    const outcome = await client.request({ method: "POST", path: "/api/queue/screens", body });
    if (!outcome.ok) return toasts.failed(refusal(outcome));
    setCode("");
    toasts.done(t("screenPaired"));
  };
  const revoke = async (id: string) => {
    const outcome = await client.request({ method: "DELETE", path: `/api/queue/screens/${id}` });
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  return (
    <div className="columns">
      <div>
        <section className="card" aria-labelledby="screens">
          <h2 id="screens">{t("screens")}</h2>
          <Problem error={error} />
          {rows?.length === 0 && (
            <p className="muted">
              {t("noScreens")} <code>{location.origin}/#/totem</code>
            </p>
          )}
          <ul className="findings">
            {rows?.map(row => (
              <li key={row.id}>
                <span className="chip" data-tone={TONES[row.status]}>
                  {t(WORDS[row.status])}
                </span>
                <div className="row between">
                  <span>
                    <strong>{row.name}</strong>{" "}
                    <small className="muted">
                      {t(row.kind)} · {row.paired_by} · <Ago at={row.created_at} />
                    </small>
                  </span>
                  {row.status !== "revoked" && (
                    <button type="button" className="small" onClick={() => void revoke(row.id)}>
                      {t("revoke")}
                      <span className="unseen"> {row.name}</span>
                    </button>
                  )}
                </div>
              </li>
            ))}
          </ul>
          <More more={more} loading={loading} loadMore={loadMore} />
        </section>
      </div>
      <div>
        <form className="card stack" onSubmit={submit} aria-labelledby="approve-screen">
          <h2 id="approve-screen">{t("approveScreen")}</h2>
          <p className="muted">{t("approveNote")}</p>
          <label className="field">
            {t("code")}
            <input
              className="mono"
              value={code}
              required
              maxLength={20}
              autoComplete="off"
              spellCheck={false}
              onChange={event => setCode(event.target.value)}
            />
          </label>
          <label className="field">
            {t("screenName")}
            <input name="name" maxLength={200} autoComplete="off" />
          </label>
          <button type="submit" className="primary">
            {t("pair")}
          </button>
        </form>
        <PublicScreens />
      </div>
    </div>
  );
}

type Act = (path: string, body?: unknown) => Promise<Outcome<Answer>>;

/** What people queue for, and where they are served. */
export function Arrange({ queue, act }: { queue: Queue; act: Act }) {
  const t = useT();
  const toasts = useToasts();
  const add = (path: string) => async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    const body = Object.fromEntries(new FormData(form));
    const outcome = await act(path, body);
    if (outcome.ok) form.reset();
    else toasts.failed(refusal(outcome));
  };
  return (
    <div className="columns">
      <form className="card stack" onSubmit={add("services")} aria-labelledby="add-service">
        <h2 id="add-service">{t("addService")}</h2>
        <ul className="called">
          {queue.services.map(({ id, name, prefix }) => (
            <li key={id}>
              <span>{name}</span>
              <strong>{prefix}</strong>
            </li>
          ))}
        </ul>
        <label className="field">
          {t("service")}
          <input name="name" required maxLength={200} autoComplete="off" />
        </label>
        <label className="field">
          {t("prefix")}
          <input name="prefix" required maxLength={3} autoComplete="off" />
        </label>
        <button type="submit" className="primary">
          {t("add")}
        </button>
      </form>
      <form className="card stack" onSubmit={add("counters")} aria-labelledby="add-counter">
        <h2 id="add-counter">{t("addCounter")}</h2>
        <ul className="called">
          {queue.counters.map(({ id, name }) => (
            <li key={id}>{name}</li>
          ))}
        </ul>
        <label className="field">
          {t("counter")}
          <input name="name" required maxLength={200} autoComplete="off" />
        </label>
        <button type="submit" className="primary">
          {t("add")}
        </button>
      </form>
    </div>
  );
}
