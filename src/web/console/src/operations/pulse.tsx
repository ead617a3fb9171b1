import { useEffect, useState } from "react";
import { useT } from "../i18n/index.tsx";
import { type Pulse, useAdmin } from "./api.ts";
import { Chart } from "./chart.tsx";

const EVERY = 1_000; // ms
const KEPT = 180;

interface Beat {
  at: number;
  events: number | null;
  deliveries: number | null;
  p50: number | null;
  p99: number | null;
}

/** The node that answers, now and over the last minutes. */
export function PulseOfNode() {
  const t = useT();
  const { data } = useAdmin<Pulse>("pulse", EVERY);
  const [beats, set] = useState<{ last: Pulse | null; beats: readonly Beat[] }>({ last: null, beats: [] });
  useEffect(() => {
    if (!data) return;
    set(({ last, beats }) => {
      if (last?.at === data.at) return { last, beats };
      // Another node, or the same one begun anew, counts from 0.
      const same = last?.figures.node === data.figures.node;
      const seconds = last ? (Date.parse(data.at) - Date.parse(last.at)) / 1000 : 0;
      const rate = (name: "events" | "deliveries") =>
        same && last && seconds > 0 ? Math.max(0, (data.figures[name] - last.figures[name]) / seconds) : null;
      const { p50 = null, p99 = null } = data.latency ?? {};
      const beat = { at: Date.parse(data.at), events: rate("events"), deliveries: rate("deliveries"), p50, p99 };
      return { last: data, beats: [...beats, beat].slice(-KEPT) };
    });
  }, [data]);
  if (!data) return null;
  const { figures, latency } = data;
  const last = beats.beats.at(-1);
  const rate = (value: number | null | undefined) => (value == null ? "–" : t.number(value, 1));
  const of = (name: keyof Omit<Beat, "at">) => beats.beats.map(beat => beat[name]);
  return (
    <>
      <dl className="tiles">
        <Tile name={t("connections")} value={t.number(figures.connections)} />
        <Tile name={t("eventsRate")} value={rate(last?.events)} />
        <Tile name={t("deliveriesRate")} value={rate(last?.deliveries)} />
        <Tile name={t("latency99")} value={latency ? `${t.number(latency.p99, 1)} ms` : "–"} />
        <Tile name={t("tail")} value={figures.tail} />
        <Tile name={t("recoveries")} value={t.number(figures.recoveries)} />
      </dl>
      <div className="charts">
        <section className="card">
          <Chart
            title={t("latencyTitle")}
            unit="ms"
            times={beats.beats.map(({ at }) => at)}
            curves={[
              { label: t("half"), colour: "--good" },
              { label: "99 %", colour: "--bad", dashed: true },
            ]}
            values={[of("p50"), of("p99")]}
          />
        </section>
        <section className="card">
          <Chart
            title={t("ratesTitle")}
            unit={t("perSecond")}
            times={beats.beats.map(({ at }) => at)}
            curves={[
              { label: t("eventsShort"), colour: "--accent" },
              { label: t("deliveriesShort"), colour: "--good", dashed: true },
            ]}
            values={[of("events"), of("deliveries")]}
          />
        </section>
      </div>
    </>
  );
}

function Tile({ name, value }: { name: string; value: string }) {
  return (
    <div className="card tile">
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  );
}
