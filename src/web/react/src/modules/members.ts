import type { CarillonEvent } from "@carillon/client";
import { useCallback } from "react";
import { useLiveRows } from "../live-rows.ts";
import { useCarillon } from "../provider.tsx";
import { change, type RowRules } from "../rows.ts";

/** Somebody in a conversation. Owners rename it, add, remove and promote. */
export interface ChatMember {
  readonly user_id: string;
  readonly user_name: string;
  readonly role: "owner" | "member";
  readonly joined_at: string;
}

const MEMBERS: RowRules<ChatMember> = {
  id: row => row.user_id,
  order: (one, other) => (one.user_id < other.user_id ? -1 : 1),
};

/** Who is in a conversation, as it changes; null: none is shown. Whoever is removed stops hearing of it, this list too. */
export function useMembers(conversation: string | null) {
  const client = useCarillon();
  const path = `/api/conversations/${encodeURIComponent(conversation ?? "")}/members`;
  const list = useLiveRows<ChatMember>({
    channel: conversation === null ? null : `chat:${conversation}`,
    queryKey: ["carillon", "chat", "members", conversation ?? ""],
    path,
    limit: 200,
    rules: MEMBERS,
    on: (event: CarillonEvent<string, unknown>) =>
      event.type.startsWith("member.") ? change(event, MEMBERS, key => key.user_id as string) : undefined,
  });
  const add = useCallback((user: string) => client.write({ path, body: { user } }).done, [client, path]);
  const remove = useCallback(
    (user: string) => client.request({ method: "DELETE", path: `${path}/${encodeURIComponent(user)}` }),
    [client, path],
  );
  return { ...list, add, remove };
}
