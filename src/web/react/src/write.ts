import type { Answer, Outcome, WriteRequest } from "@carillon/client";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { overlaysOf } from "./overlays.ts";
import { useCarillon } from "./provider.tsx";

export interface OptimisticWrite<Variables> {
  request: (variables: Variables) => WriteRequest;
  /** How the write shows before its echo is there, by query key. `ref` is the echo's. */
  optimistic?: (variables: Variables, ref: string) => readonly [QueryKey, (data: never) => unknown][];
}

const ECHO = 10_000; // ms for the echo after the answer; then the query is read again

/**
 * A write that shows at once, goes through the outbox, and gives way to its own echo, told by `ref`. When it is refused
 * the change is taken off and the outcome says why.
 */
export function useWrite<Variables = void, Body = unknown>(
  write: OptimisticWrite<Variables>,
): { send: (variables: Variables) => Promise<Outcome<Answer<Body>>>; sending: number } {
  const client = useCarillon();
  const queries = useQueryClient();
  const [sending, count] = useState(0);
  const latest = useRef(write);
  latest.current = write;
  const send = useCallback(
    async (variables: Variables) => {
      const { request, optimistic } = latest.current;
      const { ref, done } = client.write<Body>(request(variables));
      const overlays = overlaysOf(queries);
      const changes = optimistic?.(variables, ref) ?? [];
      for (const [key, apply] of changes) overlays.add(key, ref, apply);
      count(n => n + 1);
      const outcome = await done;
      count(n => n - 1);
      if (!outcome.ok) overlays.settle(ref);
      else {
        // The echo takes it off. Should none come, the server is asked.
        setTimeout(() => {
          const waiting = changes.filter(([key]) => overlays.of(key).some(one => one.ref === ref));
          void Promise.allSettled(waiting.map(([queryKey]) => queries.invalidateQueries({ queryKey }))).then(() =>
            overlays.settle(ref),
          );
        }, ECHO);
      }
      return outcome;
    },
    [client, queries],
  );
  return { send, sending };
}
