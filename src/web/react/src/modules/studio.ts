import type { CarillonEvent } from "@carillon/client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import { useChannel } from "../channel.ts";
import { useLiveRows } from "../live-rows.ts";
import { useCarillon } from "../provider.tsx";
import { useLiveQuery, useVisible } from "../queries.ts";
import { put, type RowRules } from "../rows.ts";
import { useConnectionStatus } from "../status.ts";

export interface StudioLevel {
  readonly left: number;
  readonly right: number;
  readonly peakLeft: number;
  readonly peakRight: number;
  readonly studio?: string;
  readonly at?: string;
}

export interface StudioState {
  readonly studio: string;
  readonly streaming: boolean;
  readonly listeners: number;
  readonly session: {
    readonly id: string;
    readonly title: string;
    readonly startedAt?: string;
    readonly cause?: string;
  } | null;
  readonly audioLevel: StudioLevel | null;
  readonly track?: { readonly title: string; readonly artist?: string | null } | null;
  readonly silenceSince?: string | null;
  readonly clippingSince?: string | null;
}

export interface StudioFinding {
  readonly id: string;
  readonly type: "silence" | "clipping" | "session.started" | "session.stopped" | "track.change" | "audio.level";
  readonly studio: string;
  readonly at: string;
  readonly details: Record<string, unknown>;
}

/** What a page may want to be told beside what the hook gives it. */
export interface StudioCallbacks {
  onStatus?: (status: StudioState) => void;
  onEvent?: (event: StudioFinding) => void;
  onAudioLevel?: (level: StudioLevel) => void;
  onSession?: (event: CarillonEvent) => void;
}

const KEY = ["carillon", "studio", "status"];
const LIVE = ["status", "session", "studio"]; // what a status tells of, and how it stands
const POLL = 5_000; // ms between reads while nothing can be heard

type Heard = CarillonEvent<string, StudioState & StudioLevel>;

const of = (studio: string | undefined, change: (known: StudioState) => StudioState) => (all: readonly StudioState[]) =>
  all.map(one => (one.studio === studio ? change(one) : one));

/**
 * The tenant's studios: how they stand, their meters, what was found. Heard live; read every 5 s only while the connection
 * cannot tell. Leaves nothing behind.
 */
export function useStudio(callbacks: StudioCallbacks = {}) {
  const client = useCarillon();
  const queries = useQueryClient();
  const visible = useVisible();
  const latest = useRef(callbacks);
  latest.current = callbacks;
  const live = useLiveQuery<readonly StudioState[], Heard>({
    channel: LIVE,
    queryKey: KEY,
    read: async () => {
      const outcome = await client.request<{ items: StudioState[] }>({ path: "/api/studio/status?limit=200" });
      if (!outcome.ok) throw outcome.error;
      return { data: outcome.value.body.items, cursor: outcome.value.cursor };
    },
    on: {
      "status.update": {
        patch: {
          keys: KEY,
          with: (all: readonly StudioState[], { data }: Heard) => {
            latest.current.onStatus?.(data);
            return of(data.studio, () => data)(all);
          },
        },
      },
      "audio.level": {
        patch: {
          keys: KEY,
          with: (all: readonly StudioState[], { data }: Heard) => {
            latest.current.onAudioLevel?.(data);
            return of(data.studio, known => ({ ...known, audioLevel: data }))(all);
          },
        },
      },
      // A session; a studio more, or less, or with another name.
      "*": { invalidate: KEY },
    } as never,
  });
  useChannel<CarillonEvent<string, StudioFinding>>("events", {
    events: events => {
      for (const { data } of events) latest.current.onEvent?.(data);
    },
  });
  useChannel("session", {
    events: events => {
      for (const event of events) latest.current.onSession?.(event);
    },
  });
  const { state } = useConnectionStatus();
  const deaf = state !== "connected" && state !== "connecting" && visible;
  useEffect(() => {
    if (!deaf) return;
    const timer = setInterval(() => {
      void client.request<{ items: StudioState[] }>({ path: "/api/studio/status?limit=200" }).then(outcome => {
        if (outcome.ok) queries.setQueryData(KEY, outcome.value.body.items);
      });
    }, POLL);
    return () => clearInterval(timer);
  }, [client, queries, deaf]);
  const act = useCallback(
    (path: string, body: unknown = {}) => client.request({ method: "POST", path: `/api/studios/${path}`, body }),
    [client],
  );
  return { studios: live.data, following: live.following, error: live.refused, act };
}

const EVENTS: RowRules<StudioFinding> = {
  id: row => row.id,
  order: (one, other) =>
    other.at.localeCompare(one.at) || other.id.length - one.id.length || other.id.localeCompare(one.id),
};

/** What was found in one studio, newest first. */
export function useStudioEvents(studio: string | null) {
  return useLiveRows<StudioFinding, CarillonEvent<string, StudioFinding>>({
    channel: studio === null ? null : "events",
    queryKey: ["carillon", "studio", "events", studio ?? ""],
    path: `/api/studios/${encodeURIComponent(studio ?? "")}/events`,
    rules: EVENTS,
    on: ({ type, data }) =>
      type === "event.new" && data.studio === studio ? list => put(list, data, EVENTS) : undefined,
  });
}
