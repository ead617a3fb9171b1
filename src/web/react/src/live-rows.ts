import type { CarillonEvent, Failure } from "@carillon/client";
import { type QueryKey, useQueryClient } from "@tanstack/react-query";
import { useCallback, useRef, useState } from "react";
import { useCarillon } from "./provider.tsx";
import { useLiveQuery } from "./queries.ts";
import { append, type Page, type RowRules, type Rows } from "./rows.ts";

export interface LiveRows<Row, Event extends CarillonEvent = CarillonEvent> {
  channel: string | readonly string[] | null;
  queryKey: QueryKey;
  /** A REST path of a list, with its filters and without `after` and `limit`. */
  path: string;
  rules: RowRules<Row>;
  /** What an event does to the list; undefined: nothing. Null: it cannot be told, so the list is read again. */
  on: (event: Event) => ((list: Rows<Row>) => Rows<Row>) | null | undefined;
  /** Rows of a page; default 50. */
  limit?: number;
}

export interface LiveRowsResult<Row> {
  /** Undefined until the first read has come. */
  rows: readonly Row[] | undefined;
  more: boolean;
  loadMore: () => Promise<void>;
  loading: boolean;
  following: boolean;
  error: Failure | null;
}

/**
 * A list of a module, page after page, kept by events: a row that changes moves to its place, one that goes leaves, and a
 * page that was on its way meanwhile is corrected by what was told since.
 */
export function useLiveRows<Row, Event extends CarillonEvent = CarillonEvent>({
  channel,
  queryKey,
  path,
  rules,
  on,
  limit = 50,
}: LiveRows<Row, Event>): LiveRowsResult<Row> {
  const client = useCarillon();
  const queries = useQueryClient();
  const [loading, setLoading] = useState(false);
  const [failed, setFailed] = useState<Failure | null>(null);
  const since = useRef<((list: Rows<Row>) => Rows<Row>)[] | null>(null);
  const page = useCallback(
    async (after: string | null) => {
      const query = `limit=${limit}${after === null ? "" : `&after=${encodeURIComponent(after)}`}`;
      const outcome = await client.request<Page<Row>>({ path: `${path}${path.includes("?") ? "&" : "?"}${query}` });
      if (!outcome.ok) throw outcome.error;
      return outcome.value;
    },
    [client, path, limit],
  );
  const live = useLiveQuery<Rows<Row>, Event>({
    channel,
    queryKey,
    read: async () => {
      try {
        const { body, cursor } = await page(null);
        setFailed(null);
        return { data: { rows: body.items, next: body.next }, cursor };
      } catch (error) {
        setFailed(error as Failure);
        throw error;
      }
    },
    on: {
      "*": {
        patch: {
          keys: queryKey,
          exact: true,
          with: (list: Rows<Row>, event: Event) => {
            const change = on(event);
            if (change) since.current?.push(change);
            return change ? change(list) : list;
          },
        },
        invalidate: (event: Event) => (on(event) === null ? queryKey : null),
      },
    } as never,
    sweep: [queryKey],
  });
  const latest = useRef(rules);
  latest.current = rules;
  const hash = JSON.stringify(queryKey);
  const loadMore = useCallback(async () => {
    const key = JSON.parse(hash) as QueryKey;
    const known = queries.getQueryData<Rows<Row>>(key);
    if (!known?.next || since.current) return;
    since.current = [];
    setLoading(true);
    try {
      const { body } = await page(known.next);
      setFailed(null);
      const told = since.current;
      queries.setQueryData<Rows<Row>>(key, list =>
        list?.next === known.next ? append(list, body, latest.current, told) : list,
      );
    } catch (error) {
      setFailed(error as Failure);
    } finally {
      since.current = null;
      setLoading(false);
    }
  }, [queries, page, hash]);
  return {
    rows: live.data?.rows,
    more: live.data?.next != null,
    loadMore,
    loading,
    following: live.following,
    error: live.refused ?? failed,
  };
}
