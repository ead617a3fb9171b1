import "fake-indexeddb/auto";
import { IDBFactory } from "fake-indexeddb";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Carillon, connect } from "../src/client.ts";
import type { ConnectOptions, Written } from "../src/types.ts";
import { FakeBrowser, FakeNode, jwt } from "./fakes.ts";

let node: FakeNode;
let browser: FakeBrowser;
let stored: IDBFactory;
const open: Carillon[] = [];

beforeEach(() => {
  // fake-indexeddb moves on with setImmediate, which stays real.
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "setInterval", "clearInterval", "Date"] });
  node = new FakeNode();
  browser = new FakeBrowser();
  stored = new IDBFactory();
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  vi.useRealTimers();
});

async function pass(ms: number): Promise<void> {
  for (let n = 0; n < 20; n++) {
    await vi.advanceTimersByTimeAsync(ms / 20);
    await new Promise(done => setImmediate(done));
  }
}

async function page(more: ConnectOptions = {}) {
  const tab = browser.tab(node);
  tab.world.indexedDB = stored;
  const carillon = connect({ token: () => jwt({ sub: "ana" }), onFailure: () => {}, ...more }, tab.world);
  open.push(carillon);
  const written: Written[] = [];
  carillon.onWritten(one => written.push(one));
  await pass(100);
  return { tab, carillon, written };
}

const write = (carillon: Carillon, text: string) => carillon.write({ path: "/api/messages", body: { text } });
const sent = () => node.writes.map(one => (one.body as { text: string }).text);

test("[E4] what is written offline is sent once, in order, when the network is back", async () => {
  const { tab, carillon } = await page();
  tab.online = false;
  node.stop();
  const outcomes = ["a", "b", "c"].map(text => write(carillon, text).done);
  await pass(60_000);
  expect(carillon.pending.map(one => (one.body as { text: string }).text)).toEqual(["a", "b", "c"]);
  expect(node.writes).toEqual([]);
  node.up = true;
  tab.online = true;
  tab.fire("online");
  await pass(1_000);
  expect(sent()).toEqual(["a", "b", "c"]);
  expect((await Promise.all(outcomes)).every(outcome => outcome.ok)).toBe(true);
  expect(carillon.pending).toEqual([]);
});

test("[E4] it survives a reload while offline", async () => {
  const before = await page();
  before.tab.online = false;
  write(before.carillon, "a");
  const { ref } = write(before.carillon, "b");
  await pass(100);
  before.tab.crash();
  const after = await page();
  await pass(500);
  expect(sent()).toEqual(["a", "b"]);
  expect(after.written.map(one => [one.ref === ref, one.outcome.ok])).toEqual([
    [false, true],
    [true, true],
  ]);
});

test("[E4] an answer that got lost is asked for again with the same key", async () => {
  const { carillon } = await page();
  node.answers.push(new Response(null, { status: 599 }));
  const { key, done } = write(carillon, "a");
  await pass(5_000);
  expect((await done).ok).toBe(true);
  expect(node.writes.map(one => one.key)).toEqual([key, key]);
});

test("[E4] a refused write is told and does not stand in the others' way; one that may succeed later keeps its place", async () => {
  const { carillon } = await page();
  node.answers.push(Response.json({ code: "busy" }, { status: 503, headers: { "Retry-After": "9" } }));
  const first = write(carillon, "a");
  const second = write(carillon, "b");
  await pass(8_000);
  expect(sent()).toEqual(["a"]);
  node.answers.push(Response.json({ code: "too_long", detail: "too long" }, { status: 400 }));
  await pass(3_000);
  expect(sent()).toEqual(["a", "a", "b"]);
  expect(await first.done).toMatchObject({ ok: false, error: { code: "too_long", message: "too long" } });
  expect((await second.done).ok).toBe(true);
});

test("[E4] another person's writes wait for that person", async () => {
  const ana = await page();
  ana.tab.online = false;
  write(ana.carillon, "ana's");
  await pass(100);
  ana.tab.crash();
  await page({ token: () => jwt({ sub: "ben" }) });
  await pass(5_000);
  expect(node.writes).toEqual([]);
  await page();
  await pass(500);
  expect(sent()).toEqual(["ana's"]);
});

test("[E4] [A5] a token of somebody else sends nobody's writes and opens no connection; the writes wait", async () => {
  const ana = (roles: string[]) => jwt({ sub: "ana", tenant: "acme", roles });
  let token = ana(["member"]);
  node.lifetime = 100_000;
  const { carillon } = await page({ token: () => token });
  token = jwt({ sub: "ben", tenant: "acme" });
  await pass(90_000); // it was to be renewed meanwhile
  node.stop();
  const { done } = write(carillon, "ana's");
  await pass(100);
  node.up = true;
  for (const other of [token, jwt({ sub: "ana", tenant: "globex" })]) {
    token = other;
    await pass(60_000);
    expect(carillon.status).toMatchObject({ state: "failed", error: { code: "other_person" } });
    expect(node.writes).toEqual([]);
    expect(node.sockets.size).toBe(0);
    expect(carillon.pending).toHaveLength(1);
  }
  expect(await carillon.request({ path: "/api/me" })).toMatchObject({ ok: false, error: { code: "other_person" } });
  token = ana(["member", "admin"]);
  await pass(60_000);
  expect((await done).ok).toBe(true);
  expect(node.writes.map(one => one.token)).toEqual([`Bearer ${token}`]);
  expect(carillon.status.state).toBe("connected");
});

test("[E4] [C11] tabs write into one outbox; whoever leads sends, also after the leader crashed", async () => {
  const first = await page();
  const second = await page();
  first.tab.online = false;
  second.tab.online = false;
  write(first.carillon, "a");
  await pass(50);
  write(second.carillon, "b");
  await pass(500);
  expect(second.carillon.pending).toHaveLength(2);
  first.tab.crash();
  second.tab.online = true;
  second.tab.fire("online");
  await pass(3_000);
  expect(sent()).toEqual(["a", "b"]);
});

test("[E4] what is written before anybody knows who it is, is sent as theirs", async () => {
  let known = false;
  const { carillon } = await page({
    token: () => {
      if (!known) throw new Error("offline");
      return jwt({ sub: "ana" });
    },
  });
  write(carillon, "early");
  await pass(500);
  known = true;
  await pass(40_000);
  expect(sent()).toEqual(["early"]);
});

test("where nothing can be stored, a write is sent at once and its outcome told", async () => {
  const tab = browser.tab(node);
  const failures: string[] = [];
  tab.world.indexedDB = {
    open: () => {
      throw new Error("not here");
    },
  } as never;
  const carillon = connect(
    { token: () => jwt({ sub: "ana" }), onFailure: failure => failures.push(failure.code) },
    tab.world,
  );
  open.push(carillon);
  await pass(100);
  const { done } = write(carillon, "a");
  await pass(100);
  expect((await done).ok).toBe(true);
  expect(failures).toContain("storage");
});

test("what cannot be said is a failure, and does not stand in the others' way", async () => {
  const { carillon } = await page();
  const cyclic: Record<string, unknown> = {};
  cyclic.self = cyclic;
  const bad = carillon.write({ path: "/api/messages", body: cyclic });
  const good = write(carillon, "a");
  await pass(500);
  expect(await bad.done).toMatchObject({ ok: false, error: { code: "malformed", retry: false } });
  expect((await good.done).ok).toBe(true);
});
