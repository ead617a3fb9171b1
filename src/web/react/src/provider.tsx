import type { Carillon } from "@carillon/client";
import { createContext, type ReactNode, useContext } from "react";

const Context = createContext<Carillon | null>(null);

/** Gives the page's connection to everything below it. The page opens it and closes it. */
export function CarillonProvider({ client, children }: { client: Carillon; children: ReactNode }) {
  return <Context value={client}>{children}</Context>;
}

export function useCarillon(): Carillon {
  const client = useContext(Context);
  if (!client) throw new Error("useCarillon needs a <CarillonProvider client={connect(…)}> above it.");
  return client;
}
