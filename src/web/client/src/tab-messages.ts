// What tabs say to each other.

import type { Notice } from "./notices.ts";
import type { PositionsSnapshot } from "./positions.ts";
import type { PresenceState } from "./presence.ts";
import type { Pending, Status } from "./types.ts";

/** A place in what leaders told: the leader's term, the number of the notice in it. */
export type At = readonly [term: number, number: number];

export interface Wish {
  channel: string;
  by: string;
  /** Where this tab stands, or asked to stand. */
  cursor: string | null;
  /** Who is there is wanted, too. */
  presence: boolean;
}

export type ToLeader =
  | { say: "hello"; wishes: readonly Wish[] }
  | { say: "want"; wish: Wish }
  | { say: "drop"; channel: string }
  | { say: "publish"; call: string; channel: string; type: string; data: unknown }
  | { say: "appear"; call: string; state: PresenceState }
  | { say: "retry" }
  | { say: "flush" }
  | { say: "ask" }
  | { say: "bye" };

export type ToTabs =
  /** A new leader, which goes on after this place. */
  | { say: "leader"; after: At }
  | { say: "welcome"; to: string; positions: PositionsSnapshot; status: Status; pending: readonly Pending[] }
  | { say: "alive" }
  | { say: "notice"; notice: Notice };

export type TabMessage =
  | { from: string; leader: false; body: ToLeader }
  /** `at`: the place after this message. */
  | { from: string; leader: true; at: At; body: ToTabs };
