import type { Backoff } from "./backoff.ts";
import type { Credential, Credentials } from "./credentials.ts";
import { sayable } from "./events-url.ts";
import type { Tell } from "./notices.ts";
import { poll, type Told } from "./polling.ts";
import type { Group, Positions } from "./positions.ts";
import { stream } from "./stream.ts";
import type { Failure, TransportKind } from "./types.ts";
import type { World } from "./world.ts";

const WAIT = 20; // s that a poll waits for news
const ROUNDS = 3; // quick rounds in a row to bring all channels to one cursor
const PAUSE = 1_000; // ms between later rounds of channels that stand at several cursors
const IDLE = 60_000; // ms to wait for something to follow
const ATTEND = 10_000; // ms between looks who is there
const STREAMS_AGAIN = 60_000; // ms until a stream is tried again where one did not come through

export type HttpState = "starting" | "polling" | "streaming" | "failing";

/** What an HTTP transport asks its connection. */
export interface HttpHearing {
  /** State, failures or the time of the next attempt have changed. */
  changed(): void;
}

/**
 * Follows by HTTP while no WebSocket does: polls, or an event stream where that is asked for.
 *
 * A request has one cursor. Channels that came with cursors of their own are polled beside the others, at once and
 * without waiting, until they stand at the same one and are joined.
 */
export class HttpTransport {
  state: HttpState = "starting";
  failures = 0;
  dueAt: number | null = null;
  error: Failure | null = null;
  private streams: boolean;
  private streamsAt = 0;
  private waiting = new AbortController();
  private wakeUp: () => void = () => {};
  private paced = false;
  private ended = false;
  private readonly attending: ReturnType<typeof setInterval>;
  private refusals = 0;
  /** Of a refused request: each is asked for by itself once. */
  private readonly alone = new Set<string>();

  constructor(
    private readonly world: Pick<World, "fetch">,
    private readonly url: string,
    private readonly credentials: Credentials,
    private readonly positions: Positions,
    private readonly kinds: readonly TransportKind[],
    private readonly backoff: Backoff,
    private readonly tell: Tell,
    private readonly hearing: HttpHearing,
  ) {
    this.streams = kinds.includes("sse") && !kinds.includes("polling");
    this.attending = setInterval(() => void this.attend(), ATTEND);
    void this.run();
  }

  /** From now on nothing is heard of it. */
  close(): void {
    this.ended = true;
    clearInterval(this.attending);
    this.waiting.abort();
    this.wakeUp();
  }

  /** What is wanted has changed. */
  sync(): void {
    this.waiting.abort();
    if (this.dueAt === null) this.wakeUp();
  }

  /** Look again now, unless the node asked for a pause. */
  wake(): void {
    this.waiting.abort();
    if (!this.paced) this.wakeUp();
  }

  /** WebSockets seem to be blocked: a stream is the next best. */
  preferStreams(): void {
    if (this.streams || !this.kinds.includes("sse")) return;
    this.streams = true;
    this.waiting.abort();
  }

  private async run(): Promise<void> {
    for (let rounds = 1; !this.ended; rounds++) {
      this.waiting = new AbortController();
      const groups = this.groups();
      const [first] = groups;
      if (!first) {
        rounds = 0;
        await this.pause(IDLE);
        continue;
      }
      const single = groups.length === 1 && first.joined;
      const told = await (single && this.streams && Date.now() >= this.streamsAt
        ? [await this.streaming(first)]
        : Promise.all(groups.map(group => this.polling(group, single && this.state === "polling" ? WAIT : 0))));
      if (this.ended) return;
      const bad = told.find(one => one.kind === "unanswered");
      if (bad) {
        await this.fail(bad.error, bad.after);
      } else if (told.some(one => one.kind === "answered")) {
        this.join();
        this.become("polling");
        if (this.positions.groups().length > 1 && rounds % ROUNDS === 0) await this.pause(PAUSE);
      }
    }
  }

  /** One request each. What the joined ones' address cannot say is parted, for their cursor moves on without it. */
  private groups(): Group[] {
    for (const group of this.positions.groups()) {
      if (!group.joined) continue;
      const said = new Set(sayable(group.channels.filter(channel => !this.alone.has(channel))));
      const left = group.channels.filter(channel => !said.has(channel));
      if (left.length > 0) this.tell({ kind: "parted", channels: left });
    }
    return this.positions.groups().flatMap(group => {
      const single = group.channels.filter(channel => this.alone.has(channel)).map(channel => [channel]);
      const together = sayable(group.channels.filter(channel => !this.alone.has(channel)));
      return [...single, together]
        .filter(channels => sayable(channels).length > 0)
        .map(channels => ({ ...group, channels }));
    });
  }

  private async polling(group: Group, wait: number): Promise<Told> {
    const told = await this.request(group, credential =>
      poll(this.world, this.url, group, credential, wait, this.waiting.signal, this.positions, this.tell),
    );
    if (told.kind === "answered") {
      for (const channel of group.channels) this.alone.delete(channel);
      const fresh = group.channels.filter(channel => !this.positions.isStanding(channel));
      if (fresh.length > 0) {
        this.tell({ kind: "standing", channels: fresh });
        void this.attend();
      }
    }
    return told;
  }

  /** Who is there, in whole lists, now and then: what follows events does not wait for who comes and goes. */
  private async attend(): Promise<void> {
    const { positions } = this;
    const attended = positions.channels().filter(it => positions.isAttended(it) && positions.isStanding(it));
    const group = { channels: sayable(attended), cursor: null, joined: false };
    if (attended.length === 0 || (this.state !== "polling" && this.state !== "streaming")) return;
    const { signal } = new AbortController();
    const none: Tell = notice => notice.kind === "presence" && !this.ended && this.tell(notice);
    await this.request(group, it =>
      poll(this.world, this.url, group, it, 0, signal, positions, none, { presence: "true" }),
    );
  }

  private async streaming(group: Group): Promise<Told> {
    let stood = false;
    const told = await this.request(group, credential =>
      stream(this.world, this.url, group, credential, this.waiting.signal, this.positions, this.tell, () => {
        stood = true;
        this.become("streaming");
      }),
    );
    if (this.ended) return told;
    // It never stood though HTTP works: something on the way keeps streams back.
    if (!stood && told.kind === "unanswered" && told.error.code === "network" && this.kinds.includes("polling")) {
      this.streamsAt = Date.now() + STREAMS_AGAIN;
      return { kind: "aborted" };
    }
    return told;
  }

  private async request(
    group: Group,
    send: (credential: Extract<Credential, { kind: "token" | "ticket" }>) => Promise<Told>,
  ): Promise<Told> {
    const { signal } = this.waiting;
    const credential = await this.credentials.get("stream");
    if (signal.aborted) return { kind: "aborted" };
    if ("error" in credential) return { kind: "unanswered", error: credential.error, after: null };
    const told = await send(credential);
    return told.kind === "refused" ? this.refused(group, told.error) : told;
  }

  /** A refusal is one of who asks, or of one of the channels: which one is found by asking for each alone. */
  private refused(group: Group, error: Failure): Told {
    const channels = group.channels.filter(channel => this.positions.has(channel));
    if (error.status === 401 || error.code === "unauthenticated") {
      this.credentials.spoilt("refused");
      // A new token is worth one request at once; then with pauses.
      return ++this.refusals > 1 ? { kind: "unanswered", error, after: null } : { kind: "aborted" };
    }
    if (error.code === "reset") {
      this.tell({ kind: "reset", channels, reason: error.reason ?? "behind" });
    } else if (channels.length > 1) {
      for (const channel of channels) this.alone.add(channel);
    } else if (channels.length === 1) {
      this.alone.delete(channels[0] as string);
      this.tell({ kind: "refused", channels, error: { ...error, channel: channels[0] as string } });
    }
    return { kind: "aborted" };
  }

  /** Those that stand where the joined ones stand are joined; without any, the first ones are. */
  private join(): void {
    const groups = this.positions.groups();
    const first = groups[0];
    if (!first || first.cursor === null) return;
    const same = groups.filter(group => group.cursor === first.cursor).flatMap(group => group.channels);
    const channels = sayable(same).filter(channel => !first.joined || !first.channels.includes(channel));
    if (channels.length > 0) this.tell({ kind: "joined", channels, cursor: first.cursor });
  }

  private async fail(error: Failure, after: number | null): Promise<void> {
    this.failures++;
    this.error = error;
    this.state = "failing";
    this.paced = after !== null;
    const wait = Math.max(after ?? 0, this.backoff.wait(this.failures));
    this.dueAt = Date.now() + wait;
    this.hearing.changed();
    await this.pause(wait);
    this.paced = false;
    this.dueAt = null;
  }

  private become(state: "polling" | "streaming"): void {
    this.failures = 0;
    this.refusals = 0;
    this.error = null;
    if (this.state === state) return;
    this.state = state;
    this.hearing.changed();
  }

  private pause(ms: number): Promise<void> {
    return new Promise(done => {
      const timer = setTimeout(done, ms);
      this.wakeUp = () => {
        clearTimeout(timer);
        done();
      };
    });
  }
}
