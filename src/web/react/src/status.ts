import type { Pending, Status } from "@carillon/client";
import { useCallback, useEffect, useState, useSyncExternalStore } from "react";
import { useCarillon } from "./provider.tsx";

/** The connection as an indicator shows it: short gaps are kept quiet. */
export function useConnectionStatus(): Status {
  const client = useCarillon();
  return useSyncExternalStore(
    useCallback(changed => client.onCalmStatus(changed), [client]),
    () => client.calmStatus,
    () => client.calmStatus,
  );
}

/** Seconds until the next attempt, counted down each second; null where none is due. */
export function useNextAttempt(status: Status): number | null {
  const nextAt = "nextAt" in status ? status.nextAt : null;
  const [now, tick] = useState(Date.now);
  useEffect(() => {
    if (nextAt === null) return;
    tick(Date.now());
    const timer = setInterval(() => tick(Date.now()), 1000);
    return () => clearInterval(timer);
  }, [nextAt]);
  return nextAt === null ? null : Math.max(0, Math.ceil((nextAt - now) / 1000));
}

/** Writes that wait to be sent, in their order. */
export function usePending(): readonly Pending[] {
  const client = useCarillon();
  return useSyncExternalStore(
    useCallback(changed => client.onPending(changed), [client]),
    () => client.pending,
    () => client.pending,
  );
}
