import type { Answer, CarillonEvent, Failure, Outcome } from "@carillon/client";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { useChannel } from "../channel.ts";
import { useCarillon } from "../provider.tsx";
import { useLiveQuery } from "../queries.ts";
import { QueueScreen, type QueueScreenOptions } from "./queue-screen.ts";

export type TicketStatus = "in_queue" | "called" | "in_progress" | "completed" | "no_show" | "cancelled";

export interface QueuedService {
  readonly id: string;
  readonly name: string;
  readonly prefix: string;
  readonly status: "open" | "closed";
  readonly waiting: number;
  readonly counters: number;
  readonly busy: number;
  readonly wait_seconds: number;
}

export interface QueueDesk {
  readonly id: string;
  readonly name: string;
  readonly status: "open" | "closed";
  readonly service_ids: readonly string[];
  readonly operator: string | null;
}

export interface WaitingTicket {
  readonly id: string;
  readonly code: string;
  readonly service_id: string;
  readonly priority: number;
  readonly position: number;
  readonly wait_seconds: number;
  readonly queued_at: string;
  readonly customer_name: string | null;
}

export interface CalledTicket {
  readonly id: string;
  readonly code: string;
  readonly service_id: string;
  readonly status: TicketStatus;
  readonly counter_id: string | null;
  readonly counter: string | null;
  readonly calls: number;
  readonly called_at: string | null;
  readonly customer_name: string | null;
}

/** The whole queue of a tenant, as one read tells it. */
export interface Queue {
  readonly services: readonly QueuedService[];
  readonly counters: readonly QueueDesk[];
  readonly waiting: readonly WaitingTicket[];
  readonly serving: readonly CalledTicket[];
  readonly recent: readonly CalledTicket[];
}

/** `ticket_status_changed`. */
export interface TicketChange {
  readonly id: string;
  readonly code: string;
  readonly service: string | null;
  readonly counter: string | null;
  readonly calls: number;
  readonly old_status: TicketStatus;
  readonly new_status: TicketStatus;
}

const KEY = ["carillon", "queue", "now"];

/** The queue for whoever is signed in; with the right to work it, customers' names too and the operator's hand. */
export function useQueue() {
  const client = useCarillon();
  const live = useLiveQuery<Queue>({
    channel: "queue",
    queryKey: KEY,
    read: async () => {
      const outcome = await client.request<Queue>({ path: "/api/queue" });
      if (!outcome.ok) throw outcome.error;
      return { data: outcome.value.body, cursor: outcome.value.cursor };
    },
    // Places shift by what others do: the queue is read again, once for a burst.
    on: { "*": { invalidate: KEY } },
    sweep: [KEY],
  });
  const act = useCallback(
    (path: string, body?: unknown): Promise<Outcome<Answer>> =>
      client.request({ method: "POST", path: `/api/queue/${path}`, ...(body !== undefined && { body }) }),
    [client],
  );
  return { queue: live.data, following: live.following, error: live.refused as Failure | null, act };
}

/** Tells each call, and each call again, while the component is there. */
export function useCalls(called: (change: TicketChange) => void): void {
  useChannel<CarillonEvent<string, TicketChange>>("queue", {
    events: events => {
      for (const { type, data } of events) {
        if (type === "ticket_status_changed" && data.new_status === "called") called(data);
      }
    },
  });
}

/** The queue for a screen without a person: by its device key, over `/ws` or, while that does not work, by polls. */
export function useQueueScreen(options: QueueScreenOptions, called: (change: TicketChange) => void) {
  const latest = useRef(called);
  latest.current = called;
  const [screen, set] = useState<QueueScreen | null>(null);
  const said = JSON.stringify(options);
  useEffect(() => {
    const made = new QueueScreen(JSON.parse(said), change => latest.current(change));
    set(made);
    return () => made.close();
  }, [said]);
  const view = useSyncExternalStore(
    screen?.subscribe ?? still,
    () => screen?.view ?? NOTHING,
    () => NOTHING,
  );
  return {
    ...view,
    take: useCallback((service: string) => screen?.take(service), [screen]),
    retry: useCallback(() => screen?.retry(), [screen]),
  };
}

const still = () => () => {};
const NOTHING = { status: { state: "connecting" }, queue: null, refused: null } as const;
