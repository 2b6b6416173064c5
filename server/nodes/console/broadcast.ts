/** The live feed: the newest snapshot to everybody who follows. A slow reader skips snapshots; nothing queues up for it. */
import type { ConsoleSnapshot } from "../../operations/console-view.ts";
import type { LiveFeed, TrackedSnapshot } from "../../operations/live-feed.ts";

export class Broadcast implements LiveFeed {
  readonly #boot: string;
  readonly #waiting = new Set<() => void>();
  #newest: TrackedSnapshot | null = null;

  /** `boot` tells the snapshots of this run of the console from those of the run before. */
  constructor(boot: string) {
    this.#boot = boot;
  }

  get newest(): ConsoleSnapshot | null {
    return this.#newest?.snapshot ?? null;
  }

  get followers(): number {
    return this.#waiting.size;
  }

  publish(snapshot: ConsoleSnapshot): void {
    this.#newest = { id: `${this.#boot}-${snapshot.sequence}`, snapshot };
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  async *follow(lastEventId: string | null, signal: AbortSignal): AsyncGenerator<TrackedSnapshot, void, undefined> {
    let seen = lastEventId;
    while (!signal.aborted) {
      const newest = this.#newest;
      if (newest && newest.id !== seen) {
        seen = newest.id;
        yield newest;
      } else {
        await this.#next(signal);
      }
    }
  }

  #next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }
}
