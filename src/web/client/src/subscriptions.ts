import type { ResetReason } from "./codes.ts";
import { failure, text } from "./failures.ts";
import type { Notice } from "./notices.ts";
import type { Positions } from "./positions.ts";
import { Recent } from "./recent.ts";
import type { Wish } from "./tab-messages.ts";
import type { CarillonEvent, Failure, Follower, Loaded, LoadReason, Undo } from "./types.ts";

/** The way to the connection, in this tab or in the one that leads. */
export interface Link {
  /** What is followed at the connection, by whomever. */
  positions(): Positions;
  want(wish: Wish): void;
  drop(channel: string): void;
}

interface Member {
  readonly follower: Follower;
  /** Events that came while this one reads; null when it is up to date. */
  held: CarillonEvent[] | null;
  /** More came than is held back: it reads once more. */
  overrun: boolean;
  gone: boolean;
}

interface Feed {
  readonly channel: string;
  readonly members: Set<Member>;
  readonly recent: Recent;
  /** `loading`: somebody reads before it is followed; `asked`: not standing yet; `ended`: refused. */
  state: "loading" | "asked" | "following" | "ended";
  wish: string;
  /** Where it was asked to be followed from. */
  cursor: string | null;
  error: Failure | null;
  reset: ResetReason | null;
  /** Counts beginnings, so that a read of an earlier one is known as such. */
  round: number;
  /** Whose read it was asked to be followed from. */
  joiner: Member | null;
  linger: ReturnType<typeof setTimeout> | undefined;
}

const HELD = 10_000; // events held back for one reader
const LINGER = 400; // ms that a channel is followed on when the last has left: pages come and go
const READ_AGAIN = [1_000, 2_000, 5_000, 15_000, 30_000]; // ms after a read that failed

/**
 * What this tab follows, and who in it hears what.
 *
 * One read joins a channel by its cursor: no hole, no overlap. Whoever reads a channel that is followed already reads
 * while events are held back for it: no hole either; what committed during the read may be in both.
 */
export class Subscriptions {
  private readonly feeds = new Map<string, Feed>();
  private wishes = 0;

  constructor(
    private readonly me: string,
    private readonly link: Link,
    private readonly broken: (failure: Failure) => void,
  ) {}

  subscribe(channel: string, follower: Follower): Undo {
    const member: Member = { follower, held: null, overrun: false, gone: false };
    let feed = this.feeds.get(channel);
    if (!feed) {
      feed = this.open(channel, member);
      this.feeds.set(channel, feed);
      this.begin(feed, "start");
    } else {
      clearTimeout(feed.linger);
      feed.members.add(member);
      this.attach(feed, member);
    }
    return () => this.leave(member, channel);
  }

  /** What was asked for here. `cursor` is undefined once it was followed: then the positions know it, or it is lost. */
  wanted(): (Omit<Wish, "cursor"> & { cursor: string | null | undefined })[] {
    return [...this.feeds.values()]
      .filter(({ state }) => state === "asked" || state === "following")
      .map(feed => ({
        channel: feed.channel,
        by: feed.wish,
        cursor: feed.state === "asked" ? feed.cursor : undefined,
        presence: attends(feed),
      }));
  }

  hear(notice: Notice): void {
    switch (notice.kind) {
      case "standing":
      case "joined":
        for (const channel of notice.channels) this.with(channel, feed => this.stands(feed));
        break;
      case "events":
      case "ephemeral":
        this.with(notice.channel, feed =>
          this.pass(
            feed,
            notice.events.filter(event => feed.recent.add(event.id)),
          ),
        );
        break;
      case "presence":
        this.with(notice.told.channel, feed => this.present(feed));
        break;
      case "reset":
        for (const channel of notice.channels) this.with(channel, feed => this.restart(feed, notice.reason));
        break;
      case "dropped": // though we want it: the leader took us for dead
        this.with(notice.channel, feed => feed.state === "following" && this.restart(feed, "behind"));
        break;
      case "refused":
        for (const channel of notice.channels) this.with(channel, feed => this.end(feed, notice.error));
        break;
    }
  }

  /** The connection may have gone on without us: everything is read again. */
  lostTrack(): void {
    for (const feed of this.feeds.values()) {
      if (feed.state === "following") this.stale(feed, "behind");
    }
  }

  /** The connection does not follow what we want, for example because a new one took over. */
  repair(): void {
    for (const feed of this.feeds.values()) {
      if ((feed.state === "asked" || feed.state === "following") && !this.link.positions().has(feed.channel)) {
        this.begin(feed, "behind");
      } else if (feed.state === "asked" && this.link.positions().isStanding(feed.channel)) this.stands(feed);
    }
  }

  close(): void {
    for (const feed of this.feeds.values()) {
      clearTimeout(feed.linger);
      for (const member of feed.members) member.gone = true;
    }
    this.feeds.clear();
  }

  private open(channel: string, first: Member): Feed {
    return {
      channel,
      members: new Set([first]),
      recent: new Recent(),
      state: "loading",
      wish: "",
      cursor: null,
      error: null,
      reset: null,
      round: 0,
      joiner: null,
      linger: undefined,
    };
  }

  private with(channel: string, act: (feed: Feed) => unknown): void {
    const feed = this.feeds.get(channel);
    if (feed) act(feed);
  }

  /** Reads, if somebody here does, and asks to be followed from there. */
  private begin(feed: Feed, why: LoadReason): void {
    feed.state = "loading";
    feed.joiner = null;
    const round = ++feed.round;
    const reader = [...feed.members].find(member => member.follower.load);
    // Followed already for another tab: where that stands is not where a read of ours would be.
    if (!reader || this.link.positions().has(feed.channel)) {
      this.ask(feed, null, null);
    } else {
      void this.read(feed, reader, why).then(cursor => {
        if (cursor !== undefined && feed.round === round) this.ask(feed, cursor, reader);
      });
    }
  }

  private ask(feed: Feed, cursor: string | null, reader: Member | null): void {
    feed.state = "asked";
    feed.wish = `${this.me}/${++this.wishes}`;
    const { channel, wish } = feed;
    feed.joiner = reader;
    feed.cursor = cursor;
    // The connection is told also when it follows already, so that it knows who wants it.
    this.link.want({ channel, cursor, by: wish, presence: attends(feed) });
    if (this.link.positions().isStanding(channel)) this.stands(feed);
  }

  private stands(feed: Feed): void {
    if (feed.state !== "asked") return;
    feed.state = "following";
    const { reset } = feed;
    feed.reset = null;
    const used = this.ours(feed) ? feed.joiner : null;
    for (const member of [...feed.members]) {
      if (member.gone) continue;
      if (reset && !member.follower.load) this.call(feed, () => member.follower.reset?.(reset, feed.channel));
      if (member.follower.load && member !== used) this.catchUp(feed, member, reset ?? "joined");
      else this.call(feed, () => member.follower.following?.(feed.channel));
    }
    this.present(feed);
  }

  /** Whether it is followed from where we asked, not from where another tab did. */
  private ours(feed: Feed): boolean {
    return this.link.positions().wish(feed.channel) === feed.wish;
  }

  /** Somebody joins those who are here. */
  private attach(feed: Feed, member: Member): void {
    if (feed.state === "ended") {
      const { error } = feed;
      if (error)
        queueMicrotask(() => !member.gone && this.call(feed, () => member.follower.ended?.(error, feed.channel)));
    } else if (feed.state === "asked" || feed.state === "following") {
      if (member.follower.presence) {
        const { channel, wish, cursor } = feed;
        this.link.want({ channel, cursor, by: wish, presence: true });
        queueMicrotask(() => this.present(feed, [member]));
      }
      if (feed.state === "asked") return;
      if (member.follower.load) this.catchUp(feed, member, "joined");
      else queueMicrotask(() => !member.gone && this.call(feed, () => member.follower.following?.(feed.channel)));
    }
  }

  /** Who is there has changed, or is to be told to somebody new. */
  private present(feed: Feed, whom: Iterable<Member> = feed.members): void {
    const roster = this.link.positions().roster(feed.channel);
    if (!roster) return;
    for (const { follower, gone } of [...whom]) {
      if (!gone) this.call(feed, () => follower.presence?.(roster, feed.channel));
    }
  }

  /** Reads while the channel is followed: what comes meanwhile is held back and told afterwards. */
  private catchUp(feed: Feed, member: Member, why: LoadReason): void {
    member.held = [];
    void this.read(feed, member, why).then(cursor => {
      if (cursor === undefined || member.held === null) return;
      const { held } = member;
      member.held = null;
      if (member.overrun) {
        member.overrun = false;
        return this.catchUp(feed, member, "behind");
      }
      this.call(feed, () => member.follower.following?.(feed.channel));
      if (held.length > 0) this.call(feed, () => member.follower.events?.(held, feed.channel));
    });
  }

  /** @return the cursor of a read that succeeded; undefined if nobody wants it any longer */
  private async read(feed: Feed, member: Member, why: LoadReason): Promise<string | null | undefined> {
    const { round } = feed;
    const over = () => member.gone || feed.round !== round;
    for (let failures = 0; ; failures++) {
      try {
        const cursor = cursorOf(await member.follower.load?.(why));
        return over() ? this.abandoned(feed, member) : cursor;
      } catch (cause) {
        const message = `A read failed: ${text(cause)}`;
        this.broken(failure("load", message, true, { channel: feed.channel, cause }));
      }
      const wait = READ_AGAIN[Math.min(failures, READ_AGAIN.length - 1)];
      await new Promise(done => setTimeout(done, wait));
      if (over()) return this.abandoned(feed, member);
    }
  }

  /** Its reader has left before the read was done; if others are here, one of them reads. */
  private abandoned(feed: Feed, member: Member): undefined {
    if (member.gone && feed.state === "loading" && feed.members.size > 0) this.begin(feed, "start");
    return undefined;
  }

  private pass(feed: Feed, events: readonly CarillonEvent[]): void {
    if (events.length === 0) return;
    const following = feed.state === "following";
    const joiner = feed.state === "asked" && this.ours(feed) ? feed.joiner : null;
    for (const member of [...feed.members]) {
      if (member.gone) continue;
      if (member.held) this.hold(member, member.held, events);
      // Who reads hears nothing before its read.
      else if (following || !member.follower.load || member === joiner) {
        this.call(feed, () => member.follower.events?.(events, feed.channel));
      }
    }
  }

  private hold(member: Member, held: CarillonEvent[], events: readonly CarillonEvent[]): void {
    if (held.length + events.length > HELD) {
      held.length = 0;
      member.overrun = true;
    } else if (!member.overrun) held.push(...events);
  }

  /** The subscription has ended with a hole behind it. */
  private restart(feed: Feed, reason: ResetReason): void {
    if (feed.state === "ended") return;
    feed.reset = reason;
    feed.recent.clear();
    for (const member of [...feed.members]) {
      member.held = null;
      member.overrun = false;
      if (member.follower.load) this.call(feed, () => member.follower.reset?.(reason, feed.channel));
    }
    this.begin(feed, reason);
  }

  /** We have a hole, though the connection has none: read again while it goes on. */
  private stale(feed: Feed, reason: ResetReason): void {
    feed.round++;
    for (const member of [...feed.members]) {
      this.call(feed, () => member.follower.reset?.(reason, feed.channel));
      if (member.follower.load) this.catchUp(feed, member, reason);
    }
  }

  private end(feed: Feed, error: Failure): void {
    feed.state = "ended";
    feed.round++;
    feed.error = error;
    let told = false;
    for (const member of [...feed.members]) {
      if (!member.follower.ended) continue;
      told = true;
      this.call(feed, () => member.follower.ended?.(error, feed.channel));
    }
    if (!told) this.broken({ ...error, channel: feed.channel });
  }

  private leave(member: Member, channel: string): void {
    if (member.gone) return;
    member.gone = true;
    const feed = this.feeds.get(channel);
    if (!feed?.members.delete(member) || feed.members.size > 0) return;
    feed.linger = setTimeout(
      () => {
        this.feeds.delete(channel);
        if (feed.state === "asked" || feed.state === "following") this.link.drop(channel);
      },
      feed.state === "ended" ? 0 : LINGER,
    );
  }

  private call(feed: Feed, act: () => void): void {
    try {
      act();
    } catch (cause) {
      const message = `A handler failed: ${text(cause)}`;
      this.broken(failure("handler", message, false, { channel: feed.channel, cause }));
    }
  }
}

function attends(feed: Feed): boolean {
  return [...feed.members].some(member => member.follower.presence);
}

function cursorOf(loaded: Loaded | undefined): string | null {
  if (loaded === null || loaded === undefined || typeof loaded === "string") return loaded ?? null;
  const cursor = loaded.headers.get("Carillon-Cursor");
  if (cursor === null) {
    const { status } = loaded as { status?: number };
    throw new Error(`the answer${status ? ` (${status})` : ""} has no Carillon-Cursor`);
  }
  return cursor;
}
