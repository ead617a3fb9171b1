import type { CarillonEvent, Failure } from "@carillon/client";
import { type QueryKey, type UseQueryResult, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState, useSyncExternalStore } from "react";
import { CacheFeed, type CacheMap } from "./cache.ts";
import { useChannel, useChannels } from "./channel.ts";
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
 * the channel is followed, and after a reset, what they show is read again once. `again` asks for the same, together with
 * what events ask for.
 */
export function useEventCache<Event extends CarillonEvent = CarillonEvent>(
  channel: string | null,
  map: CacheMap<Event>,
): { following: boolean; error: Failure | null; again: () => void } {
  const feed = useFeed(map);
  const again = useCallback(() => feed.current?.sweep(), [feed]);
  const state = useChannel<Event>(channel, { events: events => feed.current?.hear(events), following: again });
  return { ...state, again };
}

export interface LiveQuery<Data, Event extends CarillonEvent = CarillonEvent> extends Partial<CacheMap<Event>> {
  /** One, or several that one read covers; then what events do must come to the same when it is done twice. */
  channel: string | readonly string[] | null;
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
  const [followed, setFollowed] = useState(false);
  const query = useQuery<Data>({
    queryKey,
    queryFn: async ({ signal }) => (await read(signal)).data,
    // The first read is the one that is joined to the channel; later ones are those that events ask for.
    enabled: followed,
    staleTime: Number.POSITIVE_INFINITY,
    retry: false,
  });
  const shared = useRef(new SharedRead());
  const load = async () => {
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
  };
  const channels = channel === null ? [] : typeof channel === "string" ? [channel] : channel;
  const { following, error } = useChannels<Event>(channels, {
    load: () => shared.current.read(load),
    events: events => feed.current?.hear(events),
  });
  useEffect(() => setFollowed(following), [following]);
  const data = useOverlaid(queryKey, query.data);
  return { ...query, data, following, refused: error } as never;
}

/**
 * One read for all channels that ask for it: those that ask at the same time, and those that ask while one is on its way,
 * for which another begins when that has come. A read that began before it was asked for may lack what was told since.
 */
class SharedRead {
  private running: Promise<string> | null = null;
  private next: Promise<string> | null = null;
  private fresh = false;

  read(load: () => Promise<string>): Promise<string> {
    if (this.running && this.fresh) return this.running;
    if (!this.running) return this.begin(load);
    this.next ??= this.running
      .catch(() => {})
      .then(() => {
        this.next = null;
        return this.begin(load);
      });
    return this.next;
  }

  private begin(load: () => Promise<string>): Promise<string> {
    const mine = load().finally(() => {
      if (this.running === mine) this.running = null;
    });
    this.running = mine;
    this.fresh = true;
    queueMicrotask(() => {
      this.fresh = false;
    });
    return mine;
  }
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
