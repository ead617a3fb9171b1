import type { CarillonEvent, Notification, Outcome } from "@carillon/client";
import { useCallback, useEffect, useMemo } from "react";
import { useLiveRows } from "../live-rows.ts";
import { useCarillon } from "../provider.tsx";
import { put, type RowRules, type Rows } from "../rows.ts";
import { useWrite } from "../write.ts";

/** A notification, and when this user has read it. */
export type Notified = Notification & { readonly read_at: string | null };

/** Whose notifications. */
export interface Addressee {
  user: string;
  roles: readonly string[];
}

const newest = (one: Notified, other: Notified) =>
  other.created_at.localeCompare(one.created_at) || other.id.length - one.id.length || other.id.localeCompare(one.id);

const ALL: RowRules<Notified> = {
  id: row => row.id,
  order: newest,
  // That it was read is known from elsewhere than the event that tells the row.
  stale: (fresh, known) => known.read_at !== null && fresh.read_at === null,
};
const UNREAD: RowRules<Notified> = { ...ALL, fits: row => row.read_at === null };

const marked = (ids: ReadonlySet<string> | null, at: string) => (list: Rows<Notified>) => ({
  ...list,
  rows: list.rows.map(row =>
    row.read_at === null && (ids === null || ids.has(row.id)) ? { ...row, read_at: at } : row,
  ),
});

const gone = (ids: ReadonlySet<string>) => (list: Rows<Notified>) => ({
  ...list,
  rows: list.rows.filter(row => !ids.has(row.id)),
});

function useChannelsOf({ user, roles }: Addressee): readonly string[] {
  return useMemo(
    () => [`notifications:${user}`, ...roles.map(role => `notifications.role:${role}`), "notifications.tenant"],
    [user, roles],
  );
}

const ALL_KEY = ["carillon", "notifications", "all"];
const UNREAD_KEY = ["carillon", "notifications", "unread"];

/** What this user may see, newest first, and marking it as read: here at once, on the user's other devices by event. */
export function useNotifications(me: Addressee) {
  const client = useCarillon();
  const list = useLiveRows<Notified>({
    channel: useChannelsOf(me),
    queryKey: ALL_KEY,
    path: "/api/notifications",
    rules: ALL,
    on: event => heard(event, ALL, ids => marked(ids, event.at ?? new Date().toISOString())),
  });
  const { send } = useWrite<{ id: string | null }>({
    request: ({ id }) => ({ path: id === null ? "/api/notifications/read" : `/api/notifications/${id}/read` }),
    optimistic: ({ id }) => {
      const ids = id === null ? null : new Set([id]);
      return [
        [ALL_KEY, marked(ids, new Date().toISOString())],
        [UNREAD_KEY, (known: Rows<Notified>) => (ids ? gone(ids)(known) : { rows: [], next: null })],
      ];
    },
  });
  const notify = useCallback(
    (draft: { audience: string; target?: string; title: string; body?: string }): Promise<Outcome<unknown>> =>
      client.write({ path: "/api/notifications", body: draft }).done,
    [client],
  );
  return {
    ...list,
    read: useCallback((id: string) => send({ id }), [send]),
    readAll: useCallback(() => send({ id: null }), [send]),
    notify,
  };
}

const MOST = 100;
const AGAIN = 5_000; // ms before what failed is asked for again

/** How many are unread, for a badge; `more` when there are more than that. Each counts once, however it is learnt of. */
export function useUnread(me: Addressee): { count: number; more: boolean } {
  const { rows, more, loading, loadMore, error } = useLiveRows<Notified>({
    channel: useChannelsOf(me),
    queryKey: UNREAD_KEY,
    path: "/api/notifications?unread=true",
    limit: MOST,
    rules: UNREAD,
    on: event => heard(event, UNREAD, gone),
  });
  const short = more && !loading && rows !== undefined && rows.length < MOST;
  useEffect(() => {
    if (!short) return;
    const timer = setTimeout(() => void loadMore(), error ? AGAIN : 0);
    return () => clearTimeout(timer);
  }, [short, error, loadMore]);
  return { count: rows?.length ?? 0, more };
}

function heard(
  { type, data }: CarillonEvent<string, unknown>,
  rules: RowRules<Notified>,
  read: (ids: ReadonlySet<string>) => (list: Rows<Notified>) => Rows<Notified>,
) {
  if (type === "notification.new") {
    const row = { ...(data as Notification), read_at: null };
    return (list: Rows<Notified>) => put(list, row, rules);
  }
  return type === "notification.read" ? read(new Set((data as { ids: string[] }).ids)) : undefined;
}
