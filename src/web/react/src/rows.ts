import type { CarillonEvent } from "@carillon/client";

/** What is known of a long list: its rows in order, and where the next page begins. */
export interface Rows<Row> {
  readonly rows: readonly Row[];
  /** For `?after=`; null: this is all. */
  readonly next: string | null;
}

/** A page as the modules' REST answers it. */
export interface Page<Row> {
  items: Row[];
  next: string | null;
}

export interface RowRules<Row> {
  id(row: Row): string;
  /** Negative when `one` comes before `other`. */
  order(one: Row, other: Row): number;
  /** Whether a row belongs into this list at all; default: yes. */
  fits?(row: Row): boolean;
  /** Whether `fresh` is older than what is known, and not to be taken; default: no. */
  stale?(fresh: Row, known: Row): boolean;
}

/** The row where it belongs. One behind the end of what is known stays away: its page brings it. */
export function put<Row>(list: Rows<Row>, row: Row, rules: RowRules<Row>): Rows<Row> {
  const id = rules.id(row);
  const known = list.rows.find(one => rules.id(one) === id);
  if (known !== undefined && rules.stale?.(row, known)) return list;
  if (rules.fits && !rules.fits(row)) return known === undefined ? list : without(list, id, rules);
  const rest = known === undefined ? list.rows : list.rows.filter(one => one !== known);
  const at = rest.findIndex(one => rules.order(row, one) < 0);
  if (at < 0 && list.next !== null && known === undefined) return list;
  return { ...list, rows: at < 0 ? [...rest, row] : [...rest.slice(0, at), row, ...rest.slice(at)] };
}

export function without<Row>(list: Rows<Row>, id: string, rules: Pick<RowRules<Row>, "id">): Rows<Row> {
  const rows = list.rows.filter(row => rules.id(row) !== id);
  return rows.length === list.rows.length ? list : { ...list, rows };
}

/**
 * The next page behind what is known. `since` are the changes that were told while it was on its way: it may have been
 * read before them.
 */
export function append<Row>(
  list: Rows<Row>,
  page: Page<Row>,
  rules: RowRules<Row>,
  since: readonly ((list: Rows<Row>) => Rows<Row>)[] = [],
): Rows<Row> {
  const known = new Set(list.rows.map(rules.id));
  const fresh = page.items.filter(row => !known.has(rules.id(row)) && (rules.fits?.(row) ?? true));
  const rows = [...list.rows, ...fresh].sort(rules.order);
  return since.reduce((whole, change) => change(whole), { rows, next: page.next } as Rows<Row>);
}

/** Of events that tell rows: what they do to a list. Null: nothing is said of a row, so the list is read again. */
export function change<Row>(
  { type, data }: CarillonEvent<string, unknown>,
  rules: RowRules<Row>,
  idOf: (key: Record<string, string>) => string = key => key.id as string,
): ((list: Rows<Row>) => Rows<Row>) | null {
  const { key, row } = data as { key: Record<string, string>; row?: Row };
  if (type.endsWith(".deleted")) return list => without(list, idOf(key), rules);
  return row === undefined ? null : list => put(list, row, rules);
}
