import type { Notice } from "./notices.ts";
import { type Roster, rosterAfter } from "./presence.ts";

/** Channels that stand at the same cursor; null: from now on. */
export interface Group {
  channels: string[];
  cursor: string | null;
  joined: boolean;
}

/** As it travels to a tab that came later. */
export interface PositionsSnapshot {
  joined: readonly string[];
  cursor: string | null;
  own: readonly (readonly [string, string | null])[];
  by: readonly (readonly [string, string])[];
  stands: readonly string[];
  attended: readonly string[];
  rosters: readonly (readonly [string, Roster])[];
}

/**
 * Where each channel stands. The protocol's first rule for clients: one cursor for all channels that were joined; a
 * channel whose subscription is not answered yet has its own. Whoever hears the same notices has the same positions,
 * which is how another tab can go on where the leader stopped.
 */
export class Positions {
  private joined = new Set<string>();
  private cursor: string | null = null;
  private own = new Map<string, string | null>();
  private by = new Map<string, string>();
  private stands = new Set<string>();
  private attended = new Set<string>();
  private rosters = new Map<string, Roster>();

  static of(snapshot: PositionsSnapshot): Positions {
    const positions = new Positions();
    positions.joined = new Set(snapshot.joined);
    positions.cursor = snapshot.cursor;
    positions.own = new Map(snapshot.own);
    positions.by = new Map(snapshot.by);
    positions.stands = new Set(snapshot.stands);
    positions.attended = new Set(snapshot.attended);
    positions.rosters = new Map(snapshot.rosters);
    return positions;
  }

  snapshot(): PositionsSnapshot {
    return {
      joined: [...this.joined],
      cursor: this.cursor,
      own: [...this.own],
      by: [...this.by],
      stands: [...this.stands],
      attended: [...this.attended],
      rosters: [...this.rosters],
    };
  }

  apply(notice: Notice): void {
    switch (notice.kind) {
      case "wanted":
        this.remove(notice.channel);
        this.own.set(notice.channel, notice.cursor);
        this.by.set(notice.channel, notice.by);
        break;
      case "attended":
        if (this.by.has(notice.channel)) this.attended.add(notice.channel);
        break;
      case "presence": {
        const { channel } = notice.told;
        if (this.attended.has(channel)) this.rosters.set(channel, rosterAfter(this.rosters.get(channel), notice.told));
        break;
      }
      case "dropped":
        this.remove(notice.channel);
        break;
      case "standing":
        for (const channel of notice.channels) if (this.by.has(channel)) this.stands.add(channel);
        break;
      case "joined":
        for (const channel of notice.channels) {
          if (!this.own.delete(channel)) continue;
          this.joined.add(channel);
          this.stands.add(channel);
        }
        this.cursor = notice.cursor ?? this.cursor;
        break;
      case "parted":
        for (const channel of notice.channels ?? [...this.joined]) {
          if (this.joined.delete(channel)) this.own.set(channel, this.cursor);
        }
        break;
      case "events":
      case "cursor":
        if (notice.of === null) this.cursor = notice.cursor;
        else for (const channel of notice.of) if (this.own.has(channel)) this.own.set(channel, notice.cursor);
        break;
      case "reset":
      case "refused":
        for (const channel of notice.channels) this.remove(channel);
        break;
    }
  }

  /** The wish by which the channel is followed, or nothing. */
  wish(channel: string): string | undefined {
    return this.by.get(channel);
  }

  has(channel: string): boolean {
    return this.by.has(channel);
  }

  /** Whether its subscription stands; it may be on its way back. */
  isStanding(channel: string): boolean {
    return this.stands.has(channel);
  }

  isAttended(channel: string): boolean {
    return this.attended.has(channel);
  }

  /** Who is there, once it was told. */
  roster(channel: string): Roster | undefined {
    return this.rosters.get(channel);
  }

  channels(): string[] {
    return [...this.by.keys()];
  }

  cursorOf(channel: string): string | null {
    return this.joined.has(channel) ? this.cursor : (this.own.get(channel) ?? null);
  }

  /** One per cursor. The joined channels come first. */
  groups(): Group[] {
    const groups: Group[] = [];
    if (this.joined.size > 0) groups.push({ channels: [...this.joined], cursor: this.cursor, joined: true });
    for (const [channel, cursor] of this.own) {
      const group = groups.find(one => !one.joined && one.cursor === cursor);
      if (group) group.channels.push(channel);
      else groups.push({ channels: [channel], cursor, joined: false });
    }
    return groups;
  }

  private remove(channel: string): void {
    this.joined.delete(channel);
    this.own.delete(channel);
    this.by.delete(channel);
    this.stands.delete(channel);
    this.attended.delete(channel);
    this.rosters.delete(channel);
  }
}
