import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Carillon, connect } from "../src/client.ts";
import { type Roster, rosterAfter } from "../src/presence.ts";
import type { ConnectOptions } from "../src/types.ts";
import { FakeBrowser, FakeNode, jwt } from "./fakes.ts";

let node: FakeNode;
let browser: FakeBrowser;
const open: Carillon[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  node = new FakeNode();
  node.members = [{ user: "ana", name: "Ana", state: "online" }];
  browser = new FakeBrowser();
});
afterEach(() => {
  for (const one of open.splice(0)) one.close();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const ben = { user: "ben", name: "Ben", state: "away" } as const;

async function page(more: ConnectOptions = {}) {
  const carillon = connect({ token: () => jwt({ sub: "ana" }), onFailure: () => {}, ...more }, browser.tab(node).world);
  open.push(carillon);
  await pass(50);
  const rosters: Roster[] = [];
  return { carillon, rosters, hear: (roster: Roster) => void rosters.push(roster) };
}
const users = (roster: Roster | undefined) => roster?.members?.map(member => member.user);

test("[A6] who is there is told at once, then whoever comes, changes or goes", async () => {
  const { carillon, rosters, hear } = await page();
  carillon.presence("room", hear);
  await pass(50);
  node.all({ push: "presence", channel: "room", count: 2, changes: [{ change: "join", ...ben }] });
  node.all({ push: "presence", channel: "room", count: 2, changes: [{ change: "state", ...ben, state: "busy" }] });
  node.all({ push: "presence", channel: "room", count: 1, changes: [{ change: "leave", ...ben }] });
  await pass(50);
  expect(rosters.map(users)).toEqual([["ana"], ["ana", "ben"], ["ana", "ben"], ["ana"]]);
  expect(rosters[2]?.members?.[1]).toEqual({ ...ben, state: "busy" });
});

test("too many to name are counted, and named again when the node does", () => {
  const all = rosterAfter(undefined, { channel: "r", count: 1, members: [ben] });
  const many = rosterAfter(all, { channel: "r", count: 5_000 });
  expect(many).toEqual({ count: 5_000, members: null });
  expect(rosterAfter(many, { channel: "r", count: 5_001, changes: [{ change: "join", ...ben }] }).members).toBeNull();
  expect(rosterAfter(many, { channel: "r", count: 1, members: [ben] }).members).toEqual([ben]);
});

test("presence asked for later does not lose an event of the channel", async () => {
  const { carillon, rosters, hear } = await page();
  const heard: unknown[] = [];
  carillon.subscribe("room", event => heard.push(event.data));
  await pass(50);
  node.emit("room", 1);
  carillon.presence("room", hear);
  node.emit("room", 2);
  await pass(1);
  node.emit("room", 3);
  await pass(50);
  node.emit("room", 4);
  await pass(50);
  expect(heard).toEqual([1, 2, 3, 4]);
  expect(rosters.map(users)).toEqual([["ana"]]);
});

test("[C11] another tab, and one that comes later, is told by the same subscription", async () => {
  const first = await page();
  first.carillon.presence("room", first.hear);
  await pass(50);
  const second = await page();
  second.carillon.presence("room", second.hear);
  await pass(50);
  expect(second.rosters.map(users)).toEqual([["ana"]]);
  expect(node.commands.filter(it => it.command === "subscribe")).toHaveLength(1);
  const outcome = second.carillon.appear("busy");
  await pass(50);
  expect(await outcome).toMatchObject({ ok: true });
  expect(node.commands.at(-1)).toMatchObject({ command: "presence", state: "busy" });
});

test("[A4] by polls it is asked now and then", async () => {
  const { carillon, rosters, hear } = await page({ transports: ["polling"] });
  carillon.presence("room", hear);
  await pass(11_000);
  node.members.push(ben);
  await pass(11_000);
  expect(users(rosters[0])).toEqual(["ana"]);
  expect(users(rosters.at(-1))).toEqual(["ana", "ben"]);
});
