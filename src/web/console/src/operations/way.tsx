import type { CarillonEvent } from "@carillon/client";
import { useChannel } from "@carillon/react";
import { type FormEvent, useState } from "react";
import { type Key, useT } from "../i18n/index.tsx";
import { precise } from "../playground/clock.ts";
import { go, to, useRoute } from "../router.ts";
import { Problem } from "../ui/parts.tsx";
import { useAdmin, type Way } from "./api.ts";
import { Scroll } from "./tables.tsx";

const STATES: Record<Way["connections"][number]["state"], [Key, string]> = {
  HANDED: ["handed", "good"],
  OWED: ["owed", "wait"],
  CAME_LATER: ["cameLater", ""],
  NOT_YET: ["notYet", "wait"],
  CONFLATED: ["conflated", "good"],
};

/** One event, from its commit to each socket. */
export function FollowOne({ channel, setChannel }: { channel: string; setChannel: (channel: string) => void }) {
  const t = useT();
  const { path, query } = useRoute();
  const id = path[1] === "event" ? (path[2] ?? null) : null;
  const at = query.get("channel");
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = new FormData(event.currentTarget);
    const wanted = String(form.get("id")).trim();
    setChannel(String(form.get("channel")).trim() || channel);
    if (/^\d+$/.test(wanted)) show(wanted, String(form.get("channel")).trim());
  };
  return (
    <section className="card" aria-labelledby="way">
      <h2 id="way">{t("way")}</h2>
      <p className="muted">{t("wayNote")}</p>
      <form className="fields" onSubmit={submit} key={`${channel} ${id}`}>
        <label className="field">
          {t("channel")}
          <input name="channel" defaultValue={at ?? channel} maxLength={200} spellCheck={false} />
        </label>
        <label className="field">
          {t("eventId")}
          <input name="id" inputMode="numeric" defaultValue={id ?? ""} pattern="\d*" />
        </label>
        <button type="submit">{t("followIt")}</button>
      </form>
      <Recent key={channel} channel={channel} />
      {id && <OneWay id={id} channel={at} />}
    </section>
  );
}

const show = (id: string, channel: string) =>
  go(`${to("operations", "event", id)}?channel=${encodeURIComponent(channel)}`);

function Recent({ channel }: { channel: string }) {
  const t = useT();
  const [events, set] = useState<readonly CarillonEvent[]>([]);
  const { error } = useChannel(channel, {
    events: fresh => set(known => [...fresh.filter(({ id }) => id).reverse(), ...known].slice(0, 6)),
  });
  return (
    <div className="recent">
      <Problem error={error} />
      <ul className="row wrap" aria-label={t("recentEvents")}>
        {events.map(event => (
          <li key={event.id}>
            <button type="button" className="small" onClick={() => show(event.id as string, channel)}>
              {event.type} <span className="mono">{event.id}</span>
            </button>
          </li>
        ))}
      </ul>
      {events.length === 0 && !error && <small className="muted">{t("waitingFor", { channel })}</small>}
    </div>
  );
}

interface Step {
  name: string;
  at: string | null;
  note: string;
}

function OneWay({ id, channel }: { id: string; channel: string | null }) {
  const t = useT();
  const { data, error } = useAdmin<Way>(`events/${id}${channel ? `?channel=${encodeURIComponent(channel)}` : ""}`);
  if (error) return <Problem error={error} />;
  if (!data) return null;
  const { event, seen, lanes, connections } = data;
  const steps: Step[] = [
    {
      name: t("written"),
      at: event.writtenAt,
      note: t("writtenNote", { actor: event.actor ?? "–", transaction: event.transaction }),
    },
    { name: t("committed"), at: event.committedAt, note: event.committedAt ? "" : t("commitUnknown") },
    {
      name: t("seenByNode"),
      at: seen?.at ?? null,
      note: seen ? t("seenNote", { n: seen.batch }) : t("forgotten"),
    },
    ...lanes.map(lane => ({
      name: t("lane", { n: lane.lane }),
      at: lane.flushedAt,
      note: t("laneNote", { handed: lane.handed, behind: lane.behind }),
    })),
  ];
  const first = precise(event.writtenAt);
  const last = Math.max(...steps.map(({ at }) => (at ? precise(at) - first : 0)), 0.001);
  return (
    <div className="stack way">
      <p>
        <code>{event.type}</code> · <span className="mono">{event.channel}</span> · {t.time(event.writtenAt, "full")}
        {event.correlationId && (
          <>
            {" · "}
            <small className="muted mono">{event.correlationId}</small>
          </>
        )}
      </p>
      <ol className="steps">
        {steps.map(({ name, at, note }) => {
          const after = at ? Math.max(0, precise(at) - first) : null;
          return (
            <li key={name}>
              <span className="name">{name}</span>
              <span className="track" aria-hidden>
                <i style={{ width: `${after === null ? 0 : Math.max(1.5, (100 * after) / last)}%` }} />
              </span>
              <span className="after">{after === null ? "–" : `+${t.number(after, 2)} ms`}</span>
              <small className="muted">{note}</small>
            </li>
          );
        })}
      </ol>
      <Scroll label={t("sockets")}>
        <table>
          <caption className="unseen">{t("sockets")}</caption>
          <thead>
            <tr>
              <th scope="col">{t("user")}</th>
              <th scope="col">{t("transport")}</th>
              <th scope="col">{t("state")}</th>
              <th scope="col" className="number">
                {t("unsentHead")}
              </th>
            </tr>
          </thead>
          <tbody>
            {connections.map(one => (
              <tr key={one.id}>
                <td>{one.user ?? "–"}</td>
                <td>{one.transport}</td>
                <td>
                  <span className="chip" data-tone={STATES[one.state][1]}>
                    {t(STATES[one.state][0])}
                  </span>
                </td>
                <td className="number">{t.number(one.unsentBytes)} B</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      {connections.length === 0 && <p className="muted">{t("nobodyFollows")}</p>}
    </div>
  );
}
