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
const event = (type: string, data: unknown, ref?: string): CarillonEvent => ({ type, data, ...(ref && { ref }) });

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
