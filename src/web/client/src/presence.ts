import type { Push } from "./wire.ts";

export type PresenceState = "online" | "away" | "busy";

export interface Member {
  readonly user: string;
  readonly name: string;
  readonly state: PresenceState;
}

/** Who is there. `members` is null when there are too many to name. */
export interface Roster {
  readonly count: number;
  readonly members: readonly Member[] | null;
}

type Told = Extract<Push, { push: "presence" }>;

/** What is known after this was told: whole lists replace, changes change, a mere count says that names are not told. */
export function rosterAfter(known: Roster | undefined, { count, members, changes }: Omit<Told, "push">): Roster {
  if (members) return { count, members };
  if (!changes || !known?.members) return { count, members: null };
  const byUser = new Map(known.members.map(member => [member.user, member]));
  for (const { change, ...member } of changes) {
    if (change === "leave") byUser.delete(member.user);
    else byUser.set(member.user, member);
  }
  return { count, members: [...byUser.values()] };
}
