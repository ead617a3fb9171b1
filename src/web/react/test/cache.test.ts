import type { CarillonEvent } from "@carillon/client";
import { QueryClient, QueryObserver } from "@tanstack/react-query";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { CacheFeed } from "../src/cache.ts";
import { overlaid, overlaysOf } from "../src/overlays.ts";

type Row = { id: string; text: string };

let queries: QueryClient;
let reads: string[];
let visible: boolean;
let shown: () => void;
let server: Row[];
const undo: (() => void)[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  queries = new QueryClient({ defaultOptions: { queries: { staleTime: Number.POSITIVE_INFINITY } } });
  reads = [];
  visible = true;
  server = [];
});
afterEach(() => {
  for (const one of undo.splice(0)) one();
  queries.clear();
  vi.useRealTimers();
});

const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);
let ids = 0;
const event = (type: string, data: unknown, ref?: string): CarillonEvent => ({
  id: String(++ids),
  type,
  data,
  ...(ref && { ref }),
});

async function look(key: string[], took = 10): Promise<void> {
  const observer = new QueryObserver(queries, {
    queryKey: key,
    queryFn: async () => {
      reads.push(key.join("/"));
      const seen = [...server];
      await new Promise(done => setTimeout(done, took));
      return seen;
    },
  });
  undo.push(observer.subscribe(() => {}));
  await pass(took + 1);
}

function feed(): CacheFeed {
  const made = new CacheFeed(
    queries,
    {
      on: {
        "row.created": { patch: { keys: ["rows"], with: (rows: Row[], { data }) => [...rows, data as Row] } },
        "row.updated": { invalidate: ({ data }) => ["row", (data as Row).id] },
        "*": { invalidate: [["rows"], ["totals"]] },
      },
    },
    {
      visible: () => visible,
      onShown: hear => {
        shown = hear;
        return () => {};
      },
    },
  );
  undo.push(() => made.close());
  return made;
}

test("[C10] a patch changes what is shown at once, without a read", async () => {
  await look(["rows"]);
  feed().hear([event("row.created", { id: "1", text: "a" }), event("row.created", { id: "2", text: "b" })]);
  expect(queries.getQueryData(["rows"])).toEqual([
    { id: "1", text: "a" },
    { id: "2", text: "b" },
  ]);
  await pass(1_000);
  expect(reads).toEqual(["rows"]);
});

test("[E7] a burst of events causes one read of each query that it touches, and of no other", async () => {
  await look(["rows"]);
  await look(["totals"]);
  await look(["row", "1"]);
  await look(["row", "2"]);
  reads.length = 0;
  const live = feed();
  for (let n = 0; n < 100; n++) live.hear([event("other", n), event("row.updated", { id: "1" })]);
  await pass(1_000);
  expect(reads.sort()).toEqual(["row/1", "rows", "totals"]);
});

test("[E7] nothing is read in a hidden tab until it is shown; then once", async () => {
  await look(["rows"]);
  reads.length = 0;
  const live = feed();
  visible = false;
  for (let n = 0; n < 5; n++) {
    live.hear([event("other", n)]);
    await pass(10_000);
  }
  expect(reads).toEqual([]);
  visible = true;
  shown();
  await pass(1_000);
  expect(reads).toEqual(["rows"]);
});

test("[A3] after a reset there is one sweep over everything that the map names", async () => {
  await look(["rows"]);
  await look(["totals"]);
  await look(["else"]);
  reads.length = 0;
  const live = feed();
  live.sweep();
  live.sweep();
  await pass(1_000);
  expect(reads.sort()).toEqual(["rows", "totals"]);
});

test("[C10] a read under way that began before an event does not bring the old state back", async () => {
  await look(["rows"]);
  const live = feed();
  void queries.invalidateQueries({ queryKey: ["rows"] });
  await pass(5);
  server = [{ id: "1", text: "a" }];
  live.hear([event("row.created", server[0])]);
  await pass(1_000);
  expect(queries.getQueryData(["rows"])).toEqual([{ id: "1", text: "a" }]);
});

test("[E7] a read that takes longer than the pauses between events is shown, and another follows the last event", async () => {
  await look(["rows"], 600);
  const live = feed();
  const shown: number[] = [];
  for (let n = 1; n <= 15; n++) {
    server = [{ id: String(n), text: "" }];
    live.hear([event("other", n)]);
    await pass(400);
    shown.push(Number(queries.getQueryData<Row[]>(["rows"])?.[0]?.id ?? 0));
  }
  expect(new Set(shown).size).toBeGreaterThanOrEqual(5);
  expect(reads.length).toBeLessThanOrEqual(1 + 6_000 / 600);
  await pass(1_500);
  expect(queries.getQueryData(["rows"])).toEqual(server);
});

test("[E7] a slow read keeps no other back", async () => {
  await look(["rows"]);
  await look(["totals"], 5_000);
  const live = feed();
  for (let n = 0; n < 10; n++) {
    live.hear([event("other", n)]);
    await pass(400);
  }
  expect(reads.filter(key => key === "rows").length).toBeGreaterThan(8);
  expect(reads.filter(key => key === "totals")).toHaveLength(2);
});

test("[E7] what nobody keeps changes what is shown and has nothing read again", async () => {
  await look(["rows"], 600);
  const live = feed();
  reads.length = 0;
  live.hear([event("other", 0)]);
  await pass(200);
  for (let n = 0; n < 20; n++) {
    const { id: _, ...ephemeral } = event("row.created", { id: String(n), text: "" });
    live.hear([ephemeral]);
    await pass(100);
  }
  expect(reads).toEqual(["rows"]);
  expect(queries.getQueryData<Row[]>(["rows"])?.at(-1)?.id).toBe("19");
});

test("[C10] an optimistic change lies over the data until its echo, by ref, has arrived: never twice, never gone", async () => {
  await look(["rows"]);
  const live = feed();
  const overlays = overlaysOf(queries);
  overlays.add(["rows"], "r1", (rows: Row[]) => [...rows, { id: "new", text: "mine" }]);
  const seen = () =>
    overlaid(queries.getQueryData<Row[]>(["rows"]) as Row[], overlays.of(["rows"])).map(row => row.text);
  expect(seen()).toEqual(["mine"]);
  live.hear([event("row.created", { id: "6", text: "theirs" })]);
  expect(seen()).toEqual(["theirs", "mine"]);
  live.hear([event("row.created", { id: "7", text: "mine" }, "r1")]);
  expect(seen()).toEqual(["theirs", "mine"]);
  expect(overlays.of(["rows"])).toEqual([]);
});

test("[C10] where the echo means a read, the change stays until it is read", async () => {
  await look(["rows"]);
  const live = feed();
  const overlays = overlaysOf(queries);
  overlays.add(["rows"], "r1", (rows: Row[]) => [...rows, { id: "new", text: "mine" }]);
  server = [{ id: "7", text: "mine" }];
  live.hear([event("other", {}, "r1")]);
  const seen = () =>
    overlaid(queries.getQueryData<Row[]>(["rows"]) as Row[], overlays.of(["rows"])).map(row => row.text);
  expect(seen()).toEqual(["mine"]);
  await pass(1_000);
  expect(seen()).toEqual(["mine"]);
  expect(overlays.of(["rows"])).toEqual([]);
});

test("[C10] where the echo comes during a read, the change stays until the next one", async () => {
  await look(["rows"], 600);
  const live = feed();
  const overlays = overlaysOf(queries);
  live.hear([event("other", {})]);
  await pass(200);
  overlays.add(["rows"], "r1", (rows: Row[]) => (rows.length > 0 ? rows : [{ id: "new", text: "mine" }]));
  server = [{ id: "7", text: "mine" }];
  live.hear([event("other", {}, "r1")]);
  for (let n = 0; n < 20; n++) {
    const rows = queries.getQueryData<Row[]>(["rows"]) as Row[];
    expect(overlaid(rows, overlays.of(["rows"])).map(row => row.text)).toEqual(["mine"]);
    await pass(100);
  }
  expect(queries.getQueryData(["rows"])).toEqual(server);
  expect(overlays.of(["rows"])).toEqual([]);
});
