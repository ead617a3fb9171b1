import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Carillon, connect } from "../src/client.ts";
import { nameOf } from "../src/identity.ts";
import type { ConnectOptions } from "../src/types.ts";
import { FakeBrowser, FakeNode, type FakeTab, jwt } from "./fakes.ts";

interface Page {
  tab: FakeTab;
  carillon: Carillon;
  heard: unknown[];
  resets: string[];
}

let node: FakeNode;
let browser: FakeBrowser;
const pages: Page[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  node = new FakeNode();
  browser = new FakeBrowser();
});
afterEach(() => {
  for (const { carillon } of pages.splice(0)) carillon.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

async function page(channel = "orders", more: ConnectOptions = {}): Promise<Page> {
  const tab = browser.tab(node);
  const carillon = connect(
    { token: () => jwt({ sub: "ana", iat: Date.now() }), onFailure: () => {}, ...more },
    tab.world,
  );
  const one: Page = { tab, carillon, heard: [], resets: [] };
  carillon.subscribe(channel, {
    events: events => one.heard.push(...events.map(event => event.data)),
    reset: reason => one.resets.push(reason),
  });
  pages.push(one);
  await pass(100);
  return one;
}

const five = async () => [await page(), await page(), await page(), await page(), await page()] as const;

test("[C11] five tabs, one connection, one subscription; each tab hears everything once", async () => {
  const tabs = await five();
  node.emit("orders", 1);
  node.emit("orders", 2);
  await pass(50);
  expect(node.sockets.size).toBe(1);
  expect(node.tries).toHaveLength(1);
  expect(node.commands.filter(it => it.command === "subscribe")).toHaveLength(1);
  for (const { heard, carillon } of tabs) {
    expect(heard).toEqual([1, 2]);
    expect(carillon.status).toEqual({ state: "connected", transport: "websocket" });
  }
});

test("[C11] other people's tabs, and what is no JWT, share nothing", async () => {
  await page();
  await page("orders", { token: () => jwt({ sub: "ben" }) });
  await page("orders", { token: () => "opaque" });
  await page("orders", { token: () => "opaque" });
  expect(node.sockets.size).toBe(4);
  expect(nameOf(jwt({ sub: "a", exp: 1 }))).toBe(nameOf(jwt({ exp: 2, sub: "a" })));
  expect(nameOf(jwt({ sub: "a", tenant: "x" }))).not.toBe(nameOf(jwt({ sub: "a", tenant: "y" })));
});

test("[C11] [A3] the leader closes: another leads, and nothing is lost or repeated", async () => {
  const [first, ...others] = await five();
  node.emit("orders", 1);
  await pass(20);
  first.carillon.close();
  node.emit("orders", 2);
  await pass(500);
  node.emit("orders", 3);
  await pass(50);
  for (const { heard, resets } of others) expect({ heard, resets }).toEqual({ heard: [1, 2, 3], resets: [] });
  expect(node.sockets.size).toBe(1);
});

test("[C11] [A3] the leader crashes, again and again", async () => {
  const tabs = await five();
  for (let n = 0; n < 4; n++) {
    node.emit("orders", `${n} before`);
    await pass(5);
    tabs[n]?.tab.crash();
    node.emit("orders", `${n} after`);
    await pass(300);
  }
  const last = tabs[4];
  expect(last.heard).toEqual([0, 1, 2, 3].flatMap(n => [`${n} before`, `${n} after`]));
  expect(last.resets).toEqual([]);
  expect(node.sockets.size).toBe(1);
});

test("[C11] [A3] the leader is frozen: it is overruled, and when it wakes up it follows and has missed nothing", async () => {
  const [first, ...others] = await five();
  first.tab.freeze();
  node.emit("orders", 1);
  await pass(20_000);
  node.emit("orders", 2);
  await pass(50);
  for (const { heard } of others) expect(heard).toEqual([1, 2]);
  first.tab.thaw();
  await pass(1_000);
  node.emit("orders", 3);
  await pass(1_000);
  for (const { heard, resets } of [first, ...others]) {
    expect({ heard, resets }).toEqual({ heard: [1, 2, 3], resets: [] });
  }
  expect(node.sockets.size).toBe(1);
});

test("[C11] a page that is put away hands over, and joins again when it comes back", async () => {
  const [first, second] = [await page(), await page()];
  first.tab.fire("pagehide");
  await pass(200);
  node.emit("orders", 1);
  await pass(50);
  expect(second.heard).toEqual([1]);
  first.tab.fire("pageshow");
  await pass(200);
  node.emit("orders", 2);
  await pass(50);
  expect(first.heard.at(-1)).toBe(2);
  expect(node.sockets.size).toBe(1);
});

test("channels of tabs that are gone are left, those of others stay", async () => {
  const first = await page("orders");
  const second = await page("notes");
  await page("orders");
  second.tab.crash();
  await pass(35_000);
  expect(node.commands.at(-1)).toBeDefined();
  const left = node.commands.filter(it => it.command === "unsubscribe").flatMap(it => it.channels);
  expect(left).toEqual(["notes"]);
  node.emit("orders", 1);
  await pass(50);
  expect(first.heard).toEqual([1]);
});

test("a tab that reads joins what another tab follows without a hole", async () => {
  await page();
  const later = await page("other");
  const heard: unknown[] = [];
  later.carillon.subscribe("orders", {
    load: async () => {
      heard.push("read");
      await new Promise(done => setTimeout(done, 50));
      return node.cursor();
    },
    events: events => heard.push(...events.map(event => event.data)),
  });
  await pass(20);
  node.emit("orders", 1);
  await pass(200);
  node.emit("orders", 2);
  await pass(50);
  expect(heard).toEqual(["read", 1, 2]);
  expect(node.commands.filter(it => it.command === "subscribe")).toHaveLength(2);
});

test("publishing, retry and status go through the leader", async () => {
  const [, second] = [await page(), await page()];
  const outcome = second.carillon.publish("orders", "typing.start", { chatId: "1" });
  await pass(50);
  expect(await outcome).toEqual({ ok: true, value: undefined });
  expect(node.commands.at(-1)).toMatchObject({ command: "publish", channel: "orders", type: "typing.start" });
  node.stop();
  await pass(400_000);
  expect(second.carillon.status.state).toBe("failed");
  const before = node.tries.length;
  node.up = true;
  second.carillon.retry();
  await pass(100);
  expect(node.tries.length).toBe(before + 1);
  expect(second.carillon.status.state).toBe("connected");
});

test("[A3] a tab that missed what the last leader told is told to read again; the others are not", async () => {
  const [first, second, third] = [await page(), await page(), await page()];
  third.tab.deaf = true;
  node.emit("orders", 1);
  await pass(50);
  third.tab.deaf = false;
  first.tab.crash();
  await pass(500);
  node.emit("orders", 2);
  await pass(50);
  expect(second).toMatchObject({ heard: [1, 2], resets: [] });
  expect(third).toMatchObject({ heard: [2], resets: ["behind"] });
});
