const KEPT = 1024;

/**
 * Ids of the last events of a channel: what was told already is told no second time, by another tab that took over, or by
 * the node that does not know whether it was.
 */
export class Recent {
  private readonly ids = new Set<string>();

  /** @return whether it is new; known from now on */
  add(id: string | undefined): boolean {
    if (id === undefined) return true;
    if (this.ids.has(id)) return false;
    this.ids.add(id);
    if (this.ids.size > KEPT) this.ids.delete(this.ids.values().next().value as string);
    return true;
  }

  clear(): void {
    this.ids.clear();
  }
}
