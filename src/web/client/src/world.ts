import type { Undo } from "./types.ts";

/** What the client takes from the browser; tests bring their own. Absent members are absent in the browser too. */
export interface World {
  fetch: typeof fetch;
  WebSocket?: new (url: string) => WebSocket;
  locks?: LockManager;
  BroadcastChannel?: new (name: string) => BroadcastChannel;
  indexedDB?: IDBFactory;
  random(): number;
  id(): string;
  origin: string;
  online(): boolean;
  visible(): boolean;
  /** Events of the window and of the document: online, offline, visibilitychange, pagehide, pageshow, freeze, resume. */
  on(event: string, hear: (event: Event) => void): Undo;
}

export function browser(): World {
  const here = globalThis as typeof globalThis & { document?: Document };
  const { document, navigator, location } = here;
  const ofDocument = new Set(["visibilitychange", "freeze", "resume"]);
  const world: World = {
    fetch: (input, init) => here.fetch(input, init),
    random: Math.random,
    id: () => (here.crypto?.randomUUID ? here.crypto.randomUUID() : `${Date.now()}-${Math.random()}-${Math.random()}`),
    origin: location?.origin ?? "",
    online: () => navigator?.onLine !== false,
    visible: () => document?.visibilityState !== "hidden",
    on(event, hear) {
      const target = ofDocument.has(event) ? document : here;
      target?.addEventListener?.(event, hear);
      return () => target?.removeEventListener?.(event, hear);
    },
  };
  if (here.WebSocket) world.WebSocket = here.WebSocket;
  if (navigator?.locks) world.locks = navigator.locks;
  if (here.BroadcastChannel) world.BroadcastChannel = here.BroadcastChannel;
  try {
    if (here.indexedDB) world.indexedDB = here.indexedDB; // throws where storage is forbidden
  } catch {}
  return world;
}
