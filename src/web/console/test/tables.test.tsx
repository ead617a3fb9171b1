// @vitest-environment happy-dom
import { act, screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { Channels, Connections } from "../src/operations/tables.tsx";
import { node, page, pass } from "./page.tsx";

vi.setConfig({ testTimeout: 30_000 }); // ms; a thousand rows take their time

const numbers = (count: number) => Array.from({ length: count }, (_, index) => String(index).padStart(4, "0"));
const wanted = (path: string) => new URL(path, "http://node").searchParams;

/** What a node tells at once, of so many. */
function told<Row>(path: string, rows: readonly Row[]): Row[] {
  return rows.slice(0, Math.min(Number(wanted(path).get("limit")), 1_000));
}

/** As a node with so many followed channels answers. */
function channels(count: number): void {
  const all = numbers(count).map((name, index) => ({
    tenant: "acme",
    channel: `orders:${name}`,
    subscribers: 1,
    eventsPerSecond: 1,
    deliveriesPerSecond: index,
  }));
  node.rest = (_, path) => {
    const some = all.filter(({ channel }) => channel.startsWith(wanted(path).get("prefix") ?? ""));
    return Response.json({ channels: told(path, some), total: some.length });
  };
}

function connections(count: number): void {
  const all = numbers(count).map(id => ({
    id,
    transport: "websocket",
    tenant: "acme",
    user: `user-${id}`,
    openedAt: new Date().toISOString(),
    expiresAt: null,
    channels: [],
    owed: false,
    unsentBytes: 0,
  }));
  node.rest = (_, path) => {
    const some = told(path, all);
    return Response.json({ connections: some, next: some.length < all.length ? some.at(-1)?.id : null });
  };
}

// Not by role, which takes long among a thousand rows.
const rows = () => document.querySelectorAll("tbody tr").length;
const more = () => screen.queryByText("Load more");
const click = async () => {
  await act(async () => more()?.click());
  await pass(100);
};

test("[F9] more channels than a table shows are loaded by its button, until all are there", async () => {
  channels(130);
  page(<Channels choose={() => {}} />);
  await pass(100);
  expect(rows()).toBe(50);
  await click();
  expect(rows()).toBe(100);
  await click();
  expect(rows()).toBe(130);
  expect(more()).toBeNull();
  await pass(10_000);
  expect(rows()).toBe(130);
});

test("[F9] more connections than a table shows are loaded by its button, until all are there", async () => {
  connections(130);
  page(<Connections />);
  await pass(100);
  expect(rows()).toBe(50);
  await click();
  expect(rows()).toBe(100);
  await click();
  expect(rows()).toBe(130);
  expect(more()).toBeNull();
});

test("[F9] exactly as many as a table shows are all", async () => {
  connections(50);
  page(<Connections />);
  await pass(100);
  expect(rows()).toBe(50);
  expect(more()).toBeNull();
});

test.each([
  ["channels", () => channels(1_200), <Channels key="channels" choose={() => {}} />],
  ["connections", () => connections(1_200), <Connections key="connections" />],
])("[F9] of more %s than a node tells at once the table says so", async (_, answer, table) => {
  answer();
  page(table);
  await pass(100);
  for (const count of [50, 100, 200, 400, 800, 1_000]) {
    expect(rows()).toBe(count);
    await click();
  }
  expect(rows()).toBe(1_000);
  expect(more()).toBeNull();
  screen.getByText("There are more than 1,000: say above which ones.");
});

test("[F9] what is loaded stays while more is refused, and the button with it", async () => {
  connections(130);
  page(<Connections />);
  await pass(100);
  const answer = node.rest;
  node.rest = () => Response.json({ code: "unavailable", detail: "not now" }, { status: 503 });
  await click();
  await pass(1_000);
  expect(rows()).toBe(50);
  expect(more()).not.toBeNull();
  node.rest = answer;
  await pass(10_000);
  expect(rows()).toBe(100);
});
