import { backoff } from "./backoff.ts";
import { CalmStatus } from "./calm.ts";
import { Connection } from "./connection.ts";
import { Credentials } from "./credentials.ts";
import { failed, failure, text } from "./failures.ts";
import { nameOf } from "./identity.ts";
import { Listeners } from "./listeners.ts";
import type { Notice } from "./notices.ts";
import { Outbox } from "./outbox.ts";
import { Positions } from "./positions.ts";
import type { PresenceState, Roster } from "./presence.ts";
import { send } from "./request.ts";
import { BrowserStore, MemoryStore, type Store } from "./store.ts";
import { type Link, Subscriptions } from "./subscriptions.ts";
import { type Leading, Tabs } from "./tabs.ts";
import type {
  Answer,
  CarillonEvent,
  ConnectOptions,
  Failure,
  Follower,
  Outcome,
  Pending,
  Status,
  Undo,
  WriteRequest,
  Written,
} from "./types.ts";
import { browser, type World } from "./world.ts";

const UNNAMED = "";

/** A page's connection to Carillon. Nothing of it throws: failures are values, or told to those who listen. */
export class Carillon {
  private readonly world: World;
  private readonly options: ConnectOptions;
  private readonly url: string;
  private readonly credentials: Credentials;
  private readonly calm: CalmStatus;
  private readonly statuses: Listeners<Status>;
  private readonly calmStatuses: Listeners<Status>;
  private readonly outboxes: Listeners<readonly Pending[]>;
  private readonly writings: Listeners<Written>;
  private readonly failures: Listeners<Failure>;
  private readonly subscriptions: Subscriptions;
  private readonly writing = new Map<string, (outcome: Outcome<Answer>) => void>();
  private readonly me: string;
  private store: Store;
  private owner = UNNAMED;
  private tabs: Tabs | null = null;
  private status_: Status = { state: "connecting" };
  private pending_: readonly Pending[] = [];
  private queue: Promise<unknown> = Promise.resolve();
  private ended = false;

  constructor(options: ConnectOptions, world: World) {
    this.world = world;
    this.options = options;
    this.url = options.url ?? world.origin;
    this.me = world.id();
    this.credentials = new Credentials(options);
    const broken = (cause: unknown) =>
      this.fail(failure("handler", `A handler failed: ${text(cause)}`, false, { cause }));
    this.statuses = new Listeners(broken);
    this.calmStatuses = new Listeners(broken);
    this.outboxes = new Listeners(broken);
    this.writings = new Listeners(broken);
    this.failures = new Listeners(cause => console.warn("carillon:", cause));
    this.calm = new CalmStatus(this.status_, options.patience ?? 3_000, status => this.calmStatuses.tell(status));
    this.store = world.indexedDB ? new BrowserStore(world.indexedDB) : new MemoryStore();
    if (options.onFailure) this.failures.add(options.onFailure);
    // Until it is known which tab leads, wishes are remembered and nothing is followed.
    const none = new Positions();
    const link: Link = {
      positions: () => this.tabs?.positions ?? none,
      want: wish => this.tabs?.want(wish),
      drop: channel => this.tabs?.drop(channel),
    };
    this.subscriptions = new Subscriptions(this.me, link, failed => this.fail(failed));
    void this.begin();
  }

  /** As it is. */
  get status(): Status {
    return this.status_;
  }

  /** As an indicator shows it: short gaps are kept quiet. */
  get calmStatus(): Status {
    return this.calm.status;
  }

  /** Writes that wait to be sent. */
  get pending(): readonly Pending[] {
    return this.pending_;
  }

  onStatus(hear: (status: Status) => void): Undo {
    return this.statuses.add(hear);
  }

  onCalmStatus(hear: (status: Status) => void): Undo {
    return this.calmStatuses.add(hear);
  }

  onPending(hear: (pending: readonly Pending[]) => void): Undo {
    return this.outboxes.add(hear);
  }

  /** What became of writes, also of those written before a reload or in another tab. */
  onWritten(hear: (written: Written) => void): Undo {
    return this.writings.add(hear);
  }

  /** Failures that nobody else is told. */
  onFailure(hear: (failure: Failure) => void): Undo {
    return this.failures.add(hear);
  }

  /** Follows a channel; a function alone hears each event. */
  subscribe<Event extends CarillonEvent = CarillonEvent>(
    channel: string,
    follower: Follower<Event> | ((event: Event) => void),
  ): Undo {
    if (this.ended) return () => {};
    const whole =
      typeof follower === "function"
        ? { events: (events: readonly Event[]) => events.forEach(event => void follower(event)) }
        : follower;
    return this.subscriptions.subscribe(channel, whole as Follower);
  }

  /** Tells those who are there now, and nobody later. Needs a WebSocket. */
  async publish(channel: string, type: string, data: unknown = null): Promise<Outcome> {
    if (!this.tabs || this.ended) return failed(failure("unavailable", "There is no connection.", true, { channel }));
    try {
      return await this.tabs.publish(channel, type, data);
    } catch (cause) {
      return failed(failure("malformed", text(cause), false, { channel, cause }));
    }
  }

  /** Who is in a channel: at once when it is known, and whenever it changes. */
  presence(channel: string, hear: (roster: Roster) => void): Undo {
    return this.subscribe(channel, { presence: hear });
  }

  /** How this user is, on all of this browser's tabs. Being there at all needs no word. */
  async appear(state: PresenceState): Promise<Outcome> {
    return this.tabs?.appear(state) ?? failed(failure("unavailable", "There is no connection.", true));
  }

  /** A request to the node's REST, now or not at all. Writes get an idempotency key unless they bring one. */
  async request<Body = unknown>(
    request: Omit<WriteRequest, "method"> & { method?: "GET" | WriteRequest["method"] },
  ): Promise<Outcome<Answer<Body>>> {
    const method = request.method ?? "GET";
    const whole = method === "GET" ? { ...request, method } : this.whole({ ...request, method });
    const { outcome } = await send(this.world, this.url, this.credentials, whole);
    return outcome as Outcome<Answer<Body>>;
  }

  /**
   * A write that is sent once, in order with this user's others, now or when it can be; it outlives a reload.
   *
   * @return its `ref` at once, for the optimistic page, and what became of it
   */
  write<Body = unknown>(request: WriteRequest): { ref: string; key: string; done: Promise<Outcome<Answer<Body>>> } {
    const { key, ref, method, path, body, version } = this.whole(request);
    const pending: Pending = { key, ref, method, path, body, version, at: Date.now() };
    const answer = new Promise<Outcome<Answer>>(settle => this.writing.set(key, settle));
    this.queue = this.queue.then(() => this.keep(pending));
    return { ref, key, done: answer as Promise<Outcome<Answer<Body>>> };
  }

  /** Try at once: the button beside “Connection lost”. */
  retry(): void {
    this.tabs?.retry();
    this.again();
  }

  /** Leaves for good: nothing is told any longer. */
  close(): void {
    if (this.ended) return;
    this.ended = true;
    this.subscriptions.close();
    this.tabs?.close();
    this.again();
    this.hear({ kind: "status", status: { state: "closed" } });
    this.calm.stop();
    const gone = failed(failure("closed", "The page closed its connection; the write waits in the outbox.", true));
    for (const settle of this.writing.values()) settle(gone);
  }

  private whole<R extends Partial<WriteRequest> & { path: string }>(
    request: R,
  ): R & { method: NonNullable<WriteRequest["method"]>; key: string; ref: string } {
    const key = request.key ?? this.world.id();
    return { ...request, method: request.method ?? "POST", key, ref: request.ref ?? key };
  }

  private async keep(pending: Pending): Promise<void> {
    try {
      // What only this page remembers, another tab cannot send.
      if (this.store instanceof MemoryStore && this.tabs?.leads === false) throw new Error("there is no IndexedDB");
      await this.store.add(this.owner, pending);
      this.tabs?.flush();
    } catch (cause) {
      this.fail(failure("storage", `A write could not be kept, only sent: ${text(cause)}`, true, { cause }));
      const { outcome } = await send(this.world, this.url, this.credentials, pending);
      this.hear({ kind: "written", written: { key: pending.key, ref: pending.ref, outcome } });
    }
  }

  // ------------------------------------------------------------ begin

  private again: () => void = () => {};

  /** Who is it? Tabs of one person share a connection and an outbox. */
  private async begin(): Promise<void> {
    const { tabs = true } = this.options;
    let name = typeof tabs === "string" ? tabs : null;
    if (name === null && this.options.token) name = await this.named();
    if (this.ended) return;
    const shared = name !== null && tabs !== false ? `carillon:${this.url}:${name}` : null;
    await this.own(name);
    if (this.ended) return;
    this.tabs = new Tabs(this.world, this.me, shared, {
      lead: (positions, tell) => this.lead(positions, tell),
      hear: notice => this.hear(notice),
      wishes: () => this.subscriptions.wanted(),
      repair: () => this.subscriptions.repair(),
      lostTrack: () => this.subscriptions.lostTrack(),
    });
    this.tabs.start();
  }

  /** The page's token says it; while the page has none, it is asked again as often as a connection would be tried. */
  private async named(): Promise<string | null> {
    const pace = backoff(this.options.backoff ?? {}, () => this.world.random());
    for (let attempt = 1; ; attempt++) {
      const credential = await this.credentials.get("once");
      if (credential.kind === "token") return nameOf(credential.token);
      if (credential.kind === "ticket" || this.ended) return null;
      const wait = attempt > pace.attempts || credential.kind === "nobody" ? pace.max : pace.wait(attempt);
      const nextAt = Date.now() + wait;
      this.hear({ kind: "status", status: this.nameless(attempt, pace.attempts, nextAt, credential.error) });
      await new Promise<void>(done => {
        const timer = setTimeout(() => this.again(), wait);
        const undo = [
          this.world.on("online", () => this.again()),
          this.world.on("visibilitychange", () => this.again()),
        ];
        this.again = () => {
          clearTimeout(timer);
          for (const one of undo) one();
          done();
        };
      });
    }
  }

  private nameless(attempt: number, of: number, nextAt: number, error: Failure): Status {
    if (!this.world.online()) return { state: "offline" };
    if (error.code === "signed_out" || attempt > of) return { state: "failed", error, nextAt };
    return { state: "reconnecting", attempt, of, nextAt };
  }

  /** What was written before the name was known is this person's. */
  private own(name: string | null): Promise<void> {
    const moved = this.queue.then(async () => {
      const before = this.store;
      const early = await before.of(UNNAMED).catch(() => []);
      this.owner = name === null ? `page:${this.me}` : `${this.url}:${name}`;
      if (name === null) this.store = new MemoryStore();
      for (const { number, owner: _, ...pending } of early) {
        if (!this.writing.has(pending.key)) continue;
        await this.store.add(this.owner, pending);
        await before.remove(number);
      }
    });
    this.queue = moved.catch(cause => this.fail(failure("storage", text(cause), true, { cause })));
    return this.queue as Promise<void>;
  }

  private lead(positions: Positions, tell: (notice: Notice) => void): Leading {
    const { url, world, credentials, options } = this;
    const transports = options.transports ?? ["websocket", "sse", "polling"];
    const pace = options.backoff ?? {};
    let outbox: Outbox | null = null;
    const heard = (notice: Notice) => {
      tell(notice);
      // What brings events brings writes through, too.
      if (notice.kind === "status" && /connected|polling/.test(notice.status.state)) outbox?.flush();
    };
    const connection = new Connection(world, { url, transports, backoff: pace }, credentials, heard, positions);
    const sent = (one: Pending, signal: AbortSignal) => send(world, url, credentials, one, signal);
    outbox = new Outbox(
      () => this.store,
      this.owner,
      backoff(pace, () => world.random()),
      sent,
      tell,
    );
    const undo = world.on("online", () => outbox?.flush());
    return {
      positions,
      get status() {
        return connection.status;
      },
      get pending() {
        return outbox.pending;
      },
      want: wish => connection.want(wish),
      drop: channel => connection.drop(channel),
      appear: state => connection.appear(state),
      publish: (channel, type, data) => connection.publish(channel, type, data),
      retry: () => {
        connection.retry();
        outbox.flush();
      },
      flush: () => outbox.flush(),
      close: () => {
        undo();
        connection.close();
        outbox.close();
      },
    };
  }

  private hear(notice: Notice): void {
    switch (notice.kind) {
      case "status":
        this.status_ = notice.status;
        this.calm.hear(notice.status);
        this.statuses.tell(notice.status);
        break;
      case "outbox":
        this.pending_ = notice.pending;
        this.outboxes.tell(notice.pending);
        break;
      case "written": {
        const { written } = notice;
        this.writing.get(written.key)?.(written.outcome);
        this.writing.delete(written.key);
        this.writings.tell(written);
        break;
      }
      case "failure":
        this.fail(notice.failure);
        break;
      default:
        if (!this.ended) this.subscriptions.hear(notice);
    }
  }

  private fail(failed: Failure): void {
    if (this.ended) return;
    this.failures.tell(failed);
    if (!this.options.onFailure) console.warn(`carillon: ${failed.code}: ${failed.message}`);
  }
}

/** Opens a page's connection. */
export function connect(options: ConnectOptions = {}, world: World = browser()): Carillon {
  return new Carillon(options, world);
}
