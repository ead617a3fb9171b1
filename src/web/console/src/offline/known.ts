// What was last shown, over a reload of this tab and no longer: without a network it is all there is to show.

import type { QueryClient, QueryKey } from "@tanstack/react-query";
import { stored } from "../session.ts";
import { version } from "./worker.ts";

const KEY = "carillon.known";
const MOST = 1_500_000; // characters; the latest come first
const KINDS = new Set(["me", "carillon", "playground"]);

interface Known {
  whose: string;
  /** Another version may want other data. */
  version: string;
  queries: [QueryKey, unknown][];
}

/** Puts back what this person's page knew; each of it is read again as soon as that works. */
export function recall(queries: QueryClient, whose: string): void {
  const known = parsed(stored(() => sessionStorage.getItem(KEY)));
  if (!known || known.whose !== whose || known.version !== version()) return;
  for (const [key, data] of known.queries) queries.setQueryData(key, data);
  void queries.invalidateQueries({ refetchType: "none" });
}

/** Whenever the page may be put away it is written down. Returns its end, after which nothing is kept. */
export function remember(queries: QueryClient, whose: string): () => void {
  const keep = () => {
    let left = MOST;
    const kept = queries
      .getQueryCache()
      .getAll()
      .filter(({ queryKey, state }) => KINDS.has(String(queryKey[0])) && state.data !== undefined)
      .sort((one, other) => other.state.dataUpdatedAt - one.state.dataUpdatedAt)
      .map(({ queryKey, state }) => [queryKey, state.data] as [QueryKey, unknown])
      .filter(one => {
        left -= JSON.stringify(one).length;
        return left > 0;
      });
    const known: Known = { whose, version: version(), queries: kept };
    stored(() => sessionStorage.setItem(KEY, JSON.stringify(known)));
  };
  const hidden = () => document.visibilityState === "hidden" && keep();
  addEventListener("pagehide", keep);
  document.addEventListener("visibilitychange", hidden);
  return () => {
    removeEventListener("pagehide", keep);
    document.removeEventListener("visibilitychange", hidden);
    forget();
  };
}

export function forget(): void {
  stored(() => sessionStorage.removeItem(KEY));
}

function parsed(text: string | null): Known | null {
  try {
    return text === null ? null : (JSON.parse(text) as Known);
  } catch {
    return null;
  }
}
