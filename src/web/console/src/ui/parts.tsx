import type { Failure, Outcome } from "@carillon/client";
import { CircleAlert, Inbox, LoaderCircle } from "lucide-react";
import { type ReactNode, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useT } from "../i18n/index.tsx";

export function Bell() {
  return (
    <svg className="bell" viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
      <path d="M16 3a2 2 0 0 1 2 2v1.2c4.2.9 6.6 4.3 6.6 9 0 4.6 1 6.5 2.6 8.2.7.8.2 2.1-.9 2.1H5.7c-1.1 0-1.6-1.3-.9-2.1C6.4 21.7 7.4 19.8 7.4 15.2c0-4.7 2.4-8.1 6.6-9V5a2 2 0 0 1 2-2z" />
      <path d="M12.8 27h6.4a3.2 3.2 0 0 1-6.4 0z" />
    </svg>
  );
}

export const company = (tenant: string): string => tenant.charAt(0).toUpperCase() + tenant.slice(1);

export function Loading() {
  const t = useT();
  return (
    <p className="loading muted" role="status">
      <LoaderCircle size={18} className="turning" aria-hidden /> {t("loading")}
    </p>
  );
}

export function Empty({ children }: { children: ReactNode }) {
  return (
    <div className="empty muted">
      <Inbox size={32} strokeWidth={1.3} aria-hidden />
      <p>{children}</p>
    </div>
  );
}

export function Problem({ error }: { error: Failure | null }) {
  if (!error) return null;
  return (
    <p className="problem" role="alert">
      <CircleAlert size={18} aria-hidden /> {error.message}
    </p>
  );
}

export function PageHead({ title, children, note }: { title: string; children?: ReactNode; note?: ReactNode }) {
  return (
    <div className="page-head">
      <div>
        <h1>{title}</h1>
        {note && <p className="muted">{note}</p>}
      </div>
      {children && <div className="row wrap">{children}</div>}
    </div>
  );
}

// ---------------------------------------------------------------- time

let now = Date.now();
const hearing = new Set<() => void>();
let timer: ReturnType<typeof setInterval> | undefined;

function subscribe(changed: () => void): () => void {
  hearing.add(changed);
  timer ??= setInterval(() => {
    now = Date.now();
    for (const hear of [...hearing]) hear();
  }, 1_000);
  return () => {
    hearing.delete(changed);
    if (hearing.size > 0) return;
    clearInterval(timer);
    timer = undefined;
  };
}

/** Milliseconds since 1970, once a second: one clock for the page. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}

export function Ago({ at }: { at: string }) {
  const t = useT();
  const text = t.ago(at, Math.max(useNow(), Date.parse(at)));
  return (
    <time dateTime={at} title={t.time(at, "full")}>
      {text}
    </time>
  );
}

export function Until({ at }: { at: string }) {
  const t = useT();
  return <time dateTime={at}>{t.ago(at, useNow())}</time>;
}

// ---------------------------------------------------------------- lists that live

const LEAVES = 320; // ms that what goes is seen going

interface Shown<Row> {
  row: Row;
  fresh: boolean;
  leaving: boolean;
}

/** Rows in their order; what arrives after the first showing arrives visibly, what goes is seen going. */
export function useArrivals<Row>(rows: readonly Row[] | undefined, id: (row: Row) => string): readonly Shown<Row>[] {
  const known = useRef<Set<string> | null>(null);
  const last = useRef<readonly Row[]>([]);
  const [leaving, setLeaving] = useState<readonly { row: Row; at: number }[]>([]);
  const fresh = useRef(new Set<string>());
  if (rows !== undefined) {
    const ids = new Set(rows.map(id));
    if (known.current) {
      for (const one of ids) if (!known.current.has(one)) fresh.current.add(one);
    }
    known.current = new Set([...(known.current ?? []), ...ids]);
  }
  useEffect(() => {
    if (rows === undefined) return;
    const ids = new Set(rows.map(id));
    const went = last.current.flatMap((row, at) => (ids.has(id(row)) ? [] : [{ row, at }]));
    last.current = rows;
    if (went.length === 0) return;
    for (const { row } of went) {
      known.current?.delete(id(row));
      fresh.current.delete(id(row));
    }
    setLeaving(before => [...before, ...went]);
    setTimeout(() => setLeaving(before => before.filter(one => !went.includes(one))), LEAVES);
  }, [rows, id]);
  const shown: Shown<Row>[] = (rows ?? []).map(row => ({ row, fresh: fresh.current.has(id(row)), leaving: false }));
  for (const { row, at } of leaving) {
    if (!shown.some(one => id(one.row) === id(row))) shown.splice(at, 0, { row, fresh: false, leaving: true });
  }
  return shown;
}

export function More({ more, loading, loadMore }: { more: boolean; loading: boolean; loadMore: () => void }) {
  const t = useT();
  if (!more) return null;
  return (
    <button type="button" className="load-more" disabled={loading} onClick={() => loadMore()}>
      {loading ? t("loading") : t("loadMore")}
    </button>
  );
}

/** What to say of a refusal. */
export const refusal = (outcome: Outcome<unknown>): string => (outcome.ok ? "" : outcome.error.message);
