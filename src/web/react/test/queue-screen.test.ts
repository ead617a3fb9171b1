// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { TicketChange } from "../src/modules/queue.ts";
import { QueueScreen } from "../src/modules/queue-screen.ts";

class Socket {
  static all: Socket[] = [];
  static blocked = false;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number }) => void) | null = null;
  readonly sent: string[] = [];

  constructor(readonly url: string | URL) {
    Socket.all.push(this);
    setTimeout(() => (Socket.blocked ? this.onclose?.({ code: 1006 }) : this.onopen?.()), 1);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(): void {}

  say(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

const EMPTY = { services: [], counters: [], waiting: [], serving: [], recent: [] };
const serving = (calls: number) => [
  { id: "1", code: "A001", service_id: "1", status: "called", counter: "Desk", calls },
];
let screen: QueueScreen;
let calls: TicketChange[];
let polled: () => Response;
const last = () => Socket.all.at(-1) as Socket;
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("WebSocket", Socket);
  polled = () => Response.error();
  vi.stubGlobal("fetch", async () => polled());
  vi.spyOn(Math, "random").mockReturnValue(1);
  Socket.all = [];
  Socket.blocked = false;
  calls = [];
  screen = new QueueScreen({ tenant: "acme", kind: "totem", key: "k", url: "http://node" }, one => calls.push(one));
});
afterEach(() => {
  screen.close();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
  vi.useRealTimers();
});

test("[D1] [D3] it says its key in the first message, not in the address; the queue and each call are told", async () => {
  await pass(5);
  expect(String(last().url)).toBe("ws://node/ws/acme/totem?auth=message");
  expect(last().sent).toEqual(['{"type":"auth","device_key":"k"}']);
  last().say({ type: "queue_update", data: EMPTY, cursor: "c1" });
  expect(screen.view).toMatchObject({ status: { state: "connected" }, queue: EMPTY });
  last().say({ type: "ticket_status_changed", cursor: "c2", data: { code: "A001", new_status: "called" } });
  last().say({ type: "ticket_status_changed", cursor: "c3", data: { code: "A001", new_status: "completed" } });
  expect(calls.map(({ code }) => code)).toEqual(["A001"]);
  last().onclose?.({ code: 1006 });
  expect(screen.view.status.state).toBe("connected");
  await pass(1_100);
  expect(String(last().url)).toContain("cursor=c3");
});

test("[D6] without a WebSocket it polls every 30 s, says so, and a call is heard there too, once", async () => {
  Socket.blocked = true;
  last().onclose?.({ code: 1006 });
  let now = serving(0).slice(0, 0) as ReturnType<typeof serving>;
  let polls = 0;
  polled = () => {
    polls++;
    return Response.json({ ...EMPTY, serving: now }, { headers: { ETag: '"1"', "Carillon-Cursor": "p1" } });
  };
  await pass(4_100);
  expect(screen.view.status).toEqual({ state: "polling" });
  now = serving(1);
  await pass(30_000);
  expect(calls).toMatchObject([{ code: "A001", counter: "Desk" }]);
  await pass(30_000);
  expect(calls).toHaveLength(1);
  now = serving(2);
  await pass(30_000);
  expect(calls).toHaveLength(2);
  expect(polls).toBeLessThanOrEqual(5);
  Socket.blocked = false;
  await pass(31_000);
  last().say({ type: "queue_update", data: EMPTY, cursor: "c1" });
  expect(screen.view.status.state).toBe("connected");
});

test("[C8] [D6] nobody answers: reconnecting n of 10, then lost; it goes on for ever, and Retry tries at once", async () => {
  Socket.blocked = true;
  await pass(4_500);
  expect(screen.view.status).toMatchObject({ state: "reconnecting", of: 10 });
  await pass(300_000);
  expect(screen.view.status.state).toBe("failed");
  const before = Socket.all.length;
  await pass(600_000);
  expect(Socket.all.length - before).toBeGreaterThanOrEqual(19);
  Socket.blocked = false;
  screen.retry();
  await pass(5);
  last().say({ type: "queue_update", data: EMPTY, cursor: "c1" });
  expect(screen.view.status.state).toBe("connected");
});

test("[D1] a key that is not taken any longer is said", async () => {
  await pass(5);
  last().onclose?.({ code: 4104 });
  expect(screen.view.refused).toBe(true);
});
