/** Virtual time: jobs run in order of their instant, and of insertion where instants are equal. A binary heap. */
import type { Instant } from "../core/time.ts";

/** Something due. One object for each datagram on its way, so it carries its own place in the order. */
export interface Job {
  at: Instant;
  order: number;
  run(): void;
}

const mostJobsAtOnce = 100_000;

export class Schedule {
  now: Instant = 0;
  /** Jobs run so far. */
  ran = 0;
  private readonly heap: Job[] = [];
  private inserted = 0;

  at(at: Instant, run: () => void): void {
    this.push({ at, order: 0, run });
  }

  push(job: Job): void {
    const { heap } = this;
    this.inserted += 1;
    job.order = this.inserted;
    if (job.at < this.now) job.at = this.now;
    let child = heap.length;
    heap.push(job);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = heap[parent] as Job;
      // A job pushed later never goes before one at the same instant.
      if (above.at <= job.at) break;
      heap[child] = above;
      child = parent;
    }
    heap[child] = job;
  }

  /** Runs everything due up to and including `until`; `check` runs after each job. */
  runUntil(until: Instant, check: () => void): void {
    let atThisInstant = 0;
    for (let job = this.heap[0]; job !== undefined && job.at <= until; job = this.heap[0]) {
      this.removeFirst();
      atThisInstant = job.at > this.now ? 0 : atThisInstant + 1;
      if (atThisInstant > mostJobsAtOnce) throw new Error(`time stands still at ${this.now} ms: a handled deadline did not move on`);
      this.now = job.at;
      this.ran += 1;
      job.run();
      check();
    }
    this.now = until;
  }

  private removeFirst(): void {
    const { heap } = this;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    const count = heap.length;
    let parent = 0;
    for (;;) {
      const left = 2 * parent + 1;
      if (left >= count) break;
      let child = left;
      let least = heap[left] as Job;
      const right = left + 1 < count ? (heap[left + 1] as Job) : null;
      if (right !== null && before(right, least)) {
        child = left + 1;
        least = right;
      }
      if (!before(least, last)) break;
      heap[parent] = least;
      parent = child;
    }
    heap[parent] = last;
  }
}

function before(a: Job, b: Job): boolean {
  return a.at !== b.at ? a.at < b.at : a.order < b.order;
}
