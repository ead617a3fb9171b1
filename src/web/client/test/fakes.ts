// A browser of several tabs, a node and a network between them, all in hand.

import type { CarillonEvent } from "../src/types.ts";
import type { World } from "../src/world.ts";

type Hear = (event: Event) => void;

/** What tabs of one browser share: locks and channels. Everything is told in tasks of its own, as browsers do. */
export class FakeBrowser {
  readonly holders = new Map<string, { tab: FakeTab; lost: (cause: unknown) => void }>();
  readonly queues = new Map<string, { tab: FakeTab; begin: () => void }[]>();
  readonly channels = new Set<FakeChannel>();

  tab(node: FakeNode): FakeTab {
    return new FakeTab(this, node);
  }

  next(name: string): void {
    if (this.holders.has(name)) return;
    this.queues.get(name)?.shift()?.begin();
  }
}

class FakeChannel {
  onmessage: ((event: { data: unknown }) => void) | null = null;

  constructor(
    readonly name: string,
    readonly tab: FakeTab,
  ) {
    tab.browser.channels.add(this);
  }

  postMessage(data: unknown): void {
    const copy = structuredClone(data);
    for (const other of this.tab.browser.channels) {
      if (other !== this && other.name === this.name && !other.tab.deaf)
        other.tab.task(() => other.onmessage?.({ data: copy }));
    }
  }

  close(): void {
    this.tab.browser.channels.delete(this);
  }
}

export class FakeTab {
  online = true;
  visible = true;
  dead = false;
  /** Hears nothing of other tabs. */
  deaf = false;
  readonly world: World;
  private readonly listeners = new Map<string, Set<Hear>>();
  private frozenTasks: (() => void)[] | null = null;

  constructor(
    readonly browser: FakeBrowser,
    readonly node: FakeNode,
  ) {
    const tab = this;
    let ids = 0;
    const name = `tab${++node.tabs}`;
    this.world = {
      fetch: (address, init) => node.fetch(tab, String(address), init),
      WebSocket: class {
        constructor(address: string) {
          // biome-ignore lint/correctness/noConstructorReturn: stands in for the browser's
          return new FakeSocket(tab, node, address) as never;
        }
      } as never,
      locks: this.locks() as unknown as LockManager,
      BroadcastChannel: class {
        constructor(channel: string) {
          // biome-ignore lint/correctness/noConstructorReturn: stands in for the browser's
          return new FakeChannel(channel, tab) as never;
        }
      } as never,
      random: () => 0,
      id: () => (ids++ === 0 ? name : `${name}-${ids}`),
      origin: "http://node",
      online: () => this.online,
      visible: () => this.visible,
      on: (event, hear) => {
        const all = this.listeners.get(event) ?? new Set();
        this.listeners.set(event, all);
        all.add(hear);
        return () => all.delete(hear);
      },
    };
  }

  /** Runs in this tab, soon; or when it is thawed; or never. */
  task(work: () => void): void {
    setTimeout(() => {
      if (this.dead) return;
      if (this.frozenTasks) this.frozenTasks.push(work);
      else work();
    }, 0);
  }

  fire(event: string): void {
    for (const hear of [...(this.listeners.get(event) ?? [])]) hear(new Event(event));
  }

  /** Without a word, as a crashed process. */
  crash(): void {
    this.dead = true;
    for (const channel of [...this.browser.channels]) if (channel.tab === this) channel.close();
    for (const [name, holder] of [...this.browser.holders]) {
      if (holder.tab !== this) continue;
      this.browser.holders.delete(name);
      this.browser.next(name);
    }
    for (const queue of this.browser.queues.values()) {
      queue.splice(0, queue.length, ...queue.filter(one => one.tab !== this));
    }
    this.node.cut(this);
  }

  freeze(): void {
    this.frozenTasks = [];
  }

  thaw(): void {
    const tasks = this.frozenTasks ?? [];
    this.frozenTasks = null;
    for (const task of tasks) task();
  }

  private locks() {
    const { browser } = this;
    return {
      request: (name: string, options: LockOptions | (() => unknown), then?: () => unknown): Promise<unknown> => {
        const work = (typeof options === "function" ? options : then) as () => unknown;
        const given = typeof options === "function" ? {} : options;
        return new Promise((done, fail) => {
          const begin = () => {
            const holder = { tab: this, lost: fail };
            browser.holders.set(name, holder);
            this.task(
              () =>
                void Promise.resolve(work()).then(result => {
                  if (browser.holders.get(name) === holder) {
                    browser.holders.delete(name);
                    browser.next(name);
                  }
                  done(result);
                }),
            );
          };
          const holder = browser.holders.get(name);
          if (given.steal) {
            browser.holders.delete(name);
            holder?.tab.task(() => holder.lost(new DOMException("stolen", "AbortError")));
            begin();
          } else if (holder) {
            const queue = browser.queues.get(name) ?? [];
            browser.queues.set(name, queue);
            const entry = { tab: this, begin };
            queue.push(entry);
            given.signal?.addEventListener("abort", () => {
              queue.splice(0, queue.length, ...queue.filter(one => one !== entry));
              fail(new DOMException("aborted", "AbortError"));
            });
          } else begin();
        });
      },
      query: async () => ({ held: [...browser.holders.keys()].map(name => ({ name })), pending: [] }),
    };
  }
}

class FakeSocket {
  readyState = 0;
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: string }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: (() => void) | null = null;
  readonly followed = new Set<string>();

  constructor(
    readonly tab: FakeTab,
    private readonly node: FakeNode,
    readonly address: string,
  ) {
    node.tries.push(Date.now());
    tab.task(() => {
      if (!node.reachable(tab) || node.socketsBlocked) return this.end(1006, "");
      node.sockets.add(this);
      this.readyState = 1;
      this.onopen?.();
    });
  }

  send(text: string): void {
    if (!this.node.sockets.has(this)) return;
    const command = JSON.parse(text);
    this.node.commands.push(command);
    setTimeout(() => this.node.sockets.has(this) && this.node.command(this, command), 0);
  }

  close(): void {
    this.readyState = 3;
    this.node.sockets.delete(this);
  }

  say(message: unknown): void {
    const data = JSON.stringify(message);
    this.tab.task(() => this.onmessage?.({ data }));
  }

  /** The node, or the network, ends it. */
  end(code: number, reason: string): void {
    this.node.sockets.delete(this);
    this.readyState = 3;
    this.tab.task(() => this.onclose?.({ code, reason }));
  }
}

/** A node whose log is a list; a cursor is a place in it. */
export class FakeNode {
  tabs = 0;
  up = true;
  socketsBlocked = false;
  silent = false;
  readonly log: { channel: string; event: CarillonEvent }[] = [];
  readonly sockets = new Set<FakeSocket>();
  readonly commands: { command: string; [member: string]: unknown }[] = [];
  readonly tries: number[] = [];
  readonly polls: string[] = [];
  readonly writes: { key: string | null; token: string | null; body: unknown }[] = [];
  /** Answers to writes and polls that are given instead of the usual ones, first come first served. */
  readonly answers: Response[] = [];
  /** Answers REST; undefined: as it was told by `answers`. */
  rest: (method: string, path: string, body: unknown) => Response | undefined = () => undefined;
  refuseToken: string | null = null;
  members: { user: string; name: string; state: "online" | "away" | "busy" }[] = [];
  lifetime = 3_600_000;

  reachable(tab: FakeTab): boolean {
    return this.up && tab.online;
  }

  cursor(): string {
    return `c${this.log.length}`;
  }

  emit(channel: string, data: unknown, ref?: string, type = "said"): void {
    const event: CarillonEvent = { id: String(this.log.length + 1), type, data, ...(ref ? { ref } : {}) };
    this.log.push({ channel, event });
    for (const socket of this.sockets) {
      if (socket.followed.has(channel)) this.push(socket, channel, [event]);
    }
  }

  push(socket: FakeSocket, channel: string, events: CarillonEvent[]): void {
    if (!this.silent) socket.say({ push: "events", channel, cursor: `c${events.at(-1)?.id}`, events });
  }

  all(message: unknown): void {
    for (const socket of this.sockets) socket.say(message);
  }

  roster(channel: string) {
    return { push: "presence", channel, count: this.members.length, members: this.members };
  }

  cut(tab: FakeTab): void {
    for (const socket of [...this.sockets]) if (socket.tab === tab) this.sockets.delete(socket);
  }

  close(code: number, reason: string): void {
    for (const socket of [...this.sockets]) socket.end(code, reason);
  }

  stop(): void {
    this.up = false;
    this.close(1006, "");
  }

  command(socket: FakeSocket, command: { id?: unknown; command: string; [member: string]: unknown }): void {
    if (this.silent) return;
    const reply = (members: object = {}) => socket.say({ reply: command.id, ok: true, ...members });
    const refuse = (code: string, more: object = {}) =>
      socket.say({ reply: command.id, ok: false, error: { code, message: code, retry: false, ...more } });
    switch (command.command) {
      case "connect":
      case "refresh":
        if (command.token === this.refuseToken) {
          refuse("unauthenticated");
          if (command.command === "connect") socket.end(4103, "unauthenticated");
        } else {
          reply({ connection: "1", user: "ana", expiresAt: new Date(Date.now() + this.lifetime).toISOString() });
        }
        break;
      case "subscribe": {
        const channels = command.channels as string[];
        if (channels.includes("forbidden")) return refuse("forbidden");
        const from = command.cursor === undefined ? this.log.length : Number(String(command.cursor).slice(1));
        if (Number.isNaN(from)) return refuse("reset", { reason: "malformed" });
        for (const channel of channels) socket.followed.add(channel);
        for (const entry of this.log.slice(from)) {
          if (channels.includes(entry.channel)) this.push(socket, entry.channel, [entry.event]);
        }
        reply({ channels, cursor: this.cursor() });
        if (command.presence) for (const channel of channels) socket.say(this.roster(channel));
        break;
      }
      case "unsubscribe":
        for (const channel of command.channels as string[]) socket.followed.delete(channel);
        reply();
        break;
      case "ping":
        reply({ cursor: this.cursor() });
        break;
      default:
        reply();
    }
  }

  async fetch(tab: FakeTab, address: string, init: RequestInit = {}): Promise<Response> {
    const url = new URL(address);
    await new Promise(done => setTimeout(done, 1));
    if (!this.reachable(tab) || tab.dead) throw new TypeError("Failed to fetch");
    if (url.pathname !== "/events") {
      const body = JSON.parse(String(init.body ?? "null"));
      const known = this.rest(init.method ?? "GET", url.pathname + url.search, body);
      if (known) {
        known.headers.set("Carillon-Cursor", this.cursor());
        return known;
      }
      const headers = new Headers(init.headers);
      this.writes.push({
        key: headers.get("Idempotency-Key"),
        token: headers.get("Authorization"),
        body: JSON.parse(String(init.body ?? "null")),
      });
      const answer = this.answers.shift();
      if (answer?.status === 599) throw new TypeError("the answer was lost");
      return answer ?? Response.json({}, { status: 201 });
    }
    this.polls.push(url.search);
    const answer = this.answers.shift();
    if (answer) return answer;
    const channels = (url.searchParams.get("channels") ?? "").split(",");
    const cursor = url.searchParams.get("cursor");
    const from = cursor === null ? this.log.length : Number(cursor.slice(1));
    const missed = () => this.log.slice(from).filter(entry => channels.includes(entry.channel));
    const until = Date.now() + Number(url.searchParams.get("wait")) * 1000;
    while (missed().length === 0 && Date.now() < until) {
      await new Promise(done => setTimeout(done, 10));
      if (init.signal?.aborted) throw new DOMException("aborted", "AbortError");
      if (!this.reachable(tab)) throw new TypeError("Failed to fetch");
    }
    const messages = missed().map(({ channel, event }) => ({
      push: "events",
      channel,
      cursor: `c${event.id}`,
      events: [event],
    }));
    const rosters = url.searchParams.has("presence") ? channels.map(channel => this.roster(channel)) : [];
    return Response.json({ cursor: this.cursor(), messages: [...messages, ...rosters] });
  }
}

/** A token that says who. */
export const jwt = (claims: object): string => `h.${btoa(JSON.stringify(claims))}.s`;
