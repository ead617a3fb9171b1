import type { Answer, Failure, Outcome } from "@carillon/client";
import { useCarillon, useEventCache } from "@carillon/react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";

/**
 * A tenant's settings of a module: read when they are shown, and edited by version, so that nobody undoes what somebody
 * else has just set. `channel` tells when they change, by events of `table`.
 */
export function useSettings<Values extends { version: number }>(path: string, channel: string, table: string) {
  const client = useCarillon();
  const queries = useQueryClient();
  const { data, error } = useQuery<Values, Failure>({
    queryKey: ["settings", path],
    queryFn: async () => {
      const outcome = await client.request<Values>({ path });
      if (!outcome.ok) throw outcome.error;
      return outcome.value.body;
    },
  });
  const { again } = useEventCache(channel, {
    on: { "*": { invalidate: ({ type }) => (type.startsWith(`${table}.`) ? ["settings", path] : null) } },
    sweep: [["settings", path]],
  });
  const edit = useCallback(
    async (values: Partial<Values>): Promise<Outcome<Answer<Values>>> => {
      const version = queries.getQueryData<Values>(["settings", path])?.version;
      const outcome = await client.request<Values>({ method: "PATCH", path, body: values, version });
      if (outcome.ok) queries.setQueryData(["settings", path], outcome.value.body);
      else again();
      return outcome;
    },
    [client, queries, path, again],
  );
  return { values: data, error, edit };
}
