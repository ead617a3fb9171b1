import type { Failure } from "@carillon/client";
import { useCarillon } from "@carillon/react";
import { useQuery } from "@tanstack/react-query";
import { useRef } from "react";

export interface Figures {
  node: string;
  connections: number;
  lanes: number;
  tail: string;
  sinceLookMillis: number;
  events: number;
  deliveries: number;
  recoveries: number;
  logReads: number;
  ringBytes: number;
  reconnects: number;
  welcome: boolean;
}

export interface Pulse {
  at: string;
  figures: Figures;
  latency: { p50: number; p95: number; p99: number; max: number; samples: number } | null;
}

export interface RunningNode {
  id: string;
  here: boolean;
  address: string | null;
  startedAt: string;
  heartbeatAt: string;
  awake: boolean;
  listening: boolean | null;
  figures: Figures | null;
}

export interface Standing {
  id: string;
  transport: string;
  tenant: string | null;
  user: string | null;
  openedAt: string;
  expiresAt: string | null;
  channels: string[];
  owed: boolean;
  unsentBytes: number;
}

export interface Followed {
  tenant: string;
  channel: string;
  subscribers: number;
  eventsPerSecond: number;
  deliveriesPerSecond: number;
}

export interface LimitsOf {
  tenant: string;
  limits: Record<string, number | string | null>;
  connections: number;
  refused: Record<string, number>;
}

export interface Way {
  event: {
    id: string;
    transaction: string;
    tenant: string;
    channel: string;
    type: string;
    actor: string | null;
    correlationId: string | null;
    trace: string | null;
    writtenAt: string;
    committedAt: string | null;
  };
  node: string;
  seen: { at: string; sequence: number; batch: number; inMemory: boolean } | null;
  lanes: {
    lane: number;
    passed: boolean;
    startedAt: string | null;
    flushedAt: string | null;
    handed: number;
    behind: number;
  }[];
  connections: {
    id: string;
    user: string | null;
    transport: string;
    state: "HANDED" | "OWED" | "CAME_LATER" | "NOT_YET" | "CONFLATED";
    unsentBytes: number;
  }[];
  moreConnections: boolean;
}

/** What `/api/admin` answers, asked again every `every` ms while the page is shown. */
export function useAdmin<Body>(path: string | null, every?: number) {
  const client = useCarillon();
  return useQuery<Body, Failure>({
    queryKey: ["admin", path],
    queryFn: async () => {
      const outcome = await client.request<Body>({ path: `/api/admin/${path}` });
      if (!outcome.ok) throw outcome.error;
      return outcome.value.body;
    },
    enabled: path !== null,
    ...(every !== undefined && { refetchInterval: every }),
    placeholderData: known => known,
  });
}

/** As `useAdmin`, for what is looked through: rows stay while others are asked for, and when those are refused. */
export function useTable<Body>(path: string, every: number) {
  const { data, error, refetch, isPlaceholderData } = useAdmin<Body>(path, every);
  const last = useRef(data);
  if (data !== undefined) last.current = data;
  return { data: last.current, error, refetch, loading: isPlaceholderData };
}
