// A page of the console before a node of which every answer is in hand.
import { type Carillon, connect } from "@carillon/client";
import { CarillonProvider } from "@carillon/react";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, vi } from "vitest";
import { FakeBrowser, FakeNode, jwt } from "../../client/test/fakes.ts";
import { Languages } from "../src/i18n/index.tsx";
import { MeContext } from "../src/me.ts";
import type { Me } from "../src/session.ts";
import { Toasts } from "../src/ui/toasts.tsx";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

export let node: FakeNode;
let client: Carillon;
let queries: QueryClient;

beforeEach(async () => {
  vi.useFakeTimers();
  node = new FakeNode();
  client = connect(
    { token: () => jwt({ sub: "cora" }), tabs: false, onFailure: () => {} },
    new FakeBrowser().tab(node).world,
  );
  queries = new QueryClient({ defaultOptions: { queries: { retry: false, refetchOnWindowFocus: false } } });
  await pass(50);
});
afterEach(() => {
  cleanup();
  client.close();
  queries.clear();
  vi.useRealTimers();
});

export const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));

const ME = { user: "cora", name: "Cora", tenant: "acme", roles: ["admin"], oversees: "tenant" } as unknown as Me;

export const page = (children: ReactNode) =>
  render(
    <Languages>
      <Toasts>
        <QueryClientProvider client={queries}>
          <CarillonProvider client={client}>
            <MeContext value={ME}>{children}</MeContext>
          </CarillonProvider>
        </QueryClientProvider>
      </Toasts>
    </Languages>,
  );
