import type { CarillonEvent, Outcome, Pending } from "@carillon/client";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { useLiveRows } from "../live-rows.ts";
import { useCarillon } from "../provider.tsx";
import { useVisible } from "../queries.ts";
import { change, put, type RowRules, type Rows } from "../rows.ts";
import { useConnectionStatus, usePending } from "../status.ts";
import { useTyping } from "../typing.ts";
import { useWrite } from "../write.ts";

/** A conversation as it stands in this user's list. */
export interface Inbox {
  readonly id: string;
  readonly title: string;
  readonly last_position: number;
  readonly last_author_name: string | null;
  readonly last_text: string | null;
  readonly active_at: string;
  readonly role: "owner" | "member";
  readonly delivered_position: number;
  readonly read_position: number;
  readonly unread: number;
}

/** A message; `waiting` until the node has it. */
export interface ChatMessage {
  readonly id: string;
  readonly position: number;
  readonly author: string;
  readonly author_name: string;
  readonly text: string;
  readonly status: "waiting" | "sent" | "delivered" | "read";
  readonly version: number;
  readonly created_at: string;
  readonly edited_at: string | null;
  readonly deleted_at: string | null;
}

const INBOX: RowRules<Inbox> = {
  id: row => row.id,
  order: (one, other) => other.active_at.localeCompare(one.active_at) || other.id.localeCompare(one.id),
};

const DELIVERED = 400; // ms in which what arrives is acknowledged at once
const AGAIN = 5_000; // ms before what could not be told is told again

/** This user's conversations, the last active first, with what is unread; what arrives is acknowledged as delivered. */
export function useConversations(user: string) {
  const client = useCarillon();
  const list = useLiveRows<Inbox>({
    channel: `conversations:${user}`,
    queryKey: ["carillon", "conversations", user],
    path: "/api/conversations",
    rules: INBOX,
    on: event => (event.type.startsWith("inbox.") ? change(event, INBOX) : undefined),
  });
  const heard = useHeard();
  const owed = list.rows?.filter(row => row.last_position > row.delivered_position) ?? [];
  const what = owed.map(row => `${row.id}:${row.last_position}`).join(" ");
  useTelling(heard ? what : "", DELIVERED, () =>
    client.request({ method: "POST", path: "/api/conversations/delivered" }),
  );
  const begin = useCallback(
    (title: string, members: readonly string[]): Promise<Outcome<unknown>> =>
      client.write({ path: "/api/conversations", body: { title, members: members.map(one => ({ user: one })) } }).done,
    [client],
  );
  return { ...list, begin };
}

const MESSAGES: RowRules<ChatMessage> = {
  id: row => row.id,
  order: (one, other) => other.position - one.position,
  stale: (fresh, known) => fresh.version < known.version,
};

interface StatusChange {
  author: string;
  status: "delivered" | "read";
  after: number;
  upTo: number;
}

const RANKS = { waiting: 0, sent: 1, delivered: 2, read: 3 };

/** A message has come so far at least: what is told again, or late, takes nothing back. */
const further =
  ({ author, status, after, upTo }: StatusChange) =>
  (list: Rows<ChatMessage>) => ({
    ...list,
    rows: list.rows.map(row =>
      row.author === author && row.position > after && row.position <= upTo && RANKS[row.status] < RANKS[status]
        ? { ...row, status }
        : row,
    ),
  });

export interface Writing {
  id: string;
  text: string;
}

interface Changing {
  row: ChatMessage;
  /** Null: it is taken back. */
  text: string | null;
}

/**
 * One conversation: its messages, the newest first, with those that wait to be sent; a message is written once, also
 * offline and across a reload, and edited or taken back at once. What is seen is marked as read while the page is shown.
 */
export function useConversation(id: string, me: { user: string; name: string }) {
  const key = ["carillon", "chat", id];
  const path = `/api/conversations/${encodeURIComponent(id)}/messages`;
  const list = useLiveRows<ChatMessage>({
    channel: `chat:${id}`,
    queryKey: key,
    path,
    limit: 30,
    rules: MESSAGES,
    on: (event: CarillonEvent<string, unknown>) => {
      if (/^message\.(created|updated|deleted)$/.test(event.type)) return change(event, MESSAGES);
      return event.type === "message.status" ? further(event.data as StatusChange) : undefined;
    },
  });
  const waiting = useCallback(
    ({ id: message, text }: Writing, at: number): ChatMessage => ({
      id: message,
      text,
      author: me.user,
      author_name: me.name,
      position: Number.MAX_SAFE_INTEGER,
      status: "waiting",
      version: 0,
      created_at: new Date(at).toISOString(),
      edited_at: null,
      deleted_at: null,
    }),
    [me.user, me.name],
  );
  const { send: write } = useWrite<Writing>({
    request: writing => ({ path, body: writing, key: writing.id }),
    optimistic: writing => [[key, (known: Rows<ChatMessage>) => before(known, waiting(writing, Date.now()))]],
  });
  const send = useCallback((text: string) => write({ id: crypto.randomUUID(), text }), [write]);
  const { send: alter } = useWrite<Changing>({
    request: ({ row, text }) => ({
      path: `${path}/${encodeURIComponent(row.id)}`,
      ...(text === null
        ? { method: "DELETE" as const }
        : { method: "PATCH" as const, body: { text }, version: row.version }),
    }),
    optimistic: ({ row, text }) => [[key, (known: Rows<ChatMessage>) => changed(known, row.id, text)]],
  });
  const edit = useCallback((row: ChatMessage, text: string) => alter({ row, text }), [alter]);
  const takeBack = useCallback((row: ChatMessage) => alter({ row, text: null }), [alter]);
  const outbox = usePending();
  const rows = useMemo(() => {
    if (!list.rows) return undefined;
    const known = new Set(list.rows.map(row => row.id));
    const left = outbox.filter(one => one.path === path && !known.has((one.body as Writing).id));
    return [...left.map((one: Pending) => waiting(one.body as Writing, one.at)).reverse(), ...list.rows];
  }, [list.rows, outbox, path, waiting]);
  useSent(id);
  useReading(id, list.rows?.find(row => row.author !== me.user && row.status !== "waiting")?.position ?? 0);
  const client = useCarillon();
  const typing = useTyping(`chat:${id}`, { conversationId: id, userName: me.name }, me.user, on =>
    client.request({ method: "POST", path: `/api/conversations/${encodeURIComponent(id)}/typing`, body: { on } }),
  );
  return { ...list, rows, send, edit, takeBack, typing };
}

function changed(known: Rows<ChatMessage>, id: string, text: string | null): Rows<ChatMessage> {
  const now = new Date().toISOString();
  const change = text === null ? { text: "", deleted_at: now } : { text, edited_at: now };
  return { ...known, rows: known.rows.map(row => (row.id === id ? { ...row, ...change } : row)) };
}

function before(known: Rows<ChatMessage>, row: ChatMessage): Rows<ChatMessage> {
  return known.rows.some(one => one.id === row.id) ? known : { ...known, rows: [row, ...known.rows] };
}

/** What the outbox has sent is in the list before it leaves the outbox, whoever wrote it and however late its event is. */
function useSent(id: string): void {
  const client = useCarillon();
  const queries = useQueryClient();
  useEffect(
    () =>
      client.onWritten(({ outcome }) => {
        const row = outcome.ok ? (outcome.value.body as (ChatMessage & { conversation_id?: string }) | null) : null;
        if (row?.conversation_id !== id || typeof row.position !== "number") return;
        queries.setQueryData<Rows<ChatMessage>>(["carillon", "chat", id], list =>
          list?.rows.every(one => one.id !== row.id) ? put(list, row, MESSAGES) : list,
        );
      }),
    [client, queries, id],
  );
}

/** Tells once how far the user has read, while somebody looks. */
function useReading(id: string, position: number): void {
  const client = useCarillon();
  const visible = useVisible();
  const heard = useHeard();
  useTelling(visible && heard && position > 0 ? `${id}:${position}` : "", 0, () =>
    client.request({ method: "POST", path: `/api/conversations/${encodeURIComponent(id)}/read`, body: { position } }),
  );
}

/** Tells what there is to tell, if anything: once, `gather` ms after it came, and again after a pause where that failed. */
function useTelling(what: string, gather: number, tell: () => Promise<Outcome<unknown>>): void {
  const [told, setTold] = useState("");
  const latest = useRef({ what, tell });
  latest.current = { what, tell };
  const due = what !== "" && what !== told;
  // biome-ignore lint/correctness/useExhaustiveDependencies: what came since the last is due
  useEffect(() => {
    if (!due) return;
    const timer = setTimeout(async () => {
      const { what, tell } = latest.current;
      setTold(what);
      const outcome = await tell();
      if (!outcome.ok && outcome.error.retry) setTimeout(() => setTold(last => (last === what ? "" : last)), AGAIN);
    }, gather);
    return () => clearTimeout(timer);
  }, [due, told, gather]);
}

/** Whether what is told now arrives; what was seen offline is told when it does. */
const useHeard = () => /connected|polling/.test(useConnectionStatus().state);
