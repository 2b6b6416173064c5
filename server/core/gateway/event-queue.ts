/**
 * Events of one endpoint that wait to be reported, oldest first (the quarantine of RFC 3435 4.4.1).
 * One is under way at a time, so that a call server sees them in order. Bounded: the oldest is given up first.
 */
import type { ObservedEvent } from "../calls/endpoint-event.ts";
import type { Instant, WallTime } from "../time.ts";

export interface QueuedEvent {
  readonly event: ObservedEvent;
  readonly requestId: string;
  readonly at: Instant;
  readonly wall: WallTime;
}

export interface EventQueue {
  waiting: readonly QueuedEvent[];
  underWay: boolean;
  /** Given up because the queue was full. */
  dropped: number;
}

const longestQueue = 32;

/** Shared by every queue in which nothing waits. */
const none: readonly QueuedEvent[] = [];

export function newEventQueue(): EventQueue {
  return { waiting: none, underWay: false, dropped: 0 };
}

/** Stands for every queue in which nothing ever waited. Nothing is put into it. */
export const idleQueue: EventQueue = newEventQueue();

export function queueEvent(queue: EventQueue, event: QueuedEvent): void {
  if (queue.waiting.length >= longestQueue) {
    // The one under way stays first: its answer will take it away.
    queue.waiting = queue.waiting.toSpliced(queue.underWay ? 1 : 0, 1);
    queue.dropped += 1;
  }
  queue.waiting = [...queue.waiting, event];
}

/** The next event to send, marked as under way; null while one is, or none waits. */
export function takeEvent(queue: EventQueue): QueuedEvent | null {
  const first = queue.waiting[0];
  if (queue.underWay || first === undefined) return null;
  queue.underWay = true;
  return first;
}

/** The event under way was answered, or refused for good. */
export function eventDelivered(queue: EventQueue): void {
  if (!queue.underWay) return;
  queue.underWay = false;
  queue.waiting = queue.waiting.length === 1 ? none : queue.waiting.slice(1);
}

/** Nobody answered: it stays first and is sent again later. */
export function eventUndelivered(queue: EventQueue): void {
  queue.underWay = false;
}
