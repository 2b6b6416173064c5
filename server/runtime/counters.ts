/** Counters of one node: they only rise while the process lives and start at 0 with each boot. */

/** Names come from the code, never from the network; the bound is there so that a mistake cannot eat the memory. */
const maxCounters = 500;

export class Counters {
  private readonly values = new Map<string, number>();

  add(name: string, count = 1): void {
    const before = this.values.get(name);
    if (before === undefined && this.values.size >= maxCounters) return;
    this.values.set(name, (before ?? 0) + count);
  }

  get(name: string): number {
    return this.values.get(name) ?? 0;
  }

  /** Sorted by name, so that two snapshots compare easily. */
  snapshot(): Record<string, number> {
    return Object.fromEntries([...this.values].sort(([a], [b]) => (a < b ? -1 : 1)));
  }
}
