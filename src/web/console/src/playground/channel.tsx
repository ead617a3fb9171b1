import type { CarillonEvent } from "@carillon/client";
import { useChannel } from "@carillon/react";
import { useState } from "react";
import { useT } from "../i18n/index.tsx";
import { Empty, Loading, Problem } from "../ui/parts.tsx";

const KEPT = 50;

/** Any channel that this user may follow: what is told there from now on. */
export function AnyChannel({ channel }: { channel: string }) {
  const t = useT();
  const [events, set] = useState<readonly CarillonEvent[]>([]);
  const { following, error } = useChannel(channel, {
    events: fresh => set(known => [...[...fresh].reverse(), ...known].slice(0, KEPT)),
  });
  return (
    <section className="card" aria-labelledby="channel">
      <h2 id="channel">
        <code>{channel}</code>
      </h2>
      <Problem error={error} />
      {events.length === 0 && !error && (following ? <Empty>{t("nothingYet")}</Empty> : <Loading />)}
      <ul className="feed">
        {events.map((event, number) => (
          <li key={event.id ?? `now-${number}`}>
            <time dateTime={event.at}>{event.at ? t.time(event.at) : ""}</time>
            <details className="what">
              <summary>
                <code>{event.type}</code> {event.actor}
              </summary>
              <pre>{JSON.stringify(event, null, 2)}</pre>
            </details>
          </li>
        ))}
      </ul>
    </section>
  );
}
