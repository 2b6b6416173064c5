/** What waits for something, by when: a binary heap. The newest entry of a key counts; older ones are dropped when they surface. */
import type { Instant } from "./time.ts";

interface Entry<Key> {
  readonly at: Instant;
  readonly key: Key;
}

export class DeadlineQueue<Key> {
  readonly #heap: Entry<Key>[] = [];
  readonly #current = new Map<Key, Instant>();

  set(key: Key, at: Instant | null): void {
    if (at === null) {
      this.#current.delete(key);
      return;
    }
    if (this.#current.get(key) === at) return;
    this.#current.set(key, at);
    this.#push({ at, key });
  }

  next(): Instant | null {
    while (this.#heap.length > 0) {
      const top = this.#heap[0]!;
      if (this.#current.get(top.key) === top.at) return top.at;
      this.#pop();
    }
    return null;
  }

  /** Takes the first key whose deadline has come; null when there is none. */
  takeDue(now: Instant): Key | null {
    const at = this.next();
    if (at === null || at > now) return null;
    const { key } = this.#pop();
    this.#current.delete(key);
    return key;
  }

  #push(entry: Entry<Key>): void {
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

  #pop(): Entry<Key> {
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
