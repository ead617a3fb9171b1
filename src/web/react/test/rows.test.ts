import { expect, test } from "vitest";
import { append, change, put, type RowRules, type Rows, without } from "../src/rows.ts";

interface Row {
  id: string;
  at: number;
  version: number;
  status?: string;
}

const rules: RowRules<Row> = {
  id: row => row.id,
  order: (one, other) => other.at - one.at,
  fits: row => row.status !== "gone",
  stale: (fresh, known) => fresh.version < known.version,
};
const row = (id: string, at: number, version = 1, status?: string): Row => ({
  id,
  at,
  version,
  ...(status && { status }),
});
const list = (next: string | null, ...rows: Row[]): Rows<Row> => ({ rows, next });
const ids = (rows: Rows<Row>) => rows.rows.map(one => `${one.id}${one.version}`).join(" ");

test("[E7] [C10] a row goes where it belongs, and moves when that changes", () => {
  const three = list(null, row("c", 30), row("b", 20), row("a", 10));
  expect(ids(put(three, row("d", 25), rules))).toBe("c1 d1 b1 a1");
  expect(ids(put(three, row("a", 40, 2), rules))).toBe("a2 c1 b1");
  expect(ids(put(three, row("z", 1), rules))).toBe("c1 b1 a1 z1");
});

test("[E6] what lies behind the end of what was read waits for its page; a known row may fall to the end", () => {
  const two = list("more", row("c", 30), row("b", 20));
  expect(ids(put(two, row("a", 10), rules))).toBe("c1 b1");
  expect(ids(put(two, row("c", 5, 2), rules))).toBe("b1 c2");
});

test("[C10] an older version changes nothing, and one that no longer fits leaves", () => {
  const one = list(null, row("a", 10, 3));
  expect(put(one, row("a", 10, 2), rules)).toBe(one);
  expect(ids(put(one, row("a", 10, 4, "gone"), rules))).toBe("");
  expect(put(one, row("b", 20, 1, "gone"), rules)).toBe(one);
  expect(without(one, "b", rules)).toBe(one);
});

test("[E6] a page is appended once, and corrected by what was told while it was on its way", () => {
  const first = list("more", row("c", 30), row("b", 20));
  const since = [
    (rows: Rows<Row>) => put(rows, row("a", 10, 2), rules),
    (rows: Rows<Row>) => without(rows, "z", rules),
  ];
  const page = { items: [row("b", 20), row("a", 10, 1), row("z", 5), row("x", 4, 1, "gone")], next: null };
  expect(ids(append(first, page, rules, since))).toBe("c1 b1 a2");
});

test("[E7] an event that tells no row has the list read again", () => {
  const event = (type: string, data: object) => change<Row>({ type, data }, rules);
  const known = list(null, row("a", 10));
  expect(event("thing.deleted", { key: { id: "a" } })?.(known).rows).toEqual([]);
  expect(event("thing.updated", { key: { id: "a" }, truncated: true })).toBeNull();
  expect(ids(event("thing.created", { key: { id: "b" }, row: row("b", 20) })?.(known) ?? known)).toBe("b1 a1");
});
