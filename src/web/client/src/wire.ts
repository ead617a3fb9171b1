// What travels: src/docs/protocol.md.

import type { ResetReason } from "./codes.ts";
import type { Member } from "./presence.ts";
import type { CarillonEvent } from "./types.ts";

export interface WireError {
  code: string;
  message: string;
  retry: boolean;
  reason?: ResetReason;
}

export interface Reply {
  reply: number;
  ok: boolean;
  error?: WireError;
  channels?: string[];
  cursor?: string;
  connection?: string;
  user?: string;
  expiresAt?: string;
}

export type Push =
  | { push: "connected"; connection: string; user: string; expiresAt: string }
  | { push: "events"; channel: string; cursor: string; events: CarillonEvent[] }
  | { push: "ephemeral" | "conflated"; channel: string; events: CarillonEvent[] }
  | { push: "reset"; channels: string[]; reason: ResetReason }
  | { push: "ended"; channels: string[] }
  | {
      push: "presence";
      channel: string;
      count: number;
      members?: Member[];
      changes?: (Member & { change: "join" | "state" | "leave" })[];
    }
  | { push: "ping"; cursor?: string }
  | { push: "drain"; reconnectIn: number }
  | { push: "error"; error: WireError }
  | { push: "closed"; code: number; reason: string; reconnect: boolean };

/** @return the object that the text is, or null */
export function parse(text: unknown): (Record<string, unknown> & (Push | Reply)) | null {
  try {
    const value = JSON.parse(text as string);
    return value && typeof value === "object" && !Array.isArray(value) ? value : null;
  } catch {
    return null;
  }
}
