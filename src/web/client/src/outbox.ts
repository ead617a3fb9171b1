import type { Backoff } from "./backoff.ts";
import { failed, failure, text } from "./failures.ts";
import type { Tell } from "./notices.ts";
import type { Sent } from "./request.ts";
import type { Store, Stored } from "./store.ts";
import type { Pending } from "./types.ts";

/**
 * Sends what waits: one after the other, in the order in which it was written, each until it is answered for good. What
 * is answered with a refusal leaves too, so that it does not stand in the others' way. The key makes a repetition after
 * a lost answer harmless. Lives in the tab that leads.
 */
export class Outbox {
  pending: readonly Pending[] = [];
  private sending = false;
  private again = false;
  private failures = 0;
  /** The node asked for a pause until then. */
  private notBefore = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stop = new AbortController();

  constructor(
    private readonly store: () => Store,
    private readonly owner: string,
    private readonly backoff: Backoff,
    private readonly send: (request: Stored, signal: AbortSignal) => Promise<Sent>,
    private readonly tell: Tell,
  ) {
    this.flush();
  }

  /** Now: something was written, or it is worth trying. */
  flush(): void {
    this.again = true;
    if (this.sending || this.stop.signal.aborted || Date.now() < this.notBefore) return;
    clearTimeout(this.timer);
    this.sending = true;
    void this.run().catch(cause => {
      this.sending = false;
      this.tell({ kind: "failure", failure: failure("storage", text(cause), true, { cause: text(cause) }) });
      this.later(this.backoff.wait(++this.failures));
    });
  }

  close(): void {
    this.stop.abort();
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    let wait: number | null = null;
    while (this.again && wait === null && !this.stop.signal.aborted) {
      this.again = false;
      wait = await this.round();
    }
    this.sending = false;
    if (wait !== null) this.later(wait);
  }

  /** @return milliseconds to wait before the first one is sent again, or null when nothing waits */
  private async round(): Promise<number | null> {
    const stored = await this.store().of(this.owner);
    this.show(stored);
    for (const [index, one] of stored.entries()) {
      const { outcome, after } = await this.send(one, this.stop.signal);
      if (this.stop.signal.aborted) return null;
      if (!outcome.ok && (outcome.error.retry || outcome.error.code === "signed_out")) {
        this.notBefore = Date.now() + (after ?? 0);
        return Math.max(after ?? 0, this.backoff.wait(++this.failures));
      }
      this.failures = 0;
      await this.store().remove(one.number);
      const plain = outcome.ok ? outcome : failed({ ...outcome.error, cause: undefined });
      this.tell({ kind: "written", written: { key: one.key, ref: one.ref, outcome: plain } });
      this.show(stored.slice(index + 1));
    }
    return null;
  }

  private show(stored: readonly Stored[]): void {
    if (stored.length === 0 && this.pending.length === 0) return;
    this.pending = stored.map(({ key, ref, method, path, body, at }) => ({ key, ref, method, path, body, at }));
    this.tell({ kind: "outbox", pending: this.pending });
  }

  private later(ms: number): void {
    if (!this.stop.signal.aborted) this.timer = setTimeout(() => this.flush(), ms);
  }
}
