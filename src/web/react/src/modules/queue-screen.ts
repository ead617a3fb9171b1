import type { Outcome, Status, Undo } from "@carillon/client";
import type { Queue, TicketChange } from "./queue.ts";

export interface QueueScreenOptions {
  tenant: string;
  kind: "totem" | "display";
  /** The screen's device key; null where the tenant has public screens on. */
  key: string | null;
  /** The node; default: where the page came from. */
  url?: string;
  /** Milliseconds between polls while there is no WebSocket; default 30000. */
  poll?: number;
  backoff?: { min?: number; max?: number; attempts?: number };
  /** Milliseconds for which a gap is kept quiet; default 3000. */
  patience?: number;
}

export interface QueueScreenView {
  readonly status: Status;
  readonly queue: Queue | null;
  /** The device key is not taken: the screen is to be paired again. */
  readonly refused: boolean | null;
}

export interface TakenTicket {
  readonly id: string;
  readonly code: string;
}

interface Message {
  type: string;
  cursor?: string;
  data?: unknown;
  reconnect_in?: number;
  reconnectIn?: number;
}

const SILENCE = 60_000; // ms without a word, after which the connection counts as dead
const ANSWER = 10_000; // ms for a connection to be made and answered
const LOOK = 10_000; // ms between looks whether the connection is silent

/**
 * What a totem or a display knows of the queue. It never gives up: after the last attempt that is counted it says so, and
 * goes on; polls carry on meanwhile. Knows no React.
 */
export class QueueScreen {
  view: QueueScreenView = { status: { state: "connecting" }, queue: null, refused: null };
  private readonly hearing = new Set<() => void>();
  private readonly timers = new Map<string, ReturnType<typeof setTimeout>>();
  private readonly undo: Undo[] = [];
  private socket: WebSocket | null = null;
  private cursor: string | null = null;
  private tag: string | null = null;
  private attempts = 0;
  private heardAt = 0;
  private ready = false;
  private polls = false;
  private ended = false;

  constructor(
    private readonly options: QueueScreenOptions,
    private readonly called: (change: TicketChange) => void,
  ) {
    const wake = () => this.ready || this.attempt();
    for (const event of ["online", "pageshow"]) {
      addEventListener(event, wake);
      this.undo.push(() => removeEventListener(event, wake));
    }
    const gone = () => navigator.onLine === false && this.lost();
    addEventListener("offline", gone);
    this.undo.push(() => removeEventListener("offline", gone));
    this.attempt();
  }

  readonly subscribe = (hear: () => void): Undo => {
    this.hearing.add(hear);
    return () => this.hearing.delete(hear);
  };

  readonly retry = (): void => {
    this.attempts = 0;
    this.attempt();
  };

  /** A ticket of a service; asked again with the same key it is the same ticket. */
  async take(service: string): Promise<Outcome<TakenTicket>> {
    const key = crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`;
    for (let turn = 0; ; turn++) {
      try {
        const answer = await this.fetch("/api/queue/tickets", {
          method: "POST",
          headers: { "Content-Type": "application/json", "Idempotency-Key": key },
          body: JSON.stringify({ service_id: service }),
        });
        const body = (await answer.json()) as TakenTicket & { code: string; detail?: string };
        if (answer.ok) return { ok: true, value: body };
        const message = body.detail ?? `the node answered ${answer.status}`;
        return { ok: false, error: { code: body.code, message, retry: answer.status >= 429, status: answer.status } };
      } catch (cause) {
        if (turn >= 2) return { ok: false, error: { code: "network", message: String(cause), retry: true } };
        await new Promise(done => setTimeout(done, 500));
      }
    }
  }

  close(): void {
    this.ended = true;
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const one of this.undo) one();
    this.drop();
  }

  private get most(): number {
    return this.options.backoff?.attempts ?? 10;
  }

  private later(name: string, ms?: number, work?: () => void): void {
    clearTimeout(this.timers.get(name));
    if (ms !== undefined && work) this.timers.set(name, setTimeout(work, ms));
  }

  private fetch(path: string, init: RequestInit = {}): Promise<Response> {
    const { tenant, key, url = location.origin } = this.options;
    const address = new URL(path, url);
    const headers = new Headers(init.headers);
    if (key === null) address.searchParams.set("tenant", tenant);
    else headers.set("Carillon-Device-Key", key);
    return fetch(address, { cache: "no-store", ...init, headers });
  }

  private attempt(): void {
    if (this.ended) return;
    this.drop();
    this.later("attempt");
    const { tenant, kind, key, url = location.origin } = this.options;
    const address = new URL(`/ws/${encodeURIComponent(tenant)}/${kind}`, url);
    address.protocol = address.protocol.replace("http", "ws");
    if (key !== null) address.searchParams.set("auth", "message");
    if (this.cursor !== null) address.searchParams.set("cursor", this.cursor);
    this.show(null);
    const socket = new WebSocket(address);
    this.socket = socket;
    this.later("answer", ANSWER, () => this.lost());
    socket.onopen = () => key !== null && socket.send(JSON.stringify({ type: "auth", device_key: key }));
    socket.onmessage = ({ data }) => this.heard(JSON.parse(String(data)) as Message);
    socket.onclose = ({ code }) => this.lost(code);
  }

  private heard(message: Message): void {
    this.heardAt = Date.now();
    if (message.cursor) this.cursor = message.cursor;
    switch (message.type) {
      case "queue_update":
        this.stands();
        this.set({ queue: message.data as Queue, refused: null });
        break;
      case "ticket_status_changed": {
        const change = message.data as TicketChange;
        if (change.new_status === "called") this.called(change);
        break;
      }
      case "reset":
        this.cursor = null;
        break;
      case "ping":
        this.socket?.send(JSON.stringify({ type: "ping" }));
        break;
    }
  }

  private stands(): void {
    if (this.ready) return;
    this.ready = true;
    this.attempts = 0;
    this.later("answer");
    this.later("poll");
    this.polls = false;
    this.later("quiet", LOOK, () => this.look());
    this.show(null);
  }

  private look(): void {
    if (Date.now() - this.heardAt > SILENCE) return this.lost();
    this.later("quiet", LOOK, () => this.look());
  }

  private lost(code?: number): void {
    if (this.ended) return;
    this.drop();
    if (code === 4103 || code === 4104) this.set({ refused: true });
    if (navigator.onLine !== false) this.attempts++;
    const { min = 1_000, max = 30_000 } = this.options.backoff ?? {};
    const full = this.attempts > this.most ? max : Math.min(max, min * 2 ** Math.max(0, this.attempts - 1));
    const wait = full * (0.75 + Math.random() / 4);
    this.later("attempt", wait, () => this.attempt());
    if (!this.polls) this.later("poll", Math.min(wait, 1_000), () => void this.poll());
    this.show(Date.now() + wait);
  }

  private drop(): void {
    const { socket } = this;
    this.socket = null;
    this.ready = false;
    this.later("answer");
    this.later("quiet");
    if (!socket) return;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close();
  }

  private async poll(): Promise<void> {
    try {
      const answer = await this.fetch("/api/queue", { headers: this.tag ? { "If-None-Match": this.tag } : {} });
      if (this.ended || this.ready) return;
      if (answer.status === 401) this.set({ refused: true });
      if (answer.status !== 304 && !answer.ok) throw new Error(String(answer.status));
      if (answer.ok) this.polled((await answer.json()) as Queue, answer);
      this.polls = true;
    } catch {
      this.polls = false;
    }
    if (this.ended || this.ready) return;
    this.show(null);
    this.later("poll", this.options.poll ?? 30_000, () => void this.poll());
  }

  /** Calls that a poll brings are told like those that are heard. */
  private polled(queue: Queue, answer: Response): void {
    this.tag = answer.headers.get("ETag");
    this.cursor = answer.headers.get("Carillon-Cursor") ?? this.cursor;
    const before = new Map(this.view.queue?.serving.map(one => [one.id, one.calls]) ?? []);
    const known = this.view.queue !== null;
    this.set({ queue, refused: null });
    if (!known) return;
    for (const one of queue.serving) {
      if (one.status !== "called" || one.calls <= (before.get(one.id) ?? 0)) continue;
      const service = queue.services.find(({ id }) => id === one.service_id)?.name ?? null;
      const { id, code, counter, calls } = one;
      this.called({ id, code, counter, calls, service, old_status: "in_queue", new_status: "called" });
    }
  }

  private status(nextAt: number | null): Status {
    if (this.ready) return { state: "connected", transport: "websocket" };
    if (this.polls) return { state: "polling" };
    if (navigator.onLine === false) return { state: "offline" };
    if (this.attempts === 0 && this.view.queue === null) return { state: "connecting" };
    if (this.attempts < this.most) {
      return { state: "reconnecting", attempt: this.attempts + 1, of: this.most, nextAt };
    }
    return { state: "failed", error: { code: "unreachable", message: "unreachable", retry: true }, nextAt };
  }

  /** Good news at once; a gap when it has lasted. */
  private show(nextAt: number | null): void {
    const status = this.status(nextAt);
    const quiet = this.view.status.state === "connected" && status.state !== "connected";
    if (!quiet) {
      this.later("show");
      this.set({ status });
    } else {
      this.later("show", this.options.patience ?? 3_000, () => this.set({ status: this.status(nextAt) }));
    }
  }

  private set(change: Partial<QueueScreenView>): void {
    this.view = { ...this.view, ...change };
    for (const hear of [...this.hearing]) hear();
  }
}
