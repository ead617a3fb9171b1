import type { Undo } from "./types.ts";
import type { World } from "./world.ts";

/**
 * One tab of many leads: the one that holds the lock. The browser hands the lock on when its holder closes or crashes.
 * A holder that is frozen holds on; then `steal` takes it away, and the holder hears of it when it wakes up.
 */
export class Leadership {
  private release: (() => void) | null = null;
  private queued: AbortController | null = null;
  private ended = false;
  private readonly undo: Undo[];

  constructor(
    private readonly world: World,
    private readonly name: string,
    private readonly hearing: { elected(): void; resigned(): void },
  ) {
    // A page that is put away must not keep the others waiting.
    const rest = () => this.resign();
    const back = () => this.queue();
    this.undo = [
      world.on("pagehide", rest),
      world.on("freeze", rest),
      world.on("pageshow", back),
      world.on("resume", back),
    ];
    this.queue();
  }

  /** Takes the lock from a holder that does not answer. */
  steal(): void {
    this.queued?.abort();
    this.queued = null;
    this.request({ steal: true });
  }

  close(): void {
    this.ended = true;
    for (const one of this.undo) one();
    this.resign();
  }

  private resign(): void {
    this.queued?.abort();
    this.queued = null;
    this.over();
  }

  private queue(): void {
    if (this.ended || this.queued || this.release) return;
    this.queued = new AbortController();
    this.request({ signal: this.queued.signal });
  }

  private request(options: LockOptions): void {
    const { queued } = this;
    this.world.locks
      ?.request(this.name, options, () => {
        if (this.ended || queued !== this.queued) return;
        this.queued = null;
        return new Promise<void>(release => {
          this.release = release;
          this.hearing.elected();
        });
      })
      .catch(() => {
        if (queued?.signal.aborted) return;
        const stolen = this.release !== null;
        this.over();
        // Where there may be no locks at all, every tab leads itself.
        if (stolen) this.queue();
        else this.hearing.elected();
      });
  }

  private over(): void {
    const { release } = this;
    this.release = null;
    release?.();
    if (release) this.hearing.resigned();
  }
}
