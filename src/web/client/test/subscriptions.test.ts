import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Carillon, connect } from "../src/client.ts";
import type { Failure } from "../src/types.ts";
import { FakeBrowser, FakeNode, type FakeTab, jwt } from "./fakes.ts";

let node: FakeNode;
let tab: FakeTab;
let carillon: Carillon;
const failures: Failure[] = [];

beforeEach(async () => {
  vi.useFakeTimers();
  node = new FakeNode();
  tab = new FakeBrowser().tab(node);
  failures.length = 0;
  carillon = connect(
    { token: () => jwt({ sub: "ana" }), tabs: false, onFailure: failure => failures.push(failure) },
    tab.world,
  );
  await pass(50);
});
afterEach(() => {
  carillon.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

test("[A9] a read and what follows it have neither hole nor overlap", async () => {
  node.emit("orders", "in the read");
  const cursor = node.cursor();
  node.emit("orders", "after the read");
  const heard: unknown[] = [];
  carillon.subscribe("orders", {
    load: async () => {
      await new Promise(done => setTimeout(done, 100));
      return { headers: new Headers({ "Carillon-Cursor": cursor }) };
    },
    events: events => heard.push(...events.map(event => event.data)),
  });
  await pass(200);
  expect(heard).toEqual(["after the read"]);
});

test("[A9] who joins a followed channel reads while events are held back for it", async () => {
  const first: unknown[] = [];
  const second: unknown[] = [];
  carillon.subscribe("orders", { events: events => first.push(...events.map(event => event.data)) });
  await pass(50);
  carillon.subscribe("orders", {
    load: async why => {
      second.push(`read ${why}`);
      await new Promise(done => setTimeout(done, 100));
      second.push("read done");
      return node.cursor();
    },
    events: events => second.push(...events.map(event => event.data)),
  });
  await pass(10);
  node.emit("orders", 1);
  await pass(20);
  expect(first).toEqual([1]);
  expect(second).toEqual(["read joined"]);
  await pass(200);
  expect(second).toEqual(["read joined", "read done", 1]);
  expect(node.commands.filter(it => it.command === "subscribe")).toHaveLength(1);
});

test("[C12] what is told of a conflated channel is heard, once where the node says it again", async () => {
  const heard: unknown[] = [];
  carillon.subscribe("meters", { events: events => heard.push(...events.map(it => it.data)) });
  await pass(50);
  const say = (...ids: number[]) =>
    node.all({
      push: "conflated",
      channel: "meters",
      events: ids.map(id => ({ id: String(id), type: "said", data: id })),
    });
  say(7);
  say(7, 9);
  await pass(50);
  expect(heard).toEqual([7, 9]);
});

test("[A3] a reset is told, read again with its reason, and followed from there", async () => {
  const told: unknown[] = [];
  carillon.subscribe("orders", {
    load: why => {
      told.push(`read ${why}`);
      return node.cursor();
    },
    reset: reason => told.push(`reset ${reason}`),
    events: events => told.push(...events.map(event => event.data)),
  });
  const plain: unknown[] = [];
  carillon.subscribe("orders", {
    reset: reason => plain.push(`reset ${reason}`),
    following: () => plain.push("following"),
  });
  await pass(50);
  for (const socket of node.sockets) socket.followed.clear();
  node.all({ push: "reset", channels: ["orders"], reason: "truncated" });
  await pass(50);
  node.emit("orders", 1);
  await pass(20);
  expect(told).toEqual(["read start", "reset truncated", "read truncated", 1]);
  // Without a read of one's own: told when the new subscription stands, so that what is read then has no hole.
  expect(plain).toEqual(["following", "reset truncated", "following"]);
});

test("a read that fails is a failure, and made again", async () => {
  let times = 0;
  const heard: unknown[] = [];
  carillon.subscribe("orders", {
    load: () => {
      if (++times < 3) throw new Error("no network");
      return "c0";
    },
    events: events => heard.push(...events),
  });
  node.emit("orders", 1);
  await pass(4_000);
  expect(times).toBe(3);
  expect(heard).toHaveLength(1);
  expect(failures.map(failure => failure.code)).toEqual(["load", "load"]);
});

test("a handler that throws harms nobody else, and is told", async () => {
  const heard: unknown[] = [];
  carillon.subscribe("orders", () => {
    throw new Error("mine");
  });
  carillon.subscribe("orders", event => heard.push(event.data));
  await pass(50);
  node.emit("orders", 1);
  await pass(20);
  expect(heard).toEqual([1]);
  expect(failures).toMatchObject([{ code: "handler", channel: "orders" }]);
});

test("[B5] undo stops at once, twice does no harm, and the channel is left when nobody is there", async () => {
  const heard: unknown[] = [];
  const undo = carillon.subscribe("orders", event => heard.push(event));
  await pass(50);
  undo();
  undo();
  node.emit("orders", 1);
  await pass(20);
  expect(heard).toEqual([]);
  await pass(1_000);
  expect(node.commands.at(-1)).toMatchObject({ command: "unsubscribe", channels: ["orders"] });
});

test("a page that comes and goes keeps its channel, and a new subscription after leaving begins anew", async () => {
  const undo = carillon.subscribe("orders", () => {});
  await pass(50);
  undo();
  carillon.subscribe("orders", () => {})();
  await pass(100);
  expect(node.commands.filter(it => it.command !== "connect")).toHaveLength(1);
  await pass(1_000);
  const heard: unknown[] = [];
  carillon.subscribe("orders", event => heard.push(event.data));
  await pass(50);
  node.emit("orders", 1);
  await pass(20);
  expect(heard).toEqual([1]);
});

test("[A5] a forbidden channel is told to its followers, also to later ones; others go on", async () => {
  const ended: string[] = [];
  const heard: unknown[] = [];
  carillon.subscribe("forbidden", { ended: error => ended.push(`first ${error.code}`) });
  carillon.subscribe("orders", event => heard.push(event.data));
  await pass(50);
  carillon.subscribe("forbidden", { ended: error => ended.push(`second ${error.code}`) });
  node.emit("orders", 1);
  await pass(20);
  expect(ended).toEqual(["first forbidden", "second forbidden"]);
  expect(heard).toEqual([1]);
});

test("after close nothing is told any longer, and nothing throws", async () => {
  const heard: unknown[] = [];
  carillon.subscribe("orders", event => heard.push(event));
  await pass(50);
  carillon.close();
  node.emit("orders", 1);
  await pass(100);
  expect(heard).toEqual([]);
  expect(carillon.status).toEqual({ state: "closed" });
  expect(carillon.subscribe("orders", () => {})()).toBeUndefined();
  expect(await carillon.publish("orders", "x", {})).toMatchObject({ ok: false });
  expect(node.sockets.size).toBe(0);
});

test.each([true, false])(
  "[A9] what is subscribed to before there is a connection is read once (tabs: %s)",
  async tabs => {
    node.emit("orders", "in the read");
    const cursor = node.cursor();
    node.emit("orders", "after the read");
    const early = connect(
      { token: () => jwt({ sub: "ben" }), tabs, onFailure: () => {} },
      new FakeBrowser().tab(node).world,
    );
    const reads: string[] = [];
    const heard: unknown[] = [];
    early.subscribe("orders", {
      load: why => {
        reads.push(why);
        return cursor;
      },
      events: events => heard.push(...events.map(event => event.data)),
    });
    await pass(200);
    expect(reads).toEqual(["start"]);
    expect(heard).toEqual(["after the read"]);
    early.close();
  },
);

test("what still comes of a subscription that was left is not told to the next one", async () => {
  const undo = carillon.subscribe("orders", () => {});
  await pass(50);
  undo();
  await pass(400);
  node.emit("orders", "in the read");
  const heard: unknown[] = [];
  carillon.subscribe("orders", {
    load: () => node.cursor(),
    events: events => heard.push(...events.map(it => it.data)),
  });
  await pass(50);
  node.emit("orders", "after the read");
  await pass(50);
  expect(heard).toEqual(["after the read"]);
});
