import type { CarillonEvent, Undo } from "@carillon/client";
import { hashKey, type QueryClient, type QueryKey } from "@tanstack/react-query";
import { type Overlays, overlaysOf } from "./overlays.ts";

type Keys<Event> = QueryKey | readonly QueryKey[] | ((event: Event) => QueryKey | readonly QueryKey[] | null);

/** What an event of one type does to the cache. */
export interface Reaction<Event extends CarillonEvent = CarillonEvent> {
  /**
   * Queries below these keys (`exact`: of these keys) are changed in place; what `with` returns undefined for stays as it
   * is.
   */
  patch?: { keys: Keys<Event>; exact?: boolean; with: (data: never, event: Event) => unknown };
  /** Queries below these keys are read again: once, however many events ask for it. */
  invalidate?: Keys<Event>;
}

export interface CacheMap<Event extends CarillonEvent = CarillonEvent> {
  /** By event type; `*` for every other. */
  on: { readonly [Type in Event["type"] | "*"]?: Reaction<Event> };
  /** What is read again after a reset; default: every key that is written in `on`. */
  sweep?: readonly QueryKey[];
}

export interface CacheTiming {
  /** Milliseconds in which a burst becomes one read; default 150. */
  gather?: number;
  visible?: () => boolean;
  onShown?: (hear: () => void) => Undo;
}

const GATHER = 150;

function onShown(hear: () => void): Undo {
  const shown = () => document.visibilityState !== "hidden" && hear();
  document.addEventListener("visibilitychange", shown);
  return () => document.removeEventListener("visibilitychange", shown);
}

/**
 * Keeps a query cache as events say. Patches are made at once; what is to be read again is gathered, read once, and not
 * before somebody looks at the page. A read under way is let come, so that one is shown however many events there are,
 * and followed by another. Knows no React.
 */
export class CacheFeed<Event extends CarillonEvent = CarillonEvent> {
  private readonly stale = new Map<string, { key: QueryKey; refs: string[] }>();
  /** How many reads are to show a write before its overlay goes. */
  private readonly unread = new Map<string, number>();
  private readonly overlays: Overlays;
  private readonly gather: number;
  private readonly visible: () => boolean;
  private readonly undo: Undo;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    private readonly queries: QueryClient,
    private readonly map: CacheMap<Event>,
    timing: CacheTiming = {},
  ) {
    this.overlays = overlaysOf(queries);
    this.gather = timing.gather ?? GATHER;
    this.visible = timing.visible ?? (() => document.visibilityState !== "hidden");
    this.undo = (timing.onShown ?? onShown)(() => this.flush());
  }

  hear(events: readonly Event[]): void {
    for (const event of events) {
      const on = this.map.on as Record<string, Reaction<Event> | undefined>;
      const { patch, invalidate } = on[event.type] ?? on["*"] ?? {};
      if (patch) {
        const change = patch.with as (data: unknown, event: Event) => unknown;
        for (const key of keysOf(patch.keys, event)) this.patch(key, patch.exact ?? false, change, event);
      }
      const again = keysOf(invalidate, event);
      // What is read again shows its own writes when it has been read.
      for (const key of again) this.spoil(key, event.ref);
      if (event.ref && again.length === 0) this.overlays.settle(event.ref);
    }
  }

  /** There may be a hole: everything that these events touch is read again, once. */
  sweep(): void {
    const { on, sweep } = this.map;
    const reactions = Object.values(on) as (Reaction<Event> | undefined)[];
    const keys = sweep ?? reactions.flatMap(one => [one?.patch?.keys, one?.invalidate].flatMap(it => fixed(it)));
    for (const key of keys) this.spoil(key);
  }

  /** Now that the channel is followed: what began to be read before may have a hole. */
  followed(): void {
    this.sweep();
  }

  close(): void {
    clearTimeout(this.timer);
    this.undo();
  }

  private patch(key: QueryKey, exact: boolean, change: (data: unknown, event: Event) => unknown, event: Event): void {
    this.queries.setQueriesData({ queryKey: key, exact }, (data: unknown) =>
      data === undefined ? undefined : (change(data, event) ?? data),
    );
    // A read under way may have begun before this event, and would overwrite it. What nobody keeps the next one mends.
    if (event.id !== undefined && this.queries.isFetching({ queryKey: key, exact }) > 0) this.spoil(key);
  }

  private spoil(key: QueryKey, ref?: string): void {
    const hash = hashKey(key);
    const spoilt = this.stale.get(hash) ?? { key, refs: [] };
    this.stale.set(hash, spoilt);
    if (ref !== undefined) {
      spoilt.refs.push(ref);
      this.unread.set(ref, (this.unread.get(ref) ?? 0) + 1);
    }
    this.timer ??= setTimeout(() => this.flush(), this.gather);
  }

  private flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.stale.size === 0 || !this.visible()) return;
    const due = [...this.stale].filter(([, { key }]) => this.queries.isFetching({ queryKey: key }) === 0);
    for (const [hash] of due) this.stale.delete(hash);
    for (const [, { key, refs }] of due) {
      void this.queries.invalidateQueries({ queryKey: key }).finally(() => this.read(refs));
    }
    if (this.stale.size > 0) this.timer = setTimeout(() => this.flush(), this.gather);
  }

  private read(refs: readonly string[]): void {
    for (const ref of refs) {
      const left = (this.unread.get(ref) as number) - 1;
      if (left > 0) this.unread.set(ref, left);
      else if (this.unread.delete(ref)) this.overlays.settle(ref);
    }
  }
}

function keysOf<Event>(keys: Keys<Event> | undefined, event: Event): readonly QueryKey[] {
  const given = typeof keys === "function" ? keys(event) : keys;
  return fixed(given);
}

function fixed(keys: unknown): readonly QueryKey[] {
  if (!Array.isArray(keys) || keys.length === 0) return [];
  return (keys.every(Array.isArray) ? keys : [keys]) as readonly QueryKey[];
}
