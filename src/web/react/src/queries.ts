import type { CarillonEvent, Failure } from "@carillon/client";
import { type QueryKey, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { CacheFeed, type CacheMap } from "./cache.ts";
import { useChannel } from "./channel.ts";
import { overlaid, overlaysOf } from "./overlays.ts";

function useFeed<Event extends CarillonEvent>(map: CacheMap<Event>): { current: CacheFeed<Event> | null } {
  const queries = useQueryClient();
  const latest = useRef(map);
  useEffect(() => {
    latest.current = map;
  });
  const feed = useRef<CacheFeed<Event> | null>(null);
  useEffect(() => {
    const live: CacheMap<Event> = {
      get on() {
        return latest.current.on;
      },
      get sweep() {
        return latest.current.sweep as readonly QueryKey[];
      },
    };
    const made = new CacheFeed(queries, live);
    feed.current = made;
    return () => {
      made.close();
      feed.current = null;
    };
  }, [queries]);
  return feed;
}

/**
 * Lets a channel's events keep the query cache, by a declarative map. For queries that are read without a cursor: once
 * the channel is followed, and after a reset, what they show is read again once.
 */
export function useEventCache<Event extends CarillonEvent = CarillonEvent>(
  channel: string | null,
  map: CacheMap<Event>,
): { following: boolean; error: Failure | null } {
  const feed = useFeed(map);
  return useChannel<Event>(channel, {
    events: events => feed.current?.hear(events),
    following: () => feed.current?.sweep(),
  });
}

export interface LiveQuery<Data, Event extends CarillonEvent = CarillonEvent> extends Partial<CacheMap<Event>> {
  channel: string | null;
  queryKey: QueryKey;
  /** Reads by REST; the cursor is the answer's `Carillon-Cursor`. */
  read: (signal: AbortSignal) => Promise<{ data: Data; cursor: string | null }>;
}

/**
 * A read that is live from the moment of its snapshot: the channel is followed from the cursor of the read, so there is
 * neither a hole nor a second read. What other hooks for a module are made of.
 */
export function useLiveQuery<Data, Event extends CarillonEvent = CarillonEvent>({
  channel,
  queryKey,
  read,
  on = {},
  sweep,
}: LiveQuery<Data, Event>): UseQueryResult<Data> & { following: boolean; refused: Failure | null } {
  const queries = useQueryClient();
  const feed = useFeed<Event>(sweep ? { on, sweep } : { on });
  const query = useQuery<Data>({
    queryKey,
    queryFn: async ({ signal }) => (await read(signal)).data,
    enabled: false,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const { following, error } = useChannel<Event>(channel, {
    load: async () => {
      let cursor: string | null = null;
      await queries.cancelQueries({ queryKey, exact: true });
      await queries.fetchQuery({
        queryKey,
        queryFn: async ({ signal }) => {
          const answer = await read(signal);
          cursor = answer.cursor;
          return answer.data;
        },
        staleTime: 0,
        retry: false,
      });
      if (cursor === null) throw new Error("the read came without a cursor");
      return cursor;
    },
    events: events => feed.current?.hear(events),
  });
  const data = useOverlaid(queryKey, query.data);
  return { ...query, data, following, refused: error } as never;
}

/** Data with the optimistic changes over it. */
export function useOverlaid<Data>(queryKey: QueryKey, data: Data | undefined): Data | undefined {
  const overlays = overlaysOf(useQueryClient());
  const over = useSyncExternalStore(
    overlays.subscribe,
    () => overlays.of(queryKey),
    () => overlays.of(queryKey),
  );
  return useMemo(() => (data === undefined ? undefined : overlaid(data, over)), [data, over]);
}

/** Whether the page is shown, for what moves only then. */
export function useVisible(): boolean {
  const [visible, set] = useState(() => document.visibilityState !== "hidden");
  useEffect(() => {
    const changed = () => set(document.visibilityState !== "hidden");
    document.addEventListener("visibilitychange", changed);
    return () => document.removeEventListener("visibilitychange", changed);
  }, []);
  return visible;
}
