import { useMemo, useSyncExternalStore } from "react";

// The address after `#`: the paths themselves belong to the node's API.

export interface Route {
  /** `["operations", "event", "17"]`; the first is the page. */
  readonly path: readonly string[];
  readonly query: URLSearchParams;
}

const hear = (changed: () => void) => {
  addEventListener("hashchange", changed);
  return () => removeEventListener("hashchange", changed);
};

export function useRoute(): Route {
  const hash = useSyncExternalStore(hear, () => location.hash);
  return useMemo(() => {
    const [path = "", query = ""] = hash.replace(/^#\/?/, "").split("?");
    return { path: path.split("/").filter(Boolean).map(decodeURIComponent), query: new URLSearchParams(query) };
  }, [hash]);
}

export const to = (...path: string[]): string => `#/${path.map(encodeURIComponent).join("/")}`;

export function go(address: string): void {
  location.hash = address;
}
