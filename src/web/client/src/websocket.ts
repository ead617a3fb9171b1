import type { Credential } from "./credentials.ts";
import { done, failed, failure } from "./failures.ts";
import type { Tell } from "./notices.ts";
import type { Group, Positions } from "./positions.ts";
import type { PresenceState } from "./presence.ts";
import type { Outcome } from "./types.ts";
import { type Push, parse, type Reply, type WireError } from "./wire.ts";
import type { World } from "./world.ts";

/** How a connection ended, or did not begin. Codes 4000 to 4199 are the server's. */
export interface Loss {
  code: number;
  reason: string;
  /** The refusal that came before. */
  error?: WireError;
}

export interface WebSocketHearing {
  /** Accepted; follow from here. */
  ready(expiresAt: string | undefined): unknown;
  lost(loss: Loss): unknown;
  drain(reconnectIn: number): unknown;
}

const SILENCE = 30_000; // ms without a sound, after which we ask
const ANSWER = 8_000; // ms for an answer to that
const AGAIN = 2_000; // ms before what the node could not do now is asked again

/** One WebSocket to `/realtime`: commands and their replies, pushes, signs of life. Silent once it is closed. */
export class WebSocketTransport {
  private readonly socket: WebSocket;
  private readonly waiting = new Map<number, (reply: Reply) => void>();
  /** Channels asked for and not answered, each with those it was asked for with. */
  private readonly flights = new Map<string, string[]>();
  private readonly leaving = new Set<string>();
  private readonly followed = new Set<string>();
  private readonly attending = new Set<string>();
  private refusal: WireError | undefined;
  private lastId = 0;
  private heardAt = Date.now();
  private asked: ReturnType<typeof setTimeout> | undefined;
  private again: ReturnType<typeof setTimeout> | undefined;
  private readonly pulse: ReturnType<typeof setInterval>;
  private closed = false;
  private accepted = false;

  constructor(
    world: Pick<World, "WebSocket">,
    url: string,
    credential: Extract<Credential, { kind: "token" | "ticket" }>,
    private readonly positions: Positions,
    private readonly tell: Tell,
    private readonly hearing: WebSocketHearing,
  ) {
    const address = new URL("/realtime", url);
    address.protocol = address.protocol.replace("http", "ws");
    if (credential.kind === "ticket") address.searchParams.set("ticket", credential.ticket);
    const socket = new (world.WebSocket as new (url: string) => WebSocket)(address.href);
    this.socket = socket;
    socket.onopen = () => {
      if (credential.kind === "token") {
        this.command({ command: "connect", token: credential.token }, reply => this.answered(reply));
      }
    };
    socket.onmessage = message => this.heard(message.data);
    socket.onclose = close => this.end({ code: close.code, reason: close.reason });
    socket.onerror = () => {}; // the close says it
    this.pulse = setInterval(() => {
      if (Date.now() - this.heardAt > SILENCE) this.probe();
    }, 5_000);
  }

  /** From now on nothing is heard of it. */
  close(): void {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.asked);
    clearTimeout(this.again);
    clearInterval(this.pulse);
    const { socket } = this;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
    for (const answer of this.waiting.values()) {
      answer({ reply: 0, ok: false, error: { code: "unavailable", message: "The connection was lost.", retry: true } });
    }
    this.waiting.clear();
  }

  /** Is anybody there? If not, it is lost. @param patience milliseconds for the answer */
  probe(patience = ANSWER): void {
    if (this.asked !== undefined || this.closed || !this.accepted) return;
    this.asked = setTimeout(() => this.end({ code: 1006, reason: "silence" }), patience);
    this.command({ command: "ping" });
  }

  refresh(token: string): Promise<Reply> {
    return new Promise(answer => this.command({ command: "refresh", token }, answer));
  }

  /** How this user is. */
  appear(state: PresenceState): Promise<Outcome> {
    return new Promise(answer => {
      this.command({ command: "presence", state }, ({ error }) => answer(error ? failed(error) : done(undefined)));
    });
  }

  publish(channel: string, type: string, data: unknown): Promise<Outcome> {
    return new Promise(answer => {
      this.command({ command: "publish", channel, type, data }, ({ error }) =>
        answer(error ? failed({ ...error, channel }) : done(undefined)),
      );
    });
  }

  /** Subscribes to what is wanted and not followed, leaves what is not wanted any longer. */
  sync(): void {
    if (this.closed || !this.accepted) return;
    const unwanted = [...this.followed].filter(channel => !this.positions.has(channel));
    // Presence is asked for with the subscription, so whoever wants it later subscribes anew from where it stands.
    const unattended = [...this.followed].filter(
      channel => this.positions.isAttended(channel) && !this.attending.has(channel) && !this.flights.has(channel),
    );
    if (unattended.length > 0) this.tell({ kind: "parted", channels: unattended });
    if (unwanted.length + unattended.length > 0) this.leave([...unwanted, ...unattended]);
    for (const group of this.positions.groups()) {
      const channels = group.channels.filter(channel => !this.followed.has(channel) && !this.leaving.has(channel));
      for (const attended of [false, true]) {
        const some = channels.filter(channel => this.positions.isAttended(channel) === attended);
        if (some.length > 0) this.subscribe({ ...group, channels: some });
      }
    }
  }

  /** What still comes of the old subscription belongs to it; a new one begins after the answer. */
  private leave(channels: string[]): void {
    for (const channel of channels) {
      this.followed.delete(channel);
      this.attending.delete(channel);
      this.leaving.add(channel);
    }
    this.command({ command: "unsubscribe", channels }, () => {
      for (const channel of channels) this.leaving.delete(channel);
      this.sync();
    });
  }

  private subscribe({ channels, cursor }: Pick<Group, "channels" | "cursor">): void {
    for (const channel of channels) {
      this.followed.add(channel);
      this.flights.set(channel, channels);
    }
    const presence = this.positions.isAttended(channels[0] as string);
    if (presence) for (const channel of channels) this.attending.add(channel);
    const command = {
      command: "subscribe",
      channels,
      ...(cursor === null ? {} : { cursor }),
      ...(presence ? { presence } : {}),
    };
    this.command(command, reply => this.subscribed(channels, reply));
  }

  private subscribed(asked: string[], reply: Reply): void {
    if (this.closed) return;
    for (const channel of asked) if (this.flights.get(channel) === asked) this.flights.delete(channel);
    if (reply.ok) {
      const now = (reply.channels ?? asked).filter(
        channel => this.positions.has(channel) && this.followed.has(channel),
      );
      this.tell({ kind: "joined", channels: now, cursor: reply.cursor ?? null });
      this.sync();
      return;
    }
    for (const channel of asked) {
      this.followed.delete(channel);
      this.attending.delete(channel);
    }
    const channels = asked.filter(channel => this.positions.has(channel));
    const { error } = reply;
    if (!error || channels.length === 0) return;
    if (error.code === "reset") {
      this.tell({ kind: "reset", channels, reason: error.reason ?? "behind" });
    } else if (error.retry) {
      this.again ??= setTimeout(() => {
        this.again = undefined;
        this.sync();
      }, AGAIN);
    } else if (channels.length > 1) {
      for (const channel of channels) {
        this.subscribe({ channels: [channel], cursor: this.positions.cursorOf(channel) });
      }
    } else {
      this.tell({ kind: "refused", channels, error: { ...error, channel: channels[0] as string } });
    }
  }

  /** @param answer called at once with the reply: what was pushed before it was told before it */
  private command(members: Record<string, unknown>, answer: (reply: Reply) => void = () => {}): void {
    const id = ++this.lastId;
    this.waiting.set(id, answer);
    if (this.socket.readyState === 1) this.socket.send(JSON.stringify({ id, ...members }));
  }

  private heard(data: unknown): void {
    this.heardAt = Date.now();
    clearTimeout(this.asked);
    this.asked = undefined;
    const message = parse(data);
    if (!message) return;
    if ("reply" in message) {
      const reply = message as unknown as Reply;
      const answer = this.waiting.get(reply.reply);
      this.waiting.delete(reply.reply);
      // A pong's cursor is where the connection stands; the others' belong to their commands.
      if (reply.ok && reply.cursor && !reply.channels) this.tell({ kind: "cursor", cursor: reply.cursor, of: null });
      answer?.(reply);
    } else if ("push" in message) {
      this.pushed(message as unknown as Push);
    }
  }

  private answered(reply: Reply): void {
    if (this.closed) return;
    if (reply.ok) this.accept(reply.expiresAt);
    else this.refusal = reply.error;
  }

  private accept(expiresAt: string | undefined): void {
    this.accepted = true;
    this.hearing.ready(expiresAt);
  }

  private pushed(push: Push): void {
    switch (push.push) {
      case "connected":
        this.accept(push.expiresAt);
        break;
      case "events": {
        const { channel, cursor } = push;
        const of = this.flights.get(channel) ?? null;
        if (this.followed.has(channel) && this.positions.has(channel)) {
          this.tell({ kind: "events", channel, events: push.events, cursor, of });
        } else {
          this.tell({ kind: "cursor", cursor, of });
        }
        break;
      }
      case "ephemeral":
      case "conflated":
        if (this.followed.has(push.channel)) {
          this.tell({ kind: "ephemeral", channel: push.channel, events: push.events });
        }
        break;
      case "reset":
      case "ended":
        this.over(push);
        break;
      case "ping":
        if (push.cursor) this.tell({ kind: "cursor", cursor: push.cursor, of: null });
        break;
      case "drain":
        this.hearing.drain(push.reconnectIn);
        break;
      case "error":
        this.refusal = push.error;
        break;
      case "presence":
        if (this.followed.has(push.channel)) this.tell({ kind: "presence", told: push });
        break;
    }
  }

  private over(push: Extract<Push, { push: "reset" | "ended" }>): void {
    const channels = push.channels.filter(channel => this.followed.has(channel) && this.positions.has(channel));
    for (const channel of push.channels) {
      this.followed.delete(channel);
      this.attending.delete(channel);
    }
    if (channels.length === 0) return;
    if (push.push === "reset") this.tell({ kind: "reset", channels, reason: push.reason });
    else {
      this.tell({ kind: "refused", channels, error: failure("forbidden", "This is not allowed any longer.", false) });
    }
  }

  private end(loss: Loss): void {
    if (this.closed) return;
    this.close();
    this.hearing.lost(this.refusal ? { ...loss, error: this.refusal } : loss);
  }
}
