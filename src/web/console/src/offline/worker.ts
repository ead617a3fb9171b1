// The service worker: see worker.js.

import { useSyncExternalStore } from "react";

const LOOK = 3_600_000; // ms between looks for a new version, in pages that are never reloaded

let newer = false;
const hearing = new Set<() => void>();

/** The script of this version of the console. */
export const version = (): string => {
  const script = document.querySelector<HTMLScriptElement>('script[type="module"][src]');
  return script ? new URL(script.src).pathname : "";
};

/** Has the browser keep the console, as soon as it has nothing better to do. */
export function keepConsole(): void {
  if (!import.meta.env.PROD || !("serviceWorker" in navigator)) return;
  const { serviceWorker } = navigator;
  const mine = version();
  serviceWorker.addEventListener("message", ({ data }) => {
    if (typeof data?.kept !== "string" || data.kept === mine) return;
    newer = true;
    for (const hear of [...hearing]) hear();
  });
  const register = async () => {
    try {
      const registration = await serviceWorker.register("/sw.js");
      setInterval(() => void registration.update().catch(() => {}), LOOK);
    } catch {
      // Forbidden here, or not there: the console works without it, online.
    }
  };
  if (document.readyState === "complete") void register();
  else addEventListener("load", () => void register(), { once: true });
}

/** Whether a reload would bring a newer version. */
export function useNewVersion(): boolean {
  return useSyncExternalStore(
    hear => {
      hearing.add(hear);
      return () => hearing.delete(hear);
    },
    () => newer,
  );
}
