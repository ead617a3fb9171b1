import { type CalledTicket, type Queue, type TakenTicket, type TicketChange, useQueueScreen } from "@carillon/react";
import { Volume2 } from "lucide-react";
import { type FormEvent, useCallback, useEffect, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { useNewVersion } from "../offline/worker.ts";
import { useRoute } from "../router.ts";
import { stored } from "../session.ts";
import { StatusPill } from "../shell/connection.tsx";
import { Boundary } from "../ui/boundary.tsx";
import { Bell, company } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";
import { type Kind, keepPairing, keptPairing, type Paired, usePairing } from "./pairing.ts";
import { Qr } from "./qr.tsx";
import { chime, useSound } from "./sound.ts";
import "../style/queue.css";

const AGAIN = 10_000; // ms after which what could not be shown is tried again
const REPLACED = 300_000; // ms in which all nodes have the new version

/** A screen without a person: paired once, then on its own for good. */
export default function Kiosk({ kind }: { kind: Kind }) {
  const t = useT();
  const [paired, set] = useState(() => keptPairing(kind));
  const pair = useCallback(
    (wanted: Paired | null) => {
      keepPairing(kind, wanted);
      set(wanted);
    },
    [kind],
  );
  useEffect(() => {
    document.title = `${t(kind)} · Carillon`;
  }, [t, kind]);
  if (!paired) return <Pairing kind={kind} done={pair} />;
  return <Screen key={`${paired.tenant} ${paired.key}`} kind={kind} paired={paired} again={() => pair(null)} />;
}

function Pairing({ kind, done }: { kind: Kind; done: (paired: Paired) => void }) {
  const t = useT();
  const { query } = useRoute();
  const [tenant, setTenant] = useState(query.get("tenant"));
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    setTenant(String(new FormData(event.currentTarget).get("tenant")).trim());
  };
  return (
    <main className="sign-in">
      <div className="sign-in-card card">
        <div className="brand">
          <Bell /> <h1>{t(kind)}</h1>
        </div>
        {tenant ? (
          <Code kind={kind} tenant={tenant} done={done} />
        ) : (
          <form className="stack" onSubmit={submit}>
            <label className="field">
              {t("whoseScreen")}
              <input name="tenant" required maxLength={200} autoComplete="off" />
            </label>
            <button type="submit" className="primary">
              {t("pairScreen")}
            </button>
          </form>
        )}
      </div>
    </main>
  );
}

function Code({ kind, tenant, done }: { kind: Kind; tenant: string; done: (paired: Paired) => void }) {
  const t = useT();
  const { begun, failed } = usePairing(kind, tenant, done);
  return (
    <div className="stack pairing" aria-live="polite">
      {failed !== null && <p className="bad">{failed || t("unreachable")}</p>}
      {begun && (
        <>
          <p>{t("pairNote", { tenant: company(tenant) })}</p>
          <p className="code" data-testid="pairing-code">
            {begun.code}
          </p>
          <Qr text={new URL(begun.url, location.origin).href} label={t("pairQr")} />
        </>
      )}
    </div>
  );
}

function Screen({ kind, paired, again }: { kind: Kind; paired: Paired; again: () => void }) {
  const t = useT();
  const { query } = useRoute();
  const [mine, setMine] = useTicket();
  const [call, setCall] = useState<TicketChange | null>(null);
  const poll = Number(query.get("poll")) || undefined;
  const backoff = (window as { carillonBackoff?: { min?: number; max?: number } }).carillonBackoff;
  const screen = useQueueScreen(
    { tenant: paired.tenant, kind, key: paired.key, ...(poll && { poll }), ...(backoff && { backoff, patience: 300 }) },
    change => {
      if (kind === "totem" && change.id !== mine?.id) return;
      chime();
      if (kind === "display") return;
      setCall(change);
      // Where the totem is now; the page stays the same, and with it its connection.
      history.replaceState(null, "", `#/totem/called/${encodeURIComponent(change.id)}`);
    },
  );
  const { status, refused } = screen;
  const queue = useKept(paired.tenant, screen.queue);
  // A call is heard a moment before the queue that it changed; from then on the queue alone says how it stands.
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever the queue is told
  useEffect(() => setCall(null), [queue]);
  const newer = useNewVersion();
  const { allowed } = useSound();
  useEffect(() => {
    // Nobody would press a button. Not while somebody waits here, and not where it would cost the right to sound.
    if (!newer || mine || allowed) return;
    const timer = setTimeout(() => location.reload(), REPLACED);
    return () => clearTimeout(timer);
  }, [newer, mine, allowed]);
  const done = () => {
    setMine(null);
    setCall(null);
    history.replaceState(null, "", "#/totem");
  };
  return (
    <div className="kiosk" data-kind={kind}>
      <header className="top">
        <span className="brand">
          <Bell /> <span>{company(paired.tenant)}</span>
        </span>
        <SoundPrompt />
        <StatusPill status={status} retry={screen.retry} />
      </header>
      <main>
        <Boundary again={AGAIN}>
          {refused ? (
            <div className="empty">
              <p>{t("screenRefused")}</p>
              <button type="button" className="primary" onClick={again}>
                {t("pairScreen")}
              </button>
            </div>
          ) : !queue ? null : kind === "display" ? (
            <Display queue={queue} />
          ) : mine ? (
            <Mine ticket={mine} queue={queue} call={call} done={done} />
          ) : (
            <Totem queue={queue} take={screen.take} taken={setMine} />
          )}
        </Boundary>
      </main>
    </div>
  );
}

/** The queue as it was last told outlives a reload of the page: without a network it is all there is to show. */
function useKept(tenant: string, told: Queue | null): Queue | null {
  const key = `carillon.queue ${tenant}`;
  const [kept] = useState(() => {
    const text = stored(() => sessionStorage.getItem(key));
    return text ? (JSON.parse(text) as Queue) : null;
  });
  useEffect(() => {
    if (told) stored(() => sessionStorage.setItem(key, JSON.stringify(told)));
  }, [key, told]);
  return told ?? kept;
}

const TICKET = "carillon.ticket";

/** One's ticket outlives a reload of the page. */
function useTicket(): [TakenTicket | null, (ticket: TakenTicket | null) => void] {
  const [ticket, set] = useState(() => {
    const kept = stored(() => sessionStorage.getItem(TICKET));
    return kept ? (JSON.parse(kept) as TakenTicket) : null;
  });
  const keep = useCallback((wanted: TakenTicket | null) => {
    stored(() => (wanted ? sessionStorage.setItem(TICKET, JSON.stringify(wanted)) : sessionStorage.removeItem(TICKET)));
    set(wanted);
  }, []);
  return [ticket, keep];
}

function SoundPrompt() {
  const t = useT();
  const { allowed, allow } = useSound();
  if (allowed) return null;
  return (
    <button type="button" className="primary sound" onClick={allow}>
      <Volume2 size={18} aria-hidden /> {t("allowSound")}
    </button>
  );
}

const minutes = (seconds: number) => Math.max(1, Math.round(seconds / 60));

function Totem({
  queue,
  take,
  taken,
}: {
  queue: Queue;
  take: ReturnType<typeof useQueueScreen>["take"];
  taken: (ticket: TakenTicket) => void;
}) {
  const t = useT();
  const toasts = useToasts();
  const [taking, setTaking] = useState(false);
  const press = async (service: string) => {
    setTaking(true);
    const outcome = await take(service);
    setTaking(false);
    if (outcome?.ok) taken(outcome.value);
    else if (outcome) toasts.failed(outcome.error.message);
  };
  const open = queue.services.filter(({ status }) => status === "open");
  return (
    <>
      <h1>{t("takeTicket")}</h1>
      {open.length === 0 && <p className="muted">{t("allClosed")}</p>}
      <ul className="services">
        {open.map(service => (
          <li key={service.id}>
            <button type="button" className="card" disabled={taking} onClick={() => void press(service.id)}>
              <strong>{service.name}</strong>
              <span className="muted">
                {t("waitingN", { n: service.waiting })}
                {service.wait_seconds > 0 && ` · ${t("about", { n: minutes(service.wait_seconds) })}`}
              </span>
            </button>
          </li>
        ))}
      </ul>
    </>
  );
}

interface MineProps {
  ticket: TakenTicket;
  queue: Queue;
  call: TicketChange | null;
  done: () => void;
}

/** One's own ticket: its place as it moves, and where to go as soon as it is called. */
function Mine({ ticket, queue, call, done }: MineProps) {
  const t = useT();
  const place = queue.waiting.find(({ id }) => id === ticket.id);
  const serving = queue.serving.find(({ id }) => id === ticket.id);
  const called = serving !== undefined || call !== null;
  return (
    <div className="mine" data-called={called} aria-live="assertive">
      <p className="muted">{t("yourTicket")}</p>
      <p className="ticket-code" data-testid="my-ticket">
        {ticket.code}
      </p>
      {called ? (
        <>
          <h1>{t("goTo")}</h1>
          <p className="go">{serving?.counter ?? call?.counter}</p>
        </>
      ) : place ? (
        <>
          <p className="place">{place.position === 1 ? t("youAreNext") : t("place", { n: place.position })}</p>
          {place.wait_seconds > 0 && <p className="muted">{t("about", { n: minutes(place.wait_seconds) })}</p>}
        </>
      ) : (
        <p className="muted">{t("ticketOver")}</p>
      )}
      <button type="button" onClick={done}>
        {t("anotherTicket")}
      </button>
    </div>
  );
}

/** What everybody may see: who is called, and to where. */
function Display({ queue }: { queue: Queue }) {
  const t = useT();
  const shown = [...queue.serving].sort((one, other) => (other.called_at ?? "").localeCompare(one.called_at ?? ""));
  const [first, ...rest] = shown;
  return (
    <div className="display">
      <section className="now card" aria-live="polite">
        <h1>{t("nowCalled")}</h1>
        {first ? (
          <Called key={`${first.id}.${first.calls}`} ticket={first} />
        ) : (
          <p className="muted">{t("nobodyCalled")}</p>
        )}
      </section>
      <section className="card" aria-labelledby="before">
        <h2 id="before">{t("before")}</h2>
        {rest.length + queue.recent.length === 0 && <p className="muted">{t("noneBefore")}</p>}
        <ul className="called">
          {[...rest, ...queue.recent].slice(0, 8).map(one => (
            <li key={one.id}>
              <strong>{one.code}</strong>
              <span>{one.counter}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="card" aria-labelledby="waiting">
        <h2 id="waiting">{t("waitingHead")}</h2>
        <ul className="called">
          {queue.services.map(one => (
            <li key={one.id}>
              <span>{one.name}</span>
              <strong>{t.number(one.waiting)}</strong>
            </li>
          ))}
        </ul>
      </section>
    </div>
  );
}

function Called({ ticket }: { ticket: CalledTicket }) {
  return (
    <p className="arrive called-now">
      <span className="ticket-code">{ticket.code}</span>
      <span className="go">{ticket.counter}</span>
    </p>
  );
}
