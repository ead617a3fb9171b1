import type { Agent, CarillonEvent } from "@carillon/client";
import { type AgentMessage, useAgentMessages, useAgents, useAgentWork } from "@carillon/react";
import { useMemo, useState } from "react";
import { type Key, useT } from "../i18n/index.tsx";
import { Ago, Empty, Loading, More, PageHead, Problem, useArrivals } from "../ui/parts.tsx";

const WORDS: Record<Agent["status"], Key> = {
  online: "statusOnline",
  busy: "statusBusy",
  idle: "statusIdle",
  error: "statusError",
  offline: "statusOffline",
};
const TONES: Record<Agent["status"], string> = { online: "good", busy: "wait", idle: "", error: "bad", offline: "" };

export default function Agents() {
  const t = useT();
  const { rows, more, loading, loadMore, error } = useAgents();
  const [chosen, choose] = useState<string | null>(null);
  const agent = rows?.find(({ id }) => id === chosen);
  return (
    <div>
      <PageHead title={t("agents")} note={t("agentsNote")} />
      <Problem error={error} />
      {!rows && !error && <Loading />}
      {rows && (
        <div className="columns">
          <div>
            {rows.length === 0 ? (
              <Empty>{t("noAgents")}</Empty>
            ) : (
              <AgentList agents={rows} chosen={chosen} choose={choose} />
            )}
            <More more={more} loading={loading} loadMore={loadMore} />
          </div>
          <div>
            {agent ? <Said key={agent.id} agent={agent} /> : <p className="muted card">{t("chooseAgent")}</p>}
            <Work />
          </div>
        </div>
      )}
    </div>
  );
}

const idOf = (agent: Agent) => agent.id;

function AgentList({
  agents,
  chosen,
  choose,
}: {
  agents: readonly Agent[];
  chosen: string | null;
  choose: (id: string | null) => void;
}) {
  const t = useT();
  const shown = useArrivals(agents, idOf);
  return (
    <ul className="cards" aria-label={t("agents")}>
      {shown.map(({ row: agent, fresh, leaving }) => (
        <li key={agent.id} className={leaving ? "leave" : fresh ? "arrive" : ""} inert={leaving}>
          <button
            type="button"
            className="agent card"
            aria-pressed={chosen === agent.id}
            onClick={() => choose(chosen === agent.id ? null : agent.id)}
            data-testid={`agent-${agent.id}`}
          >
            <span className="row">
              <strong>{agent.name}</strong>
              <span className="chip" data-tone={TONES[agent.status]}>
                {t(WORDS[agent.status])}
              </span>
            </span>
            <small className="muted">
              {agent.kind} · <span className="mono">{agent.id}</span> · {t("silentAfter", { n: agent.silent_after })}
            </small>
          </button>
        </li>
      ))}
    </ul>
  );
}

const messageId = (message: AgentMessage) => message.id;
const LEVELS = { debug: "muted", info: "", warning: "wait", error: "bad" };

function Said({ agent }: { agent: Agent }) {
  const t = useT();
  const { rows, more, loading, loadMore, error } = useAgentMessages(agent.id);
  const shown = useArrivals(rows, messageId);
  return (
    <section className="card" aria-labelledby="said">
      <h2 id="said">{t("said", { name: agent.name })}</h2>
      <Problem error={error} />
      {rows?.length === 0 && <p className="muted">{t("nothingSaid")}</p>}
      <ul className="feed" aria-live="polite">
        {shown.map(({ row, fresh }) => (
          <li key={row.id} className={fresh ? "arrive" : ""}>
            <Ago at={row.at} />
            <span className={`what ${LEVELS[row.level]}`}>{row.text}</span>
          </li>
        ))}
      </ul>
      <More more={more} loading={loading} loadMore={loadMore} />
    </section>
  );
}

function Work() {
  const t = useT();
  const work = useAgentWork();
  return (
    <section className="card" aria-labelledby="work">
      <h2 id="work">{t("work")}</h2>
      {work.length === 0 && <p className="muted">{t("noWork")}</p>}
      <ul className="feed">
        {work.map(event => (
          <WorkLine key={event.id} event={event} />
        ))}
      </ul>
    </section>
  );
}

function WorkLine({ event }: { event: CarillonEvent }) {
  const t = useT();
  const text = useMemo(() => gist(event), [event]);
  return (
    <li className="arrive">
      <time dateTime={event.at}>{event.at ? t.time(event.at) : ""}</time>
      <span className="what">
        <code>{event.type}</code> {text}
      </span>
    </li>
  );
}

function gist({ type, data }: CarillonEvent): string {
  const members = data as Record<string, unknown>;
  if (type === "agent.message") return `${members.agentId}: ${members.text}`;
  return Object.entries(members)
    .map(([name, value]) => `${name}: ${typeof value === "object" ? JSON.stringify(value) : value}`)
    .join(", ");
}
