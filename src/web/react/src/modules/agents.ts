import type { Agent, AgentStatus, CarillonEvent } from "@carillon/client";
import { useState } from "react";
import { useChannel } from "../channel.ts";
import { useLiveRows } from "../live-rows.ts";
import { change, put, type RowRules, type Rows } from "../rows.ts";

const AGENTS: RowRules<Agent> = {
  id: row => row.id,
  order: (one, other) => (one.id < other.id ? -1 : 1),
  stale: (fresh, known) => fresh.version < known.version,
};

/** The tenant's agents, by id, with their status as it changes. */
export function useAgents() {
  return useLiveRows<Agent>({
    channel: "agents",
    queryKey: ["carillon", "agents", "all"],
    path: "/api/agents",
    limit: 200,
    rules: AGENTS,
    on: event => {
      if (/^agent\.(created|updated|deleted)$/.test(event.type)) return change(event, AGENTS);
      if (event.type !== "agent.status.changed") return undefined;
      const { agentId, status } = event.data as { agentId: string; status: AgentStatus };
      return (list: Rows<Agent>) => ({
        ...list,
        rows: list.rows.map(row => (row.id === agentId ? { ...row, status } : row)),
      });
    },
  });
}

export interface AgentMessage {
  readonly id: string;
  readonly agentId: string;
  readonly text: string;
  readonly level: "debug" | "info" | "warning" | "error";
  readonly at: string;
}

const MESSAGES: RowRules<AgentMessage> = {
  id: row => row.id,
  order: (one, other) => other.at.localeCompare(one.at) || other.id.localeCompare(one.id),
};

/** What an agent said, newest first; null: none is chosen. */
export function useAgentMessages(agent: string | null) {
  return useLiveRows<AgentMessage, CarillonEvent<string, AgentMessage>>({
    channel: agent === null ? null : "agents",
    queryKey: ["carillon", "agents", "messages", agent ?? ""],
    path: `/api/agents/${encodeURIComponent(agent ?? "")}/messages`,
    rules: MESSAGES,
    on: ({ type, data }) =>
      type === "agent.message" && data.agentId === agent ? list => put(list, data, MESSAGES) : undefined,
  });
}

const KEPT = 100; // events of work that a page keeps

/** What agents tell of their work (`ai.…`) and say, from now on, newest first. */
export function useAgentWork(): readonly CarillonEvent[] {
  const [work, set] = useState<readonly CarillonEvent[]>([]);
  useChannel("agents", {
    events: events => {
      const fresh = events.filter(({ type }) => type.startsWith("ai.") || type === "agent.message");
      if (fresh.length > 0) set(known => [...fresh.reverse(), ...known].slice(0, KEPT));
    },
  });
  return work;
}
