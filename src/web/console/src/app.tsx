import type { Carillon } from "@carillon/client";
import { CarillonProvider } from "@carillon/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { Languages } from "./i18n/index.tsx";
import { type Credential, open, remember, remembered } from "./session.ts";
import { Shell } from "./shell/shell.tsx";
import { SignIn } from "./shell/sign-in.tsx";
import { Toasts } from "./ui/toasts.tsx";

interface Opened {
  client: Carillon;
  queries: QueryClient;
}

/** Signed in or not; each person has a connection and a cache of its own. */
export function App() {
  const [credential, setCredential] = useState<Credential | null>(remembered);
  const become = useCallback((wanted: Credential | null) => {
    remember(wanted);
    setCredential(wanted);
  }, []);
  return (
    <Languages>
      <Toasts>
        {credential === null ? (
          <SignIn become={become} />
        ) : (
          <SignedIn key={JSON.stringify(credential)} credential={credential} become={become} />
        )}
      </Toasts>
    </Languages>
  );
}

function SignedIn({ credential, become }: { credential: Credential; become: (wanted: Credential | null) => void }) {
  const [opened, set] = useState<Opened | null>(null);
  useEffect(() => {
    const client = open(credential);
    const queries = new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } } });
    set({ client, queries });
    return () => {
      client.close();
      queries.clear();
    };
  }, [credential]);
  if (!opened) return null;
  return (
    <QueryClientProvider client={opened.queries}>
      <CarillonProvider client={opened.client}>
        <Shell credential={credential} become={become} />
      </CarillonProvider>
    </QueryClientProvider>
  );
}
