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
  /** The instants of the jobs, beside them: the heap is ordered by looking at numbers only. */
  private readonly instants: number[] = [];
  private inserted = 0;

  at(at: Instant, run: () => void): void {
    this.push({ at, order: 0, run });
  }

  push(job: Job): void {
    const { heap, instants } = this;
    this.inserted += 1;
    job.order = this.inserted;
    const at = Math.max(job.at, this.now);
    job.at = at;
    let child = heap.length;
    heap.push(job);
    instants.push(at);
    while (child > 0) {
      const parent = (child - 1) >> 1;
      const above = instants[parent] as number;
      // A job pushed later never goes before one at the same instant.
      if (above <= at) break;
      heap[child] = heap[parent] as Job;
      instants[child] = above;
      child = parent;
    }
    heap[child] = job;
    instants[child] = at;
  }

  /** Runs everything due up to and including `until`. */
  runUntil(until: Instant): void {
    let atThisInstant = 0;
    for (let job = this.heap[0]; job !== undefined && job.at <= until; job = this.heap[0]) {
      this.removeFirst();
      atThisInstant = job.at > this.now ? 0 : atThisInstant + 1;
      if (atThisInstant > mostJobsAtOnce) throw new Error(`time stands still at ${this.now} ms: a handled deadline did not move on`);
      this.now = job.at;
      this.ran += 1;
      job.run();
    }
    this.now = until;
  }

  private removeFirst(): void {
    const { heap, instants } = this;
    const last = heap.pop();
    const at = instants.pop();
    const count = heap.length;
    if (last === undefined || at === undefined || count === 0) return;
    let parent = 0;
    for (;;) {
      let child = 2 * parent + 1;
      if (child >= count) break;
      let least = instants[child] as number;
      if (child + 1 < count && this.before(child + 1, child)) {
        child += 1;
        least = instants[child] as number;
      }
      if (least > at || (least === at && (heap[child] as Job).order > last.order)) break;
      heap[parent] = heap[child] as Job;
      instants[parent] = least;
      parent = child;
    }
    heap[parent] = last;
    instants[parent] = at;
  }

  private before(a: number, b: number): boolean {
    const left = this.instants[a] as number;
    const right = this.instants[b] as number;
    return left !== right ? left < right : (this.heap[a] as Job).order < (this.heap[b] as Job).order;
  }
}
