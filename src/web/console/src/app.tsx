import type { Carillon } from "@carillon/client";
import { CarillonProvider } from "@carillon/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { lazy, Suspense, useCallback, useEffect, useState } from "react";
import { Languages } from "./i18n/index.tsx";
import { recall, remember as rememberKnown } from "./offline/known.ts";
import { useRoute } from "./router.ts";
import { type Credential, open, remember, remembered } from "./session.ts";
import { Shell } from "./shell/shell.tsx";
import { SignIn } from "./shell/sign-in.tsx";
import { Toasts } from "./ui/toasts.tsx";

const Kiosk = lazy(() => import("./queue/kiosk.tsx"));

const LEFT = 3_600_000; // ms for which a page that was left is still known: offline there is nowhere to ask

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
  const { path } = useRoute();
  const kiosk = path[0] === "totem" || path[0] === "display" ? path[0] : null;
  return (
    <Languages>
      <Toasts>
        {kiosk ? (
          <Suspense>
            <Kiosk kind={kiosk} />
          </Suspense>
        ) : credential === null ? (
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
    const queries = new QueryClient({
      defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false, gcTime: LEFT } },
    });
    const whose = JSON.stringify(credential);
    recall(queries, whose);
    const forget = rememberKnown(queries, whose);
    set({ client, queries });
    return () => {
      forget();
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
