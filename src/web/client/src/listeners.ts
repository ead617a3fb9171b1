import type { Undo } from "./types.ts";

/** Who wants to hear of something. One that throws harms no other. */
export class Listeners<Value> {
  private readonly all = new Set<{ hear: (value: Value) => void }>();

  constructor(private readonly broken: (cause: unknown) => void) {}

  add(hear: (value: Value) => void): Undo {
    const one = { hear };
    this.all.add(one);
    return () => void this.all.delete(one);
  }

  tell(value: Value): void {
    for (const one of [...this.all]) {
      try {
        one.hear(value);
      } catch (cause) {
        this.broken(cause);
      }
    }
  }
}
