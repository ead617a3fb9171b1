import type { Credential } from "./credentials.ts";
import { eventsRequest } from "./events-url.ts";
import { failure, problem, retryAfter, text } from "./failures.ts";
import type { Of, Tell } from "./notices.ts";
import type { Group, Positions } from "./positions.ts";
import type { Failure } from "./types.ts";
import type { Push } from "./wire.ts";
import type { World } from "./world.ts";

/** What became of one request of `/events`. */
export type Told =
  | { kind: "answered" }
  | { kind: "aborted" }
  /** The command itself was refused. */
  | { kind: "refused"; error: Failure }
  /** Not now, or nobody there. `after`: milliseconds that the node asks for. */
  | { kind: "unanswered"; error: Failure; after: number | null };

/** A refusal's meaning over HTTP, the same for streams and polls. */
export async function refusal(answer: Response): Promise<Told> {
  const error = problem(answer.status, await answer.json().catch(() => null));
  return error.retry ? { kind: "unanswered", error, after: retryAfter(answer.headers) } : { kind: "refused", error };
}

/** What a push says, to everybody. @param of the channels that stand at its cursor */
export function pass(push: Push, of: Of, positions: Positions, tell: Tell): void {
  switch (push.push) {
    case "events":
      if (positions.has(push.channel))
        tell({ kind: "events", channel: push.channel, events: push.events, cursor: push.cursor, of });
      break;
    case "ephemeral":
    case "conflated":
      if (positions.has(push.channel)) tell({ kind: "ephemeral", channel: push.channel, events: push.events });
      break;
    case "ping":
      if (push.cursor) tell({ kind: "cursor", cursor: push.cursor, of });
      break;
    case "reset": {
      const channels = push.channels.filter(channel => positions.has(channel));
      if (channels.length > 0) tell({ kind: "reset", channels, reason: push.reason });
      break;
    }
    case "ended": {
      const channels = push.channels.filter(channel => positions.has(channel));
      const error = failure("forbidden", "This is not allowed any longer.", false);
      if (channels.length > 0) tell({ kind: "refused", channels, error });
      break;
    }
    case "presence":
      if (positions.has(push.channel)) tell({ kind: "presence", told: push });
      break;
  }
}

/** One poll of one group. Its cursor moves only with an answer, so an aborted poll loses and repeats nothing. */
export async function poll(
  world: Pick<World, "fetch">,
  url: string,
  group: Group,
  credential: Extract<Credential, { kind: "token" | "ticket" }>,
  wait: number,
  signal: AbortSignal,
  positions: Positions,
  tell: Tell,
  more: Record<string, string> = {},
): Promise<Told> {
  try {
    const [address, init] = eventsRequest(url, group, credential, "application/json", { wait: String(wait), ...more });
    const answer = await world.fetch(address, { ...init, signal });
    if (!answer.ok) return signal.aborted ? { kind: "aborted" } : await refusal(answer);
    const { cursor, messages } = (await answer.json()) as { cursor: string; messages: Push[] };
    if (signal.aborted) return { kind: "aborted" };
    const of = group.joined ? null : group.channels;
    for (const push of messages) pass(push, of, positions, tell);
    tell({ kind: "cursor", cursor, of });
    return { kind: "answered" };
  } catch (cause) {
    if (signal.aborted) return { kind: "aborted" };
    return { kind: "unanswered", error: failure("network", text(cause), true, { cause }), after: null };
  }
}
