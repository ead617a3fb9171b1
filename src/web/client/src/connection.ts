import { type Backoff, backoff } from "./backoff.ts";
import { CLOSE_CODES } from "./codes.ts";
import type { Credentials } from "./credentials.ts";
import { done, failed, failure, text } from "./failures.ts";
import { HttpTransport } from "./http.ts";
import type { Tell } from "./notices.ts";
import { Positions } from "./positions.ts";
import type { PresenceState } from "./presence.ts";
import { surroundings } from "./surroundings.ts";
import type { Wish } from "./tab-messages.ts";
import type { BackoffOptions, Failure, Outcome, Status, TransportKind, Undo } from "./types.ts";
import { type Loss, WebSocketTransport } from "./websocket.ts";
import type { World } from "./world.ts";

export interface ConnectionOptions {
  url: string;
  transports: readonly TransportKind[];
  backoff: BackoffOptions;
}

const HELP = 2_500; // ms of connecting after which HTTP helps out
const SPREAD = 500; // ms over which those who lost a node together come to the others for help
const ANSWER = 10_000; // ms for a WebSocket to be made and accepted
const AWAKE = 4_000; // ms for a sign of the connection that stood before the machine slept
const STABLE = 5_000; // ms after which a connection counts as one, and failures are forgotten
const RENEW_AGAIN = 30_000; // ms until a page that had no new token is asked again
const LATEST = 2 ** 31 - 1; // ms that a timer can wait

/**
 * Follows what is wanted by whatever works: a WebSocket; while there is none, HTTP on the same cursors. Attempts never
 * end. Only one transport is heard at a time, and each cursor is written down before the next message is looked at: so
 * a change of transport neither loses nor repeats.
 */
export class Connection {
  readonly positions: Positions;
  private readonly backoff: Backoff;
  private live: WebSocketTransport | null = null;
  private trying: WebSocketTransport | null = null;
  private http: HttpTransport | null = null;
  private failures = 0;
  private attempting = false;
  /** HTTP works. */
  private helps = false;
  private dueAt: number | null = null;
  /** The node said when: nobody but the user comes earlier. */
  private paced = false;
  /** What has to be mended before it can work; quiet attempts go on. */
  private stopped: Failure | null = null;
  private refusals = 0;
  private appearance: PresenceState = "online";
  private last: Status = { state: "connecting" };
  private lastFailure: Failure = failure("unreachable", "The node cannot be reached.", true);
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly undo: Undo;
  private ended = false;
  private readonly tell: Tell;

  constructor(
    private readonly world: World,
    private readonly options: ConnectionOptions,
    private readonly credentials: Credentials,
    tell: Tell,
    positions = new Positions(),
  ) {
    this.positions = positions;
    this.tell = notice => {
      if (this.ended) return;
      this.positions.apply(notice);
      tell(notice);
    };
    this.backoff = backoff(options.backoff, () => world.random());
    this.undo = surroundings(
      world,
      () => this.wake(),
      () => this.leave(),
    );
    if (this.sockets) void this.attempt();
    else this.help();
    this.show();
  }

  get status(): Status {
    return this.last;
  }

  /** Follow a channel from a cursor, or from now on (null). */
  want({ channel, cursor, by, presence }: Wish): void {
    if (!this.positions.has(channel)) this.tell({ kind: "wanted", channel, cursor, by });
    if (presence && !this.positions.isAttended(channel)) this.tell({ kind: "attended", channel });
    this.sync();
  }

  drop(channel: string): void {
    this.tell({ kind: "dropped", channel });
    this.sync();
  }

  /** How this user is; told again on every new connection. */
  async appear(state: PresenceState): Promise<Outcome> {
    this.appearance = state;
    return this.live ? this.live.appear(state) : done(undefined);
  }

  async publish(channel: string, type: string, data: unknown): Promise<Outcome> {
    if (this.live) return this.live.publish(channel, type, data);
    return failed(failure("unavailable", "There is no WebSocket to publish by now.", true, { channel }));
  }

  /** Try at once: the user asked. */
  retry(): void {
    this.failures = 0;
    this.refusals = 0;
    this.stopped = null;
    this.paced = false;
    this.http?.wake();
    if (this.sockets && !this.live) void this.attempt();
    this.show();
  }

  /** It may be worth looking now. */
  wake(): void {
    this.live?.probe(AWAKE);
    this.http?.wake();
    if (this.sockets && !this.live && this.dueAt !== null && !this.paced) void this.attempt();
    this.show();
  }

  /**
   * The browser says that there is no network. What stood until now may stand for minutes without a sound, so it is left
   * at once; should the node be reachable all the same, on this machine say, the next attempt or poll says so.
   */
  private leave(): void {
    if (this.world.online()) return this.show();
    const { live, http } = this;
    this.http = null;
    this.helps = false;
    http?.close();
    live?.close();
    if (live) this.lost({ code: 1006, reason: "offline" });
    this.help();
    this.show();
  }

  close(): void {
    this.ended = true;
    this.undo();
    for (const timer of this.timers.values()) clearTimeout(timer);
    this.live?.close();
    this.trying?.close();
    this.http?.close();
  }

  private get sockets(): boolean {
    return this.options.transports.includes("websocket") && this.world.WebSocket !== undefined;
  }

  private sync(): void {
    this.live?.sync();
    this.http?.sync();
  }

  private later(name: string, ms?: number, work?: () => void): void {
    clearTimeout(this.timers.get(name));
    if (ms !== undefined && work) this.timers.set(name, setTimeout(work, Math.min(ms, LATEST)));
  }

  private async attempt(): Promise<void> {
    if (this.attempting || this.ended) return;
    this.attempting = true;
    this.later("attempt");
    this.dueAt = null;
    this.paced = false;
    if (!this.live) this.later("help", HELP, () => this.help());
    this.show();
    const credential = await this.credentials.get("once");
    if (this.ended) return;
    if ("error" in credential) {
      return this.missed({ code: credential.kind === "nobody" ? 4103 : 1006, reason: "token" }, credential.error);
    }
    try {
      const mine = new WebSocketTransport(this.world, this.options.url, credential, this.positions, this.tell, {
        ready: expiresAt => mine === this.trying && this.ready(mine, expiresAt),
        lost: loss => (mine === this.trying ? this.missed(loss) : mine === this.live && this.lost(loss)),
        drain: ms => mine === this.live && this.drain(ms),
      });
      this.trying = mine;
      this.later("answer", ANSWER, () => this.missed({ code: 1006, reason: "timeout" }));
    } catch (cause) {
      this.missed({ code: 1006, reason: "impossible" }, failure("unreachable", text(cause), true, { cause }));
    }
  }

  /** The new WebSocket takes over from whoever followed until now. */
  private ready(fresh: WebSocketTransport, expiresAt: string | undefined): void {
    this.trying = null;
    this.attempting = false;
    this.http?.close();
    this.http = null;
    this.helps = false;
    this.live?.close();
    this.live = fresh;
    this.stopped = null;
    this.refusals = 0;
    this.later("answer");
    this.later("help");
    this.later("stable", STABLE, () => {
      this.failures = 0;
    });
    this.tell({ kind: "parted", channels: null });
    fresh.sync();
    if (this.appearance !== "online") void fresh.appear(this.appearance);
    this.keepToken(expiresAt);
    this.show();
  }

  private keepToken(expiresAt: string | undefined): void {
    const left = Date.parse(expiresAt ?? "") - Date.now();
    if (!Number.isFinite(left)) return;
    const early = Math.min(300_000, left / 5);
    // What is over already, though the node took it, is over by a clock that is wrong.
    this.later("token", left > 0 ? Math.max(1_000, left - early) : RENEW_AGAIN, () => void this.renew());
  }

  private async renew(): Promise<void> {
    const { live } = this;
    const credential = await this.credentials.renew();
    if (this.ended || live !== this.live || !live) return;
    if (credential.kind === "nobody") return;
    if (credential.kind !== "token") return this.later("token", RENEW_AGAIN, () => void this.renew());
    const { ok, expiresAt } = await live.refresh(credential.token);
    if (ok && live === this.live) this.keepToken(expiresAt);
  }

  /** The node goes away: a new connection at the time it says, beside the old one. */
  private drain(ms: number): void {
    if (this.attempting) return;
    this.dueAt = Date.now() + ms;
    this.paced = true;
    this.later("attempt", ms, () => void this.attempt());
  }

  /** The connection that was there is gone. */
  private lost(loss: Loss): void {
    this.live = null;
    this.later("token");
    this.later("stable");
    this.later("help", this.world.random() * SPREAD, () => this.help());
    // After a drain the next one is under way already, or has its time.
    if (this.attempting || (this.paced && this.dueAt !== null)) return this.show();
    this.judge(loss);
  }

  /** An attempt did not succeed. */
  private missed(loss: Loss, error?: Failure): void {
    this.trying?.close();
    this.trying = null;
    this.attempting = false;
    this.later("answer");
    this.later("help");
    if (this.world.online()) this.failures++;
    if (this.failures > 1 && this.http && this.http.state !== "failing") this.http.preferStreams();
    this.judge(loss, error);
    if (!this.live) this.help();
  }

  private judge({ code, reason, error }: Loss, known?: Failure): void {
    const refused = code === 4103 || code === 4003 || error?.code === "unauthenticated";
    if (refused) this.credentials.spoilt(code === 4003 ? "expired" : "refused");
    const own = code in CLOSE_CODES;
    this.lastFailure =
      known ??
      failure(error?.code ?? (own ? reason : "unreachable"), error?.message ?? this.sentence(own, reason), code < 4100);
    // One new token is worth an attempt at once.
    const atOnce = refused && !known && this.refusals++ === 0;
    const mend = code >= 4100 && code < 4200 && !atOnce;
    this.stopped = mend ? this.lastFailure : null;
    const wait = mend ? this.backoff.max : this.backoff.wait(Math.min(this.failures + 1, 30));
    this.schedule(atOnce ? 0 : this.failures >= this.backoff.attempts ? this.backoff.max : wait);
  }

  private sentence(own: boolean, reason: string): string {
    return own ? `The node closed: ${reason}.` : "The node cannot be reached.";
  }

  private schedule(wait: number): void {
    this.dueAt = Date.now() + wait;
    this.later("attempt", wait, () => void this.attempt());
    this.show();
  }

  /** HTTP follows while no WebSocket does. */
  private help(): void {
    const { transports } = this.options;
    if (this.http || this.live || this.ended || !transports.some(one => one !== "websocket")) return;
    this.http = new HttpTransport(
      this.world,
      this.options.url,
      this.credentials,
      this.positions,
      transports,
      this.backoff,
      this.tell,
      { changed: () => this.helped() },
    );
    if (this.failures > 1 || !this.sockets) this.http.preferStreams();
  }

  /** HTTP goes another way than before. A gap begins when it fails too, whatever was tried while it worked. */
  private helped(): void {
    const works = this.http?.state === "polling" || this.http?.state === "streaming";
    if (this.helps && !works && this.sockets && !this.attempting) {
      this.failures = 0;
      this.schedule(this.backoff.wait(1));
    }
    this.helps = works;
    this.show();
  }

  private show(): void {
    const next = this.seen();
    if (JSON.stringify(next) === JSON.stringify(this.last) && this.shown) return;
    this.shown = true;
    this.last = next;
    this.tell({ kind: "status", status: next });
  }

  private shown = false;

  private seen(): Status {
    const { http, backoff } = this;
    if (this.live) return { state: "connected", transport: "websocket" };
    if (http?.state === "streaming") return { state: "connected", transport: "sse" };
    if (http?.state === "polling") return { state: "polling" };
    if (!this.world.online()) return { state: "offline" };
    const failures = this.sockets ? this.failures : (http?.failures ?? 0);
    const nextAt = this.sockets ? this.dueAt : (http?.dueAt ?? null);
    if (this.stopped) return { state: "failed", error: this.stopped, nextAt };
    const error = this.sockets ? this.lastFailure : (http?.error ?? this.lastFailure);
    if (failures >= backoff.attempts) return { state: "failed", error, nextAt };
    if (failures > 0 || this.dueAt !== null || this.hasBeen) {
      return { state: "reconnecting", attempt: failures + 1, of: backoff.attempts, nextAt };
    }
    return { state: "connecting" };
  }

  private get hasBeen(): boolean {
    return this.last.state !== "connecting";
  }
}
