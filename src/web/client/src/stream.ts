import type { Credential } from "./credentials.ts";
import { eventsRequest } from "./events-url.ts";
import { failure, text } from "./failures.ts";
import type { Tell } from "./notices.ts";
import { pass, refusal, type Told } from "./polling.ts";
import type { Group, Positions } from "./positions.ts";
import { type Push, parse, type Reply } from "./wire.ts";
import type { World } from "./world.ts";

const BEGIN = 5_000; // ms for the subscription to stand; a proxy that keeps streams back does not pass this
const SILENCE = 40_000; // ms without a byte: the server pings more often
const LONGEST = 4_000_000; // characters of one message

/** Cuts `text/event-stream` into the data of its messages. */
export class Messages {
  private rest = "";
  private data = "";

  *take(chunk: string): Generator<string> {
    this.rest += chunk;
    const lines = this.rest.split("\n");
    this.rest = lines.pop() as string;
    if (this.rest.length > LONGEST) throw new Error("a message without end");
    for (const raw of lines) {
      const line = raw.endsWith("\r") ? raw.slice(0, -1) : raw;
      if (line.startsWith("data:")) this.data += line.slice(line[5] === " " ? 6 : 5);
      else if (line === "" && this.data !== "") {
        yield this.data;
        this.data = "";
      }
    }
  }
}

/**
 * One event stream, read by `fetch` so that the token travels in a header. Returns when it is over.
 *
 * @param standing told once the subscription stands
 */
export async function stream(
  world: Pick<World, "fetch">,
  url: string,
  group: Group,
  credential: Extract<Credential, { kind: "token" | "ticket" }>,
  signal: AbortSignal,
  positions: Positions,
  tell: Tell,
  standing: () => void,
): Promise<Told> {
  const own = new AbortController();
  const abort = () => own.abort();
  signal.addEventListener("abort", abort);
  let timer = setTimeout(abort, BEGIN);
  let ended: Told | null = null;
  try {
    const [address, init] = eventsRequest(url, group, credential, "text/event-stream", {});
    const answer = await world.fetch(address, { ...init, signal: own.signal });
    if (!answer.ok || !answer.body) return signal.aborted ? { kind: "aborted" } : await refusal(answer);
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    const messages = new Messages();
    let stands = false;
    for (;;) {
      const { done, value } = await reader.read();
      if (signal.aborted) return { kind: "aborted" };
      if (done) break;
      if (stands) {
        clearTimeout(timer);
        timer = setTimeout(abort, SILENCE);
      }
      for (const data of messages.take(decoder.decode(value, { stream: true }))) {
        const message = parse(data) as Push | Reply | null;
        if (!message) continue;
        if ("reply" in message) {
          const { ok, error } = message;
          if (!ok) return { kind: "refused", error: error ?? failure("unavailable", "The stream was refused.", true) };
          if (message.cursor) tell({ kind: "cursor", cursor: message.cursor, of: null });
          stands = true;
          clearTimeout(timer);
          timer = setTimeout(abort, SILENCE);
          standing();
        } else if (message.push === "closed") {
          ended = closed(message);
        } else pass(message, null, positions, tell);
        if (signal.aborted) return { kind: "aborted" };
      }
    }
    return ended ?? { kind: "unanswered", error: failure("network", "The stream ended.", true), after: null };
  } catch (cause) {
    if (signal.aborted) return { kind: "aborted" };
    return ended ?? { kind: "unanswered", error: failure("network", text(cause), true, { cause }), after: null };
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", abort);
    own.abort();
  }
}

/** Who is sent away by a node that goes has been given its time already, and comes back at once. */
function closed({ code, reason, reconnect }: Extract<Push, { push: "closed" }>): Told {
  if (reason === "drain") return { kind: "aborted" };
  const error = failure(code === 4003 ? "unauthenticated" : reason, `The node closed: ${reason}.`, reconnect);
  return reconnect && code !== 4003 ? { kind: "unanswered", error, after: null } : { kind: "refused", error };
}
