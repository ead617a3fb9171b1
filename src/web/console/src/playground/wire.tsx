import { useState, useSyncExternalStore } from "react";
import { useT } from "../i18n/index.tsx";
import { type Frame, type Frames, gist } from "./tap.ts";

/** Every message of the connection, newest first, each to be opened. */
export function Wire({ frames }: { frames: Frames }) {
  const t = useT();
  const all = useSyncExternalStore(frames.subscribe, frames.all);
  return (
    <section className="card wire" aria-labelledby="wire">
      <div className="row wrap between">
        <h2 id="wire">{t("wire")}</h2>
        <span className="muted">{t("wireNote", { kb: t.number(frames.received / 1024, 1) })}</span>
      </div>
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reached by keyboard */}
      <ol className="frames" tabIndex={0} aria-label={t("wireMessages")}>
        {all.map(frame => (
          <Line key={frame.id} frame={frame} />
        ))}
      </ol>
    </section>
  );
}

function Line({ frame }: { frame: Frame }) {
  const [open, setOpen] = useState(false);
  return (
    <li>
      <details onToggle={event => setOpen(event.currentTarget.open)}>
        <summary>
          <span>{new Date(frame.at).toISOString().slice(11, 23)}</span>
          <span className={frame.out ? "out" : "in"}>
            {frame.out ? "↑" : "↓"} {frame.via}
          </span>
          <span>{gist(frame.text)}</span>
          <span>{frame.text.length} B</span>
        </summary>
        {open && <pre>{pretty(frame.text)}</pre>}
      </details>
    </li>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
