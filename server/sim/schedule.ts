/** Virtual time: jobs run in order of their instant, and of insertion where instants are equal. A binary heap. */
import type { Instant } from "../core/time.ts";

interface Job {
  readonly at: Instant;
  readonly order: number;
  readonly run: () => void;
}

const mostJobsAtOnce = 10_000;

export class Schedule {
  now: Instant = 0;
  private readonly heap: Job[] = [];
  private inserted = 0;

  at(at: Instant, run: () => void): void {
    const { heap } = this;
    this.inserted += 1;
    heap.push({ at: Math.max(at, this.now), order: this.inserted, run });
    for (let child = heap.length - 1; child > 0; ) {
      const parent = (child - 1) >> 1;
      if (!this.before(child, parent)) break;
      this.swap(child, parent);
      child = parent;
    }
  }

  /** Runs everything due up to and including `until`; `check` runs after each job. */
  runUntil(until: Instant, check: () => void): void {
    let atThisInstant = 0;
    for (let job = this.heap[0]; job !== undefined && job.at <= until; job = this.heap[0]) {
      this.removeFirst();
      atThisInstant = job.at > this.now ? 0 : atThisInstant + 1;
      if (atThisInstant > mostJobsAtOnce) throw new Error(`time stands still at ${this.now} ms: a handled deadline did not move on`);
      this.now = job.at;
      job.run();
      check();
    }
    this.now = until;
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    heap[0] = last;
    for (let parent = 0; ; ) {
      const left = 2 * parent + 1;
      if (left >= heap.length) return;
      const child = left + 1 < heap.length && this.before(left + 1, left) ? left + 1 : left;
      if (!this.before(child, parent)) return;
      this.swap(child, parent);
      parent = child;
    }
  }

  private before(a: number, b: number): boolean {
    const left = this.heap[a] as Job;
    const right = this.heap[b] as Job;
    return left.at !== right.at ? left.at < right.at : left.order < right.order;
  }

  private swap(a: number, b: number): void {
    const job = this.heap[a] as Job;
    this.heap[a] = this.heap[b] as Job;
    this.heap[b] = job;
  }
}
