import { failed, failure } from "./failures.ts";
import { Leadership } from "./leadership.ts";
import type { Notice } from "./notices.ts";
import { Positions } from "./positions.ts";
import type { PresenceState } from "./presence.ts";
import type { At, TabMessage, ToLeader, ToTabs, Wish } from "./tab-messages.ts";
import type { Outcome, Pending, Status } from "./types.ts";
import type { World } from "./world.ts";

/** The connection and what goes with it, as far as the tabs need it. Lives in the tab that leads. */
export interface Leading {
  readonly positions: Positions;
  readonly status: Status;
  readonly pending: readonly Pending[];
  want(wish: Wish): void;
  drop(channel: string): void;
  publish(channel: string, type: string, data: unknown): Promise<Outcome>;
  appear(state: PresenceState): Promise<Outcome>;
  retry(): void;
  flush(): void;
  close(): void;
}

export interface TabHearing {
  /** Makes what leads, going on from these positions. */
  lead(positions: Positions, tell: (notice: Notice) => void): Leading;
  /** What the connection told, in this tab's turn. */
  hear(notice: Notice): void;
  /** What this tab wants; a cursor that is undefined is known by the positions only. */
  wishes(): (Omit<Wish, "cursor"> & { cursor: string | null | undefined })[];
  /** The leader may not follow what this tab wants. */
  repair(): void;
  /** Something was told that this tab did not hear. */
  lostTrack(): void;
}

const ASK = 10_000; // ms between questions whether the leader lives
const ANSWER = 3_000; // ms for its answer
const FIRST = 2_000; // ms for the first welcome
const CLAIM = 5_000; // ms in which tabs claim what a new leader took over
const CALL = 10_000; // ms for the outcome of a publish
const CENSUS = 30_000; // ms between looks whether tabs still live

/**
 * One connection for all tabs that share a name. Every tab keeps the same positions from the same notices, so whichever
 * leads next goes on where the last one stopped. Without a name, or where the browser lacks locks or channels between
 * tabs, a tab leads itself.
 */
export class Tabs {
  private channel: BroadcastChannel | null = null;
  private leadership: Leadership | null = null;
  private leading: Leading | null = null;
  private mirror = new Positions();
  private at: At | null = null;
  private readonly claims = new Map<string, Set<string>>();
  private readonly calls = new Map<string, (outcome: Outcome) => void>();
  private question: ReturnType<typeof setTimeout> | undefined;
  private readonly timers: ReturnType<typeof setInterval>[] = [];
  private ended = false;
  private lastCall = 0;

  constructor(
    private readonly world: World,
    readonly me: string,
    private readonly name: string | null,
    private readonly hearing: TabHearing,
  ) {}

  /** Leads or follows from now on; what it then hears may already ask it back. */
  start(): void {
    const { world, name, me } = this;
    if (name === null || !world.locks || !world.BroadcastChannel) return this.lead();
    this.channel = new world.BroadcastChannel(name);
    this.channel.onmessage = ({ data }) => this.heard(data as TabMessage);
    // Held for as long as this tab lives: the leader sees by it who is gone.
    world.locks.request(`${name}/${me}`, () => new Promise(() => {})).catch(() => {});
    this.leadership = new Leadership(world, name, { elected: () => this.lead(), resigned: () => this.resign() });
    this.timers.push(setInterval(() => this.leading === null && this.ask(ANSWER), ASK));
    this.timers.push(setInterval(() => this.leading && void this.census(), CENSUS));
    world.on("pagehide", () => this.say({ say: "bye" }));
    world.on("pageshow", () => this.hello());
    this.hello();
    this.ask(FIRST);
  }

  get positions(): Positions {
    return this.leading?.positions ?? this.mirror;
  }

  get leads(): boolean {
    return this.leading !== null;
  }

  want(wish: Wish): void {
    if (this.leading) return this.claim(this.me, wish);
    this.say({ say: "want", wish });
  }

  drop(channel: string): void {
    if (this.leading) this.disclaim(this.me, channel);
    else this.say({ say: "drop", channel });
  }

  publish(channel: string, type: string, data: unknown): Promise<Outcome> {
    if (this.leading) return this.leading.publish(channel, type, data);
    return this.call({ channel }, call => ({ say: "publish", call, channel, type, data }));
  }

  appear(state: PresenceState): Promise<Outcome> {
    return this.leading ? this.leading.appear(state) : this.call({}, call => ({ say: "appear", call, state }));
  }

  retry(): void {
    if (this.leading) this.leading.retry();
    else this.say({ say: "retry" });
  }

  private call(about: { channel?: string }, ask: (call: string) => ToLeader): Promise<Outcome> {
    const call = `${this.me}/${++this.lastCall}`;
    return new Promise(answer => {
      const settle = (outcome: Outcome) => {
        clearTimeout(timer);
        this.calls.delete(call);
        answer(outcome);
      };
      const timer = setTimeout(() => settle(failed(failure("timeout", "No answer came.", true, about))), CALL);
      this.calls.set(call, settle);
      this.say(ask(call));
    });
  }

  flush(): void {
    if (this.leading) this.leading.flush();
    else this.say({ say: "flush" });
  }

  close(): void {
    this.ended = true;
    this.say({ say: "bye" });
    clearTimeout(this.question);
    for (const timer of this.timers) clearInterval(timer);
    this.leadership?.close();
    this.leading?.close();
    this.leading = null;
    this.channel?.close();
  }

  // ------------------------------------------------------------ leading

  private lead(): void {
    if (this.leading || this.ended) return;
    clearTimeout(this.question);
    this.question = undefined;
    const after = this.at ?? [0, 0];
    // By the clock, so that a tab that knows of no leader before it has a later term all the same.
    this.at = [Math.max(after[0] + 1, Date.now()), 0];
    this.claims.clear();
    if (this.channel) this.tellTabs({ say: "leader", after });
    const positions = this.mirror;
    const wishes = this.myWishes();
    this.leading = this.hearing.lead(positions, notice => this.told(notice));
    for (const wish of wishes) this.claim(this.me, wish);
    this.hearing.repair();
    setTimeout(() => this.unclaimed(), CLAIM);
  }

  /** Another tab leads now, or this one is put away. */
  private resign(): void {
    const { leading } = this;
    if (!leading) return;
    this.leading = null;
    this.mirror = Positions.of(leading.positions.snapshot());
    leading.close();
    if (!this.ended) this.ask(FIRST);
  }

  private told(notice: Notice): void {
    const at = this.at as At;
    if (this.channel) {
      this.at = [at[0], at[1] + 1];
      this.tellTabs({ say: "notice", notice });
    }
    this.hearing.hear(notice);
  }

  private claimed(channel: string): Set<string> {
    const tabs = this.claims.get(channel) ?? new Set();
    this.claims.set(channel, tabs);
    return tabs;
  }

  private claim(tab: string, wish: Wish): void {
    this.claimed(wish.channel).add(tab);
    this.leading?.want(wish);
  }

  private disclaim(tab: string, channel: string): void {
    const tabs = this.claims.get(channel);
    if (!tabs?.delete(tab) || tabs.size > 0) return;
    this.claims.delete(channel);
    if (this.leading?.positions.has(channel)) this.leading.drop(channel);
  }

  private unclaimed(): void {
    for (const channel of this.leading?.positions.channels() ?? []) {
      if (!this.claims.get(channel)?.size) this.leading?.drop(channel);
    }
  }

  private forget(tab: string): void {
    for (const channel of [...this.claims.keys()]) this.disclaim(tab, channel);
  }

  /** Tabs that crashed said no farewell, but their locks are gone. */
  private async census(): Promise<void> {
    const { held = [] } = (await this.world.locks?.query().catch(() => null)) ?? {};
    const living = new Set(held.map(lock => lock.name));
    if (!living.has(`${this.name}/${this.me}`)) return;
    const tabs = new Set([...this.claims.values()].flatMap(one => [...one]));
    for (const tab of tabs) if (!living.has(`${this.name}/${tab}`)) this.forget(tab);
  }

  private served(from: string, body: ToLeader): void {
    const leading = this.leading as Leading;
    switch (body.say) {
      case "hello":
        for (const wish of body.wishes) this.claim(from, wish);
        this.tellTabs({
          say: "welcome",
          to: from,
          positions: leading.positions.snapshot(),
          status: leading.status,
          pending: leading.pending,
        });
        break;
      case "want":
        this.claim(from, body.wish);
        break;
      case "drop":
        this.disclaim(from, body.channel);
        break;
      case "publish":
        this.answer(body.call, leading.publish(body.channel, body.type, body.data));
        break;
      case "appear":
        this.answer(body.call, leading.appear(body.state));
        break;
      case "retry":
        leading.retry();
        break;
      case "flush":
        leading.flush();
        break;
      case "ask":
        this.tellTabs({ say: "alive" });
        break;
      case "bye":
        this.forget(from);
        break;
    }
  }

  private answer(call: string, outcome: Promise<Outcome>): void {
    void outcome.then(known => this.told({ kind: "published", call, outcome: known }));
  }

  // ------------------------------------------------------------ following

  private hello(): void {
    if (!this.leading) this.say({ say: "hello", wishes: this.myWishes() });
  }

  private myWishes(): Wish[] {
    return this.hearing.wishes().flatMap(({ cursor, ...wish }) => {
      if (this.mirror.has(wish.channel)) return { ...wish, cursor: this.mirror.cursorOf(wish.channel) };
      return cursor === undefined ? [] : { ...wish, cursor };
    });
  }

  /** Whoever does not answer is frozen, or nobody. */
  private ask(patience: number): void {
    if (this.question !== undefined || this.leading || this.ended) return;
    this.say({ say: "ask" });
    // Not all tabs at once.
    const wait = patience + this.world.random() * 1_000;
    this.question = setTimeout(() => {
      this.question = undefined;
      if (!this.leading && !this.ended) this.leadership?.steal();
    }, wait);
  }

  private heard(message: TabMessage): void {
    if (this.ended) return;
    if (!message.leader) {
      if (this.leading) this.served(message.from, message.body);
      return;
    }
    // A leader of the past that has not noticed.
    if (this.at && message.at[0] < this.at[0]) return;
    if (this.leading) {
      if (message.at[0] > (this.at as At)[0]) this.resign();
      else return;
    }
    clearTimeout(this.question);
    this.question = undefined;
    this.led(message.at, message.body);
  }

  private led(at: At, body: ToTabs): void {
    const before = this.at;
    switch (body.say) {
      case "leader":
        if (before && later(body.after, before)) this.hearing.lostTrack();
        this.at = at;
        this.hello();
        break;
      case "welcome":
        if (body.to !== this.me) return;
        if (before && before[0] !== at[0]) this.hearing.lostTrack();
        this.at = at;
        this.mirror = Positions.of(body.positions);
        this.hearing.hear({ kind: "status", status: body.status });
        this.hearing.hear({ kind: "outbox", pending: body.pending });
        this.hearing.repair();
        break;
      case "notice":
        // Before the welcome there is nothing to apply it to; it will be in it.
        if (!before || before[0] !== at[0]) return this.hello();
        if (at[1] !== before[1] + 1) this.hearing.lostTrack();
        this.at = at;
        this.mirror.apply(body.notice);
        if (body.notice.kind === "published") this.calls.get(body.notice.call)?.(body.notice.outcome);
        else this.hearing.hear(body.notice);
        break;
      case "alive":
        if (!before || before[0] !== at[0]) this.hello();
        break;
    }
  }

  private say(body: ToLeader): void {
    this.post({ from: this.me, leader: false, body });
  }

  private tellTabs(body: ToTabs): void {
    this.post({ from: this.me, leader: true, at: this.at as At, body });
  }

  private post(message: TabMessage): void {
    try {
      this.channel?.postMessage(message);
    } catch {
      // Closed, or not to be copied: a publish then has no outcome in time.
    }
  }
}

function later(one: At, other: At): boolean {
  return one[0] > other[0] || (one[0] === other[0] && one[1] > other[1]);
}
