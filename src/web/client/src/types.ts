// What a page sees: events, status, failures, options.

import type { ResetReason } from "./codes.ts";
import type { Roster } from "./presence.ts";

/** Takes back what returned it. May be called more than once. */
export type Undo = () => void;

/** What happened. `id` is absent on ephemeral events, what nobody set is absent too. */
export interface CarillonEvent<Type extends string = string, Data = unknown> {
  readonly id?: string;
  readonly type: Type;
  readonly data: Data;
  readonly actor?: string;
  readonly correlationId?: string;
  /** What the writer called its own write: tells an optimistic page that this is its echo. */
  readonly ref?: string;
  /** RFC 3339, for display; never for order. */
  readonly at?: string;
}

/** A failure is a value. `code` is for programs, `message` for people, `retry`: the same may succeed later. */
export interface Failure {
  readonly code: string;
  readonly message: string;
  readonly retry: boolean;
  readonly channel?: string;
  readonly reason?: ResetReason;
  readonly status?: number;
  readonly cause?: unknown;
}

export type Outcome<Value = void> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly error: Failure };

export type TransportKind = "websocket" | "sse" | "polling";

/** The connection as a screen shows it. Every value is a new object, so that one may compare by identity. */
export type Status =
  | { readonly state: "connecting" }
  | { readonly state: "connected"; readonly transport: "websocket" | "sse" }
  /** `attempt` of `of` is under way (`nextAt` null) or due at `nextAt` (milliseconds since 1970). */
  | { readonly state: "reconnecting"; readonly attempt: number; readonly of: number; readonly nextAt: number | null }
  /** Everything works, by polls; better ways are tried again meanwhile. */
  | { readonly state: "polling" }
  | { readonly state: "offline" }
  /** For the screen. Attempts go on quietly; `retry()` makes one at once. */
  | { readonly state: "failed"; readonly error: Failure; readonly nextAt: number | null }
  | { readonly state: "closed" };

/** Who is asked for a token, and why: `refused` and `expired` want another one than before. */
export type TokenReason = "start" | "refresh" | "expired" | "refused";

export interface BackoffOptions {
  /** Milliseconds before the first attempt; default 1000. */
  min?: number;
  /** Most milliseconds between attempts, and between the quiet ones after the last; default 30000. */
  max?: number;
  /** Failed attempts after which the screen is told `failed`; default 10. */
  attempts?: number;
}

export interface ConnectOptions {
  /** The node's address; default: where the page, or the served `/client.js`, came from. */
  url?: string;
  /** Gives the token that REST takes too; null: nobody is signed in. Asked again whenever a new one is needed. */
  token?: (why: TokenReason) => string | null | Promise<string | null>;
  /** Instead of a token: `once` opens a WebSocket, `stream` opens streams and polls. */
  ticket?: (kind: "once" | "stream") => string | null | Promise<string | null>;
  /** In order of preference; default all three. */
  transports?: readonly TransportKind[];
  backoff?: BackoffOptions;
  /**
   * One connection for all tabs. Default: on for tokens that are JWTs, among tabs whose tokens say the same person.
   * A name shares it among tabs that give the same name; that must be one person's.
   */
  tabs?: boolean | string;
  /** Milliseconds for which the calm status hides a gap; default 3000. */
  patience?: number;
  /** Every failure that no promise or handler tells; default: a warning in the console. */
  onFailure?: (failure: Failure) => void;
}

/** Why a page is to read: at the start, after a reset with its reason, or because others follow the channel already. */
export type LoadReason = "start" | "joined" | ResetReason;

/** What `load` may give: the cursor of the read, or the answer that carries `Carillon-Cursor`; null: from now on. */
export type Loaded = string | null | { readonly headers: { get(name: string): string | null } };

export interface Follower<Event extends CarillonEvent = CarillonEvent> {
  /**
   * Reads what the page shows and gives its cursor, so that between read and first event there is no hole. Called
   * again after each reset. What it throws is a failure, and it is called again later.
   */
  load?: (why: LoadReason) => Loaded | Promise<Loaded>;
  /** In order. What came at once comes as one list. */
  events?: (events: readonly Event[], channel: string) => void;
  /** The subscription stands: what is committed from now on will be told. Also after each reset. */
  following?: (channel: string) => void;
  /** What was missed cannot be told. With `load` it is called next; without, read again: you are following already. */
  reset?: (reason: ResetReason, channel: string) => void;
  /** Who is there: at once when it is known, and whenever it changes. */
  presence?: (roster: Roster, channel: string) => void;
  /** Not allowed, or not any longer. */
  ended?: (error: Failure, channel: string) => void;
}

/** A write by REST. The key makes it happen once, however often it is sent. */
export interface WriteRequest {
  method?: "POST" | "PUT" | "PATCH" | "DELETE";
  /** Of the node, for example `/api/demo/notes`. */
  path: string;
  body?: unknown;
  /** `Idempotency-Key`; default a new one. */
  key?: string;
  /** `Carillon-Ref`, comes back in the events of this write; default the key. */
  ref?: string;
  /** Of the row that was seen, for an edit (`If-Match`): refused with 412 when somebody was faster. */
  version?: number | undefined;
}

export interface Answer<Body = unknown> {
  readonly status: number;
  readonly body: Body;
  /** `Carillon-Cursor` of a read. */
  readonly cursor: string | null;
}

/** A write that waits in the outbox. */
export interface Pending {
  readonly key: string;
  readonly ref: string;
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
  readonly version?: number | undefined;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** What became of a write of the outbox; also of one that another tab, or this page before its reload, wrote. */
export interface Written {
  readonly key: string;
  readonly ref: string;
  readonly outcome: Outcome<Answer>;
}
