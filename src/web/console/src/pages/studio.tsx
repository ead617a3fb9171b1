import {
  type StudioFinding,
  type StudioLevel,
  type StudioState,
  useConnectionStatus,
  useStudio,
  useStudioEvents,
} from "@carillon/react";
import { Mic, MicOff, Users, Wifi, WifiOff } from "lucide-react";
import { type FormEvent, useState } from "react";
import { Meter } from "react-aria-components";
import { type Key, useT } from "../i18n/index.tsx";
import { useMe } from "../me.ts";
import { Thresholds } from "../studio/thresholds.tsx";
import { Ago, Empty, Loading, More, PageHead, Problem, refusal, useArrivals } from "../ui/parts.tsx";
import { useToasts } from "../ui/toasts.tsx";
import "../style/studio.css";

export default function Studio() {
  const t = useT();
  const me = useMe();
  const { studios, error, act } = useStudio();
  const keeps = me.oversees !== "nothing" || me.roles.includes("studio");
  const [chosen, choose] = useState<string | null>(null);
  const shown = studios?.find(({ studio }) => studio === chosen) ?? studios?.[0];
  return (
    <div>
      <PageHead title={t("studio")} note={t("studioNote")}>
        <Hearing />
        {keeps && studios && studios.length > 0 && <Thresholds />}
      </PageHead>
      <Problem error={error} />
      {!studios && !error && <Loading />}
      {studios?.length === 0 && <Empty>{t("noStudios")}</Empty>}
      {shown && (
        <div className="columns">
          <div>
            <ul className="studios" aria-label={t("studio")}>
              {studios?.map(one => (
                <li key={one.studio}>
                  <Desk state={one} chosen={one === shown} choose={choose} act={act} />
                </li>
              ))}
            </ul>
          </div>
          <div>
            <Found key={shown.studio} studio={shown.studio} />
          </div>
        </div>
      )}
    </div>
  );
}

/** Whether what is shown is heard, or read every few seconds. */
function Hearing() {
  const t = useT();
  const { state } = useConnectionStatus();
  const live = state === "connected";
  const Icon = live ? Wifi : WifiOff;
  return (
    <span className="chip" data-tone={live ? "good" : "wait"} data-testid="hearing">
      <Icon size={15} aria-hidden /> {t(live ? "heardLive" : "readEvery")}
    </span>
  );
}

interface DeskProps {
  state: StudioState;
  chosen: boolean;
  choose: (studio: string) => void;
  act: ReturnType<typeof useStudio>["act"];
}

function Desk({ state, chosen, choose, act }: DeskProps) {
  const t = useT();
  const toasts = useToasts();
  const { studio, streaming, listeners, session, audioLevel, track, silenceSince, clippingSince } = state;
  const press = async (path: string, body?: unknown) => {
    const outcome = await act(path, body);
    if (!outcome.ok) toasts.failed(refusal(outcome));
  };
  const start = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault();
    const form = event.currentTarget;
    void press(`${studio}/sessions`, { title: String(new FormData(form).get("title")) }).then(() => form.reset());
  };
  return (
    <section className="card stack studio" aria-label={studio} data-chosen={chosen}>
      <header className="row wrap between">
        <h2>
          <button type="button" className="plain" aria-pressed={chosen} onClick={() => choose(studio)}>
            {studio}
          </button>
        </h2>
        <span className="row wrap">
          {silenceSince && (
            <span className="chip" data-tone="bad">
              {t("silentSince")} <Ago at={silenceSince} />
            </span>
          )}
          {clippingSince && (
            <span className="chip" data-tone="bad">
              {t("clips")}
            </span>
          )}
          <span className="chip" data-tone={streaming ? "good" : ""}>
            {streaming ? <Mic size={14} aria-hidden /> : <MicOff size={14} aria-hidden />}
            {t(streaming ? "onAir" : "offAir")}
          </span>
          <span className="chip">
            <Users size={14} aria-hidden /> {t("listeners", { n: listeners })}
          </span>
        </span>
      </header>
      <Levels level={streaming ? audioLevel : null} studio={studio} />
      {track && (
        <p className="muted">
          {track.title}
          {track.artist && ` · ${track.artist}`}
        </p>
      )}
      {session ? (
        <p className="row wrap between">
          <span>
            <strong>{session.title}</strong>{" "}
            {session.startedAt && (
              <small className="muted">
                <Ago at={session.startedAt} />
              </small>
            )}
          </span>
          <button type="button" className="small" onClick={() => void press(`${studio}/sessions/${session.id}/stop`)}>
            {t("stopSession")}
          </button>
        </p>
      ) : (
        <form className="row" onSubmit={start}>
          <input
            name="title"
            className="grow"
            required
            maxLength={200}
            aria-label={t("sessionTitle")}
            placeholder={t("sessionTitle")}
            autoComplete="off"
          />
          <button type="submit">{t("startSession")}</button>
        </form>
      )}
    </section>
  );
}

const LOWEST = -60; // dBFS that are drawn

function Levels({ level, studio }: { level: StudioLevel | null; studio: string }) {
  const t = useT();
  const sides = [
    { name: t("left"), value: level?.left, peak: level?.peakLeft },
    { name: t("right"), value: level?.right, peak: level?.peakRight },
  ];
  const share = (value: number | undefined) =>
    value === undefined ? 0 : Math.min(100, Math.max(0, (100 * (value - LOWEST)) / -LOWEST));
  return (
    <div className="levels">
      {sides.map(({ name, value, peak }) => (
        <Meter
          key={name}
          className="level"
          aria-label={`${studio}, ${name}`}
          minValue={LOWEST}
          maxValue={0}
          value={Math.min(0, Math.max(LOWEST, value ?? LOWEST))}
          valueLabel={value === undefined ? "–" : `${t.number(value, 1)} dB`}
        >
          <span aria-hidden>{name.slice(0, 1)}</span>
          <span className="bar" aria-hidden>
            <i style={{ width: `${share(value)}%` }} />
            {peak !== undefined && <b data-hot={peak > -1} style={{ left: `${share(peak)}%` }} />}
          </span>
          <span className="db" aria-hidden>
            {value === undefined ? "–" : `${t.number(value, 1)} dB`}
          </span>
        </Meter>
      ))}
    </div>
  );
}

const WORDS: Record<StudioFinding["type"], [Key, string]> = {
  silence: ["foundSilence", "bad"],
  clipping: ["foundClipping", "bad"],
  "session.started": ["foundSessionStarted", "good"],
  "session.stopped": ["foundSessionStopped", ""],
  "track.change": ["foundTrack", ""],
  "audio.level": ["foundLevel", "wait"],
};

const idOf = (row: StudioFinding) => row.id;

function Found({ studio }: { studio: string }) {
  const t = useT();
  const { rows, more, loading, loadMore, error } = useStudioEvents(studio);
  const shown = useArrivals(rows, idOf);
  return (
    <section className="card" aria-labelledby="found">
      <h2 id="found">{t("found", { studio })}</h2>
      <Problem error={error} />
      {rows?.length === 0 && <p className="muted">{t("nothingFound")}</p>}
      <ul className="feed">
        {shown.map(({ row, fresh }) => {
          const [word, tone] = WORDS[row.type];
          return (
            <li key={row.id} className={fresh ? "arrive" : ""}>
              <time dateTime={row.at}>{t.time(row.at)}</time>
              <span className="what">
                <span className="chip" data-tone={row.details.state === "ended" ? "good" : tone}>
                  {t(word)}
                </span>{" "}
                {gist(row.details, t.number)}
              </span>
            </li>
          );
        })}
      </ul>
      <More more={more} loading={loading} loadMore={loadMore} />
    </section>
  );
}

function gist(details: Record<string, unknown>, number: (value: number, digits: number) => string): string {
  const { state, title, artist, level, seconds } = details as Record<string, string | number | null | undefined>;
  return [
    state,
    title,
    artist,
    typeof level === "number" && `${number(level, 1)} dB`,
    typeof seconds === "number" && `${number(seconds, 1)} s`,
  ]
    .filter(Boolean)
    .join(" · ");
}
