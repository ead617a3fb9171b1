// @vitest-environment happy-dom
import { type Carillon, type CarillonEvent, connect } from "@carillon/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import { type ReactNode, StrictMode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeBrowser, FakeNode, type FakeTab, jwt } from "../../client/test/fakes.ts";
import { useChannel } from "../src/channel.ts";
import { CarillonProvider } from "../src/provider.tsx";
import { useEventCache, useLiveQuery } from "../src/queries.ts";
import { useConnectionStatus, useNextAttempt, usePending } from "../src/status.ts";
import { useTyping } from "../src/typing.ts";
import { useWrite } from "../src/write.ts";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let node: FakeNode;
let tab: FakeTab;
let client: Carillon;
let queries: QueryClient;

beforeEach(async () => {
  vi.useFakeTimers();
  node = new FakeNode();
  tab = new FakeBrowser().tab(node);
  client = connect({ token: () => jwt({ sub: "ana" }), tabs: false, onFailure: () => {} }, tab.world);
  queries = new QueryClient();
  await pass(50);
});
afterEach(() => {
  cleanup();
  client.close();
  queries.clear();
  vi.useRealTimers();
});

const pass = (ms: number) => act(() => vi.advanceTimersByTimeAsync(ms));
const page = (children: ReactNode) =>
  render(
    <StrictMode>
      <QueryClientProvider client={queries}>
        <CarillonProvider client={client}>{children}</CarillonProvider>
      </QueryClientProvider>
    </StrictMode>,
  );
const seen = (id: string) => screen.getByTestId(id).textContent;

test("[A2] [C8] the connection's status, its countdown, and Retry", async () => {
  function Indicator() {
    const status = useConnectionStatus();
    const seconds = useNextAttempt(status);
    return (
      <button type="button" data-testid="status" onClick={() => client.retry()}>
        {status.state} {"attempt" in status ? `${status.attempt} of ${status.of}` : ""} {seconds ?? ""}
      </button>
    );
  }
  page(<Indicator />);
  await pass(10);
  expect(seen("status")).toContain("connected");
  node.stop();
  await pass(3_500);
  expect(seen("status")).toMatch(/reconnecting [23] of 10 \d/);
  await pass(400_000);
  expect(seen("status")).toContain("failed");
  node.up = true;
  await act(async () => screen.getByTestId("status").click());
  await pass(100);
  expect(seen("status")).toContain("connected");
});

test("[B5] a component follows while it is there and leaves nothing behind", async () => {
  const heard: unknown[] = [];
  function Follower() {
    const { following, error } = useChannel("orders", { events: events => heard.push(...events.map(it => it.data)) });
    return <p data-testid="state">{error ? error.code : String(following)}</p>;
  }
  const { unmount } = page(<Follower />);
  await pass(50);
  expect(seen("state")).toBe("true");
  node.emit("orders", 1);
  await pass(20);
  unmount();
  node.emit("orders", 2);
  await pass(1_000);
  expect(heard).toEqual([1]);
  expect(node.commands.at(-1)).toMatchObject({ command: "unsubscribe", channels: ["orders"] });
});

test("[A9] [C10] a live query is read once, follows from its cursor, and survives a reset", async () => {
  let reads = 0;
  const server = ["a"];
  function Rows() {
    const { data, following } = useLiveQuery<string[], CarillonEvent<string, string>>({
      channel: "orders",
      queryKey: ["rows"],
      read: async () => {
        reads++;
        return { data: [...server], cursor: node.cursor() };
      },
      on: { said: { patch: { keys: ["rows"], with: (rows: string[], event) => [...rows, event.data] } } },
    });
    return (
      <p data-testid="rows">
        {data?.join(" ")} {String(following)}
      </p>
    );
  }
  page(<Rows />);
  await pass(100);
  expect(seen("rows")).toBe("a true");
  const first = reads;
  node.emit("orders", "b");
  await pass(50);
  expect(seen("rows")).toBe("a b true");
  expect(reads).toBe(first);
  for (const socket of node.sockets) socket.followed.clear();
  server.push("b", "c");
  node.all({ push: "reset", channels: ["orders"], reason: "bulk" });
  await pass(100);
  expect(seen("rows")).toBe("a b c true");
  expect(reads).toBe(first + 1);
});

test("[C10] an optimistic write shows at once and gives way to its echo; a refused one goes away and says why", async () => {
  const said: string[] = [];
  function Rows() {
    const { data } = useLiveQuery<string[], CarillonEvent<string, string>>({
      channel: "orders",
      queryKey: ["rows"],
      read: async () => ({ data: [], cursor: node.cursor() }),
      on: { said: { patch: { keys: ["rows"], with: (rows: string[], event) => [...rows, event.data] } } },
    });
    const { send } = useWrite<string>({
      request: text => ({ path: "/api/rows", body: { text } }),
      optimistic: text => [[["rows"], (rows: string[]) => [...rows, `${text}…`]]],
    });
    const press = (text: string) =>
      void send(text).then(outcome => said.push(outcome.ok ? "done" : outcome.error.code));
    return (
      <>
        <p data-testid="rows">{data?.join(" ")}</p>
        <button type="button" data-testid="good" onClick={() => press("good")} />
        <button type="button" data-testid="bad" onClick={() => press("bad")} />
        <p data-testid="pending">{usePending().length}</p>
      </>
    );
  }
  page(<Rows />);
  await pass(100);
  await act(async () => screen.getByTestId("good").click());
  expect(seen("rows")).toBe("good…");
  await pass(50);
  expect(seen("rows")).toBe("good…");
  expect(said).toEqual(["done"]);
  const ref = node.writes[0]?.key as string;
  node.emit("orders", "good", ref);
  await pass(50);
  expect(seen("rows")).toBe("good");
  node.answers.push(Response.json({ code: "too_long" }, { status: 400 }));
  await act(async () => screen.getByTestId("bad").click());
  expect(seen("rows")).toBe("good bad…");
  await pass(50);
  expect(seen("rows")).toBe("good");
  expect(said).toEqual(["done", "too_long"]);
});

test("[E7] without a cursor, what was read before the channel was followed is read once more, not more often", async () => {
  let reads = 0;
  function Rows() {
    useEventCache("orders", { on: { said: { invalidate: ["rows"] } } });
    return null;
  }
  await queries.fetchQuery({ queryKey: ["rows"], queryFn: async () => ++reads });
  const { QueryObserver } = await import("@tanstack/react-query");
  const watch = new QueryObserver(queries, { queryKey: ["rows"], queryFn: async () => ++reads, staleTime: 1e9 });
  const undo = watch.subscribe(() => {});
  page(<Rows />);
  await pass(1_000);
  const after = reads;
  expect(after).toBe(2);
  for (let n = 0; n < 50; n++) node.emit("orders", n);
  await pass(1_000);
  expect(reads).toBe(after + 1);
  undo();
});

test("[E5] typing is told seldom, ends by itself, and others' typing times out", async () => {
  function Field() {
    const { typers, type } = useTyping("orders", { conversationId: "7", userName: "Ana" }, "ana");
    return (
      <button type="button" data-testid="field" onClick={type}>
        {typers.map(typer => typer.name).join(", ")}
      </button>
    );
  }
  page(<Field />);
  await pass(100);
  const told = () => node.commands.filter(it => it.command === "publish").map(it => it.type);
  for (let n = 0; n < 5; n++) {
    await act(async () => screen.getByTestId("field").click());
    await pass(500);
  }
  expect(told()).toEqual(["typing.start"]);
  await pass(5_000);
  expect(told()).toEqual(["typing.start", "typing.stop"]);
  const ben = { type: "typing.start", actor: "ben", data: { userName: "Ben" } };
  node.all({ push: "ephemeral", channel: "orders", events: [ben, { ...ben, actor: "ana" }] });
  await pass(50);
  expect(seen("field")).toBe("Ben");
  await pass(8_000);
  expect(seen("field")).toBe("");
});
