/** The calls that wait for something, by when: a binary heap. A call's newest entry counts; older ones are dropped when they surface. */
import type { Instant } from "../time.ts";

interface Entry {
  readonly at: Instant;
  readonly callId: string;
}

export class DeadlineQueue {
  readonly #heap: Entry[] = [];
  readonly #current = new Map<string, Instant>();

  set(callId: string, at: Instant | null): void {
    if (at === null) {
      this.#current.delete(callId);
      return;
    }
    if (this.#current.get(callId) === at) return;
    this.#current.set(callId, at);
    this.#push({ at, callId });
  }

  next(): Instant | null {
    while (this.#heap.length > 0) {
      const top = this.#heap[0]!;
      if (this.#current.get(top.callId) === top.at) return top.at;
      this.#pop();
    }
    return null;
  }

  /** Takes the first call whose deadline has come; null when there is none. */
  takeDue(now: Instant): string | null {
    const at = this.next();
    if (at === null || at > now) return null;
    const { callId } = this.#pop();
    this.#current.delete(callId);
    return callId;
  }

  #push(entry: Entry): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (heap[parent]!.at <= entry.at) break;
      heap[at] = heap[parent]!;
      at = parent;
    }
    heap[at] = entry;
  }

  #pop(): Entry {
    const heap = this.#heap;
    const top = heap[0]!;
    const last = heap.pop()!;
    if (heap.length === 0) return top;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && heap[child + 1]!.at < heap[child]!.at) child += 1;
      if (heap[child]!.at >= last.at) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = last;
    return top;
  }
}
