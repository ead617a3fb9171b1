// What a connection tells every tab. Plain data: it travels through a BroadcastChannel.

import type { ResetReason } from "./codes.ts";
import type { CarillonEvent, Failure, Outcome, Pending, Status, Written } from "./types.ts";
import type { Push } from "./wire.ts";

/** Channels that stand at one cursor; null: all that were joined. */
export type Of = readonly string[] | null;

export type Notice =
  | { kind: "status"; status: Status }
  /** A channel is to be followed, for the first time or anew; `by` names the wish. */
  | { kind: "wanted"; channel: string; cursor: string | null; by: string }
  /** Who is there is wanted, too. */
  | { kind: "attended"; channel: string }
  | { kind: "dropped"; channel: string }
  /** Subscriptions stand: whatever is committed from now on will be told. */
  | { kind: "standing"; channels: readonly string[] }
  /** These stand and, from now on, share the cursor of the joined ones. */
  | { kind: "joined"; channels: readonly string[]; cursor: string | null }
  /** These, or all (null), have cursors of their own from now on. */
  | { kind: "parted"; channels: Of }
  | { kind: "events"; channel: string; events: readonly CarillonEvent[]; cursor: string; of: Of }
  /** Those of a conflated channel, too: what has no place. */
  | { kind: "ephemeral"; channel: string; events: readonly CarillonEvent[] }
  | { kind: "presence"; told: Extract<Push, { push: "presence" }> }
  | { kind: "cursor"; cursor: string; of: Of }
  | { kind: "reset"; channels: readonly string[]; reason: ResetReason }
  | { kind: "refused"; channels: readonly string[]; error: Failure }
  | { kind: "published"; call: string; outcome: Outcome }
  | { kind: "outbox"; pending: readonly Pending[] }
  | { kind: "written"; written: Written }
  | { kind: "failure"; failure: Failure };

export type Tell = (notice: Notice) => unknown;
