import { failure, text } from "./failures.ts";
import { personOf } from "./identity.ts";
import type { ConnectOptions, Failure, TokenReason } from "./types.ts";

/** What to show at the door: a token, a ticket, nothing because nobody is signed in, or why there is none now. */
export type Credential =
  | { kind: "token"; token: string }
  | { kind: "ticket"; ticket: string }
  | { kind: "nobody" | "broken"; error: Failure };

const nobody = (code: string, message: string, retry = false): Credential => ({
  kind: "nobody",
  error: failure(code, message, retry),
});

const PATIENCE = 20_000;

/** Asks the page for tokens and tickets, never twice at a time, and keeps the token until it is refused or renewed. */
export class Credentials {
  private token: string | null = null;
  /** Whom the first token named: what this page writes and follows is theirs. */
  private person: string | null = null;
  private reason: TokenReason = "start";
  private asking: Promise<Credential> | null = null;
  /** A ticket for streams is good for many requests. */
  private stream: string | null = null;

  constructor(private readonly options: Pick<ConnectOptions, "token" | "ticket">) {}

  /** @param kind what a ticket is needed for; tokens are good for all */
  async get(kind: "once" | "stream"): Promise<Credential> {
    if (this.options.token) {
      if (this.token !== null) return { kind: "token", token: this.token };
      return this.ask();
    }
    if (kind === "stream" && this.stream !== null) return { kind: "ticket", ticket: this.stream };
    const ticket = await this.called(() => this.options.ticket?.(kind));
    if (typeof ticket !== "string") return ticket;
    if (kind === "stream") this.stream = ticket;
    return { kind: "ticket", ticket };
  }

  /** A new token, for a connection that goes on. */
  renew(): Promise<Credential> {
    this.spoilt("refresh");
    return this.get("once");
  }

  /** What was shown is no good; the next one is another one. */
  spoilt(reason: TokenReason): void {
    this.token = null;
    this.stream = null;
    this.reason = reason;
  }

  private ask(): Promise<Credential> {
    this.asking ??= (async (): Promise<Credential> => {
      const token = await this.called(() => this.options.token?.(this.reason));
      this.asking = null;
      if (typeof token !== "string") return token;
      const person = personOf(token);
      this.person ??= person;
      if (person !== this.person) return nobody("other_person", "The token is somebody else's.", true);
      this.token = token;
      this.reason = "expired";
      return { kind: "token", token };
    })();
    return this.asking;
  }

  private async called(ask: () => string | null | undefined | Promise<string | null>): Promise<string | Credential> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      const late = new Promise<never>((_, reject) => {
        timer = setTimeout(() => reject(new Error("the token callback did not answer")), PATIENCE);
      });
      const given = await Promise.race([ask(), late]);
      return typeof given === "string" && given !== "" ? given : nobody("signed_out", "Nobody is signed in.");
    } catch (cause) {
      return { kind: "broken", error: failure("token", `No token could be had: ${text(cause)}`, true, { cause }) };
    } finally {
      clearTimeout(timer);
    }
  }
}
