import { useCarillon } from "@carillon/react";
import { useQuery } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import type { Me } from "./session.ts";

export const MeContext = createContext<Me | null>(null);

export function useMe(): Me {
  const me = useContext(MeContext);
  if (!me) throw new Error("useMe needs the shell above it");
  return me;
}

/** Asked until it is answered; the connection's status says meanwhile what is the matter. */
export function useAskMe(): Me | undefined {
  const client = useCarillon();
  const { data } = useQuery({
    queryKey: ["me"],
    queryFn: async () => {
      const outcome = await client.request<Me>({ path: "/api/me" });
      if (!outcome.ok) throw outcome.error;
      return outcome.value.body;
    },
    staleTime: Number.POSITIVE_INFINITY,
    retry: true,
    retryDelay: attempt => Math.min(500 * 2 ** attempt, 10_000),
  });
  return data;
}
