import type { Undo } from "@carillon/client";
import { hashKey, type QueryClient, type QueryKey } from "@tanstack/react-query";

interface Overlay {
  readonly ref: string;
  readonly apply: (data: never) => unknown;
}

const NONE: readonly Overlay[] = [];
const stores = new WeakMap<QueryClient, Overlays>();

/** The optimistic changes over one query cache. */
export function overlaysOf(queries: QueryClient): Overlays {
  const known = stores.get(queries);
  if (known) return known;
  const made = new Overlays();
  stores.set(queries, made);
  return made;
}

/**
 * Optimistic changes lie over what the server said; they are never written into it. So a failure needs no rolling back,
 * events that come meanwhile are kept, and when the echo with the `ref` has arrived the change is simply taken off.
 */
export class Overlays {
  private readonly byKey = new Map<string, readonly Overlay[]>();
  private readonly hearing = new Set<() => void>();

  add(key: QueryKey, ref: string, apply: (data: never) => unknown): void {
    const hash = hashKey(key);
    this.byKey.set(hash, [...(this.byKey.get(hash) ?? NONE), { ref, apply }]);
    this.tell();
  }

  /** The write has come back as an event, or has failed. */
  settle(ref: string): void {
    let changed = false;
    for (const [hash, overlays] of this.byKey) {
      const left = overlays.filter(one => one.ref !== ref);
      if (left.length === overlays.length) continue;
      changed = true;
      if (left.length > 0) this.byKey.set(hash, left);
      else this.byKey.delete(hash);
    }
    if (changed) this.tell();
  }

  of(key: QueryKey): readonly Overlay[] {
    return this.byKey.get(hashKey(key)) ?? NONE;
  }

  readonly subscribe = (hear: () => void): Undo => {
    this.hearing.add(hear);
    return () => this.hearing.delete(hear);
  };

  private tell(): void {
    for (const hear of [...this.hearing]) hear();
  }
}

/** What the server said, with the overlays over it. One that fails on newer data is left out. */
export function overlaid<Data>(data: Data, overlays: readonly Overlay[]): Data {
  return overlays.reduce((seen, { apply }) => {
    try {
      return apply(seen as never) as Data;
    } catch {
      return seen;
    }
  }, data);
}
