// @vitest-environment happy-dom
import { type Carillon, connect } from "@carillon/client";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { act, cleanup, render, screen } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { FakeBrowser, FakeNode, type FakeTab, jwt } from "../../client/test/fakes.ts";
import { type ChatMessage, type Inbox, useConversation, useConversations } from "../src/modules/chat.ts";
import { type TicketChange, useCalls, useQueue } from "../src/modules/queue.ts";
import { type StudioState, useStudio } from "../src/modules/studio.ts";
import { CarillonProvider } from "../src/provider.tsx";

(globalThis as { IS_REACT_ACT_ENVIRONMENT?: boolean }).IS_REACT_ACT_ENVIRONMENT = true;

let node: FakeNode;
let tab: FakeTab;
let client: Carillon;
let queries: QueryClient;
let asked: string[];

beforeEach(async () => {
  vi.useFakeTimers();
  node = new FakeNode();
  tab = new FakeBrowser().tab(node);
  client = connect({ token: () => jwt({ sub: "ana" }), tabs: false, onFailure: () => {} }, tab.world);
  queries = new QueryClient();
  asked = [];
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
    <QueryClientProvider client={queries}>
      <CarillonProvider client={client}>{children}</CarillonProvider>
    </QueryClientProvider>,
  );
const seen = (id: string) => screen.getByTestId(id).textContent;
const answers = (reads: Record<string, () => unknown>) => {
  node.rest = (method, path, body) => {
    if (method !== "GET") asked.push(`${method} ${path} ${JSON.stringify(body)}`);
    const read = reads[`${method} ${path}`];
    return read ? Response.json(read()) : undefined;
  };
};

const message = (position: number, author: string, more: Partial<ChatMessage> = {}) =>
  ({
    id: `m${position}`,
    position,
    author,
    author_name: author,
    text: `t${position}`,
    status: "sent",
    version: 1,
    ...more,
  }) as ChatMessage;

test("[E3] [E4] a conversation: what is written waits, is sent once, goes delivered and read; what is seen is told as read", async () => {
  answers({ "GET /api/conversations/7/messages?limit=30": () => ({ items: [message(1, "ben")], next: null }) });
  let send: (text: string) => unknown = () => {};
  function Thread() {
    const chat = useConversation("7", { user: "ana", name: "Ana" });
    send = chat.send;
    return <p data-testid="rows">{chat.rows?.map(row => `${row.text}:${row.status}`).join(" ")}</p>;
  }
  page(<Thread />);
  await pass(100);
  expect(seen("rows")).toBe("t1:sent");
  expect(asked).toContain('POST /api/conversations/7/read {"position":1}');
  tab.online = false;
  tab.fire("offline");
  act(() => void send("hello"));
  await pass(500);
  expect(seen("rows")).toBe("hello:waiting t1:sent");
  tab.online = true;
  tab.fire("online");
  await pass(3_000);
  const posts = asked.filter(one => one.startsWith("POST /api/conversations/7/messages"));
  expect(posts).toHaveLength(1);
  const { id } = JSON.parse((posts[0] as string).split("messages ")[1] as string) as { id: string };
  const row = message(2, "ana", { id, text: "hello" });
  node.emit("chat:7", { key: { id }, row }, id, "message.created");
  await pass(50);
  expect(seen("rows")).toBe("hello:sent t1:sent");
  const told = (status: string) => ({ conversationId: "7", author: "ana", status, after: 0, upTo: 2 });
  node.emit("chat:7", told("read"), undefined, "message.status");
  node.emit("chat:7", told("delivered"), undefined, "message.status");
  await pass(50);
  expect(seen("rows")).toBe("hello:read t1:sent");
});

test("[E4] [C10] what the outbox sends is in the list before its event comes; an edit and a taking back show at once", async () => {
  const path = "/api/conversations/7/messages";
  const old = { ...message(2, "ana", { id: "old", text: "old" }), conversation_id: "7" };
  answers({
    [`GET ${path}?limit=30`]: () => ({ items: [message(1, "ana")], next: null }),
    [`POST ${path}`]: () => old,
  });
  let chat: ReturnType<typeof useConversation>;
  function Thread() {
    chat = useConversation("7", { user: "ana", name: "Ana" });
    return (
      <p data-testid="rows">{chat.rows?.map(row => (row.deleted_at ? "-" : `${row.text}:${row.status}`)).join(" ")}</p>
    );
  }
  page(<Thread />);
  await pass(100);
  // As a page before a reload wrote it: nobody here waits for it.
  act(() => void client.write({ path, body: { id: "old", text: "old" } }));
  await pass(500);
  expect(seen("rows")).toBe("old:sent t1:sent");
  act(() => void chat.edit(old, "new"));
  await pass(10);
  expect(seen("rows")).toBe("new:sent t1:sent");
  expect(asked).toContain(`PATCH ${path}/old {"text":"new"}`);
  act(() => void chat.takeBack(message(1, "ana")));
  await pass(10);
  expect(seen("rows")).toBe("new:sent -");
  expect(asked.some(one => one.startsWith(`DELETE ${path}/m1`))).toBe(true);
});

test("[E7] the list of conversations follows, and acknowledges what arrives, once for a burst", async () => {
  const inbox = (id: string, active: string, unread = 0) =>
    ({ id, title: id, active_at: active, unread, last_position: 0, delivered_position: 0 }) as Inbox;
  answers({ "GET /api/conversations?limit=50": () => ({ items: [inbox("b", "2"), inbox("a", "1")], next: null }) });
  function List() {
    return (
      <p data-testid="list">
        {useConversations("ana")
          .rows?.map(row => `${row.id}${row.unread}`)
          .join(" ")}
      </p>
    );
  }
  page(<List />);
  await pass(100);
  for (const unread of [1, 2]) {
    const row = { ...inbox("a", `3${unread}`, unread), last_position: unread };
    node.emit("conversations:ana", { key: { id: "a" }, row }, undefined, "inbox.updated");
  }
  await pass(1_000);
  expect(seen("list")).toBe("a2 b0");
  expect(asked.filter(one => one.includes("/delivered"))).toHaveLength(1);
});

const received = (last_position: number, delivered_position: number) =>
  ({ id: "a", title: "a", active_at: "1", last_position, delivered_position }) as Inbox;
/** In one push. */
function hears(...rows: Inbox[]): void {
  const events = rows.map((row, n) => {
    const id = String(node.log.length + 1 + n);
    return { id, type: "inbox.updated", data: { key: { id: row.id }, row } };
  });
  node.log.push(...events.map(event => ({ channel: "conversations:ana", event })));
  node.all({ push: "events", channel: "conversations:ana", cursor: node.cursor(), events });
}

async function list(): Promise<() => number> {
  answers({ "GET /api/conversations?limit=50": () => ({ items: [received(0, 0)], next: null }) });
  function List() {
    return <p>{useConversations("ana").rows?.length}</p>;
  }
  page(<List />);
  await pass(100);
  return () => asked.filter(one => one.includes("/delivered")).length;
}

test("[E3] what arrives is acknowledged, also when it comes with the echo of what came before, or without a pause", async () => {
  const acknowledged = await list();
  hears(received(1, 0));
  await pass(1_000);
  expect(acknowledged()).toBe(1);
  hears(received(1, 1), received(2, 1));
  await pass(1_000);
  expect(acknowledged()).toBe(2);
  for (let n = 0; n < 6; n++) await pass(10_000);
  expect(acknowledged()).toBe(2);
  for (let n = 3; n < 23; n++) {
    hears(received(n, 1));
    await pass(200);
  }
  expect(acknowledged()).toBeGreaterThan(5);
});

test("[E3] an acknowledgement that failed is made again", async () => {
  const acknowledged = await list();
  node.answers.push(new Response(null, { status: 503 }));
  hears(received(1, 0));
  await pass(1_000);
  expect(acknowledged()).toBe(1);
  for (let n = 0; n < 6; n++) await pass(1_000);
  expect(acknowledged()).toBe(2);
  for (let n = 0; n < 6; n++) await pass(10_000);
  expect(acknowledged()).toBe(2);
});

test("[E3] that something was read is told again where that failed, and not otherwise", async () => {
  answers({ "GET /api/conversations/7/messages?limit=30": () => ({ items: [message(1, "ben")], next: null }) });
  node.answers.push(new Response(null, { status: 503 }));
  function Thread() {
    return <p>{useConversation("7", { user: "ana", name: "Ana" }).rows?.length}</p>;
  }
  page(<Thread />);
  const told = () => asked.filter(one => one.includes("/read")).length;
  await pass(1_000);
  expect(told()).toBe(1);
  for (let n = 0; n < 6; n++) await pass(1_000);
  expect(told()).toBe(2);
  for (let n = 0; n < 6; n++) await pass(10_000);
  expect(told()).toBe(2);
});

test("[D2] [E7] the queue is read again once for a burst; each call is told", async () => {
  let reads = 0;
  answers({
    "GET /api/queue": () => ({ services: [], counters: [], waiting: [{ id: ++reads }], serving: [], recent: [] }),
  });
  const calls: string[] = [];
  function Desk() {
    useCalls(({ code }: TicketChange) => calls.push(code));
    return (
      <p data-testid="queue">
        {useQueue()
          .queue?.waiting.map(one => one.id)
          .join()}
      </p>
    );
  }
  page(<Desk />);
  await pass(100);
  const first = reads;
  for (const code of ["A1", "A2"]) {
    const data = { id: code, code, calls: 1, old_status: "in_queue", new_status: "called" };
    node.emit("queue", data, undefined, "ticket_status_changed");
    node.emit("queue", { service_ids: [], cause: "ticket" }, undefined, "queue_update");
  }
  await pass(500);
  expect(calls).toEqual(["A1", "A2"]);
  expect(reads).toBe(first + 1);
});

test("[B5] [B6] [E8] a studio: callbacks while the component is there, none afterwards; read only while it cannot be heard", async () => {
  const state: StudioState = { studio: "tower", streaming: true, listeners: 1, session: null, audioLevel: null };
  let reads = 0;
  answers({
    "GET /api/studio/status?limit=200": () => {
      reads++;
      return { items: [{ ...state, listeners: reads }] };
    },
  });
  const heard: string[] = [];
  function Monitor() {
    const { studios } = useStudio({
      onStatus: one => heard.push(`status ${one.listeners}`),
      onAudioLevel: level => heard.push(`level ${level.left}`),
      onEvent: event => heard.push(event.type),
      onSession: event => heard.push(event.type),
    });
    return <p data-testid="studio">{studios?.map(one => `${one.listeners} ${one.audioLevel?.left}`).join()}</p>;
  }
  const { unmount } = page(<Monitor />);
  await pass(200);
  const said = (type: string, data: object) =>
    node.all({ push: "ephemeral", channel: "status", events: [{ type, data: { studio: "tower", ...data } }] });
  said("status.update", { ...state, listeners: 12 });
  said("audio.level", { left: -18, right: -18, peakLeft: -6, peakRight: -6 });
  node.emit("events", { id: "1", type: "silence", studio: "tower" }, undefined, "event.new");
  await pass(20);
  expect(seen("studio")).toBe("12 -18");
  node.emit("session", { key: {}, row: {} }, undefined, "session.created");
  await pass(20);
  expect(heard).toEqual(["status 12", "level -18", "silence", "session.created"]);
  await pass(400);
  const before = reads;
  await pass(20_000);
  expect(reads).toBe(before);
  node.socketsBlocked = true;
  node.close(1006, "");
  await pass(25_000);
  // Every 5 s, once the attempt has failed and as long as nothing is heard.
  expect(reads).toBeGreaterThanOrEqual(before + 3);
  expect(reads).toBeLessThanOrEqual(before + 6);
  unmount();
  const after = reads;
  heard.length = 0;
  await pass(20_000);
  expect(reads).toBe(after);
  expect(heard).toEqual([]);
});

test("[E7] a burst of sessions and studios is one read of how the studios stand", async () => {
  let reads = 0;
  answers({
    "GET /api/studio/status?limit=200": () => {
      reads++;
      return { items: [{ studio: "tower", streaming: true, listeners: reads, session: null, audioLevel: null }] };
    },
  });
  const sessions: string[] = [];
  function Monitor() {
    const { studios, following } = useStudio({ onSession: event => sessions.push(event.type) });
    return (
      <p data-testid="studio">
        {studios?.map(one => one.listeners).join()} {String(following)}
      </p>
    );
  }
  page(<Monitor />);
  await pass(500);
  expect(seen("studio")).toBe("1 true");
  for (let n = 0; n < 20; n++) {
    node.emit("session", {}, undefined, "session.updated");
    node.emit("studio", {}, undefined, "studio.updated");
    await pass(5);
  }
  expect(sessions).toHaveLength(20);
  await pass(1_000);
  expect(reads).toBe(2);
  expect(seen("studio")).toBe("2 true");
});
