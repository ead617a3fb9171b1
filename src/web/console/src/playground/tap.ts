import { browser, type World } from "@carillon/client";

export interface Frame {
  readonly id: number;
  readonly out: boolean;
  readonly via: "ws" | "poll" | "stream";
  readonly at: number;
  readonly text: string;
}

const KEPT = 80;
const DRAWN = 100; // ms between two drawings of what came

/** The last frames of a connection, told in lumps. */
export class Frames {
  frames: readonly Frame[] = [];
  received = 0;
  private waiting: Frame[] = [];
  private count = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly hearing = new Set<() => void>();

  readonly subscribe = (hear: () => void) => {
    this.hearing.add(hear);
    return () => {
      this.hearing.delete(hear);
    };
  };

  readonly all = () => this.frames;

  add(out: boolean, via: Frame["via"], text: string): void {
    if (!out) this.received += text.length;
    this.waiting.push({ id: ++this.count, out, via, at: Date.now(), text });
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.frames = [...this.waiting.reverse(), ...this.frames].slice(0, KEPT);
      this.waiting = [];
      for (const hear of [...this.hearing]) hear();
    }, DRAWN);
  }
}

/** A browser whose WebSockets, polls and streams are overheard. Tokens are left out. */
export function tapped(frames: Frames): World {
  const world = browser();
  const Native = world.WebSocket as typeof WebSocket | undefined;
  if (Native) {
    world.WebSocket = class extends Native {
      constructor(url: string) {
        super(url);
        this.addEventListener("message", ({ data }) => frames.add(false, "ws", String(data)));
        this.addEventListener("close", ({ code, reason }) =>
          frames.add(false, "ws", JSON.stringify({ closed: code, reason })),
        );
      }

      override send(data: string): void {
        frames.add(true, "ws", data.replace(/"token":"[^"]*"/, '"token":"…"'));
        super.send(data);
      }
    };
  }
  world.fetch = async (input, init) => {
    const followed = new URL(String(input), location.href).pathname === "/events";
    const answer = await fetch(input, init);
    if (!followed || !answer.body) return answer;
    const stream = answer.headers.get("Content-Type")?.startsWith("text/event-stream");
    const decoder = new TextDecoder();
    const heard = answer.body.pipeThrough(
      new TransformStream<Uint8Array, Uint8Array>({
        transform(chunk, on) {
          const text = decoder.decode(chunk, { stream: true }).trim();
          if (text) frames.add(false, stream ? "stream" : "poll", text.replace(/^(id|data): ?/gm, ""));
          on.enqueue(chunk);
        },
      }),
    );
    const { status, statusText, headers } = answer;
    return new Response(heard, { status, statusText, headers });
  };
  return world;
}

interface Message {
  messages?: Message[];
  events?: { type: string; data?: { key?: { id?: string } } }[];
  command?: string;
  channels?: string[];
  cursor?: string;
  reply?: number;
  ok?: boolean;
  error?: { code: string };
  push?: string;
  reason?: string;
  closed?: number;
}

/** A message in a few words; the whole of it is one click away. */
export function gist(text: string): string {
  try {
    return words(JSON.parse(text) as Message);
  } catch {
    return text.slice(0, 120);
  }
}

function words(message: Message): string {
  const { messages, events, command, channels, cursor, reply, ok, error, push, reason, closed } = message;
  if (messages) return messages.map(words).join("; ") || "nothing new";
  if (events) return events.map(({ type, data }) => `${type} ${data?.key?.id ?? ""}`.trim()).join(", ");
  if (command) return [command, ...(channels ?? []), cursor && `from ${cursor}`].filter(Boolean).join(" ");
  if (reply !== undefined) return `answer to ${reply}: ${ok ? `ok${cursor ? `, at ${cursor}` : ""}` : error?.code}`;
  if (push) return [push, reason].filter(Boolean).join(": ");
  return closed === undefined ? "" : `closed, ${closed} ${reason ?? ""}`;
}
