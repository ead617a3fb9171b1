import type { Status, Undo } from "./types.ts";

/**
 * The status as an indicator shows it: a gap is kept quiet while it is short, so that nothing flashes. What is good
 * news, and what only the user can mend, is shown at once.
 */
export class CalmStatus {
  private shown: Status;
  private latest: Status;
  private timer: ReturnType<typeof setTimeout> | undefined;

  constructor(
    first: Status,
    private readonly patience: number,
    private readonly changed: (status: Status) => void,
  ) {
    this.shown = this.latest = first;
  }

  get status(): Status {
    return this.shown;
  }

  hear(status: Status): void {
    this.latest = status;
    if (!this.quiet(status)) this.show();
    else this.timer ??= setTimeout(() => this.show(), this.patience);
  }

  private quiet({ state }: Status): boolean {
    if (this.shown.state === "connecting") return state === "connecting" || state === "reconnecting";
    return this.shown.state === "connected" && state !== "connected" && state !== "failed" && state !== "closed";
  }

  readonly stop: Undo = () => clearTimeout(this.timer);

  private show(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const same = JSON.stringify(this.shown) === JSON.stringify(this.latest);
    this.shown = this.latest;
    if (same) return;
    this.changed(this.shown);
  }
}
