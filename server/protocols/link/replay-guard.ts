/**
 * Refuses datagrams that were accepted before, one guard for each path of a node.
 * Per sender it keeps the highest boot seen and a window of the last 1,024 sequence numbers of that boot: reordering inside
 * the window is fine, a repeat is not, and whatever lies below the window or belongs to an earlier boot is old.
 * Ask only about datagrams whose authentication code was right, else anybody could push the window forward.
 * The guard forgets when its own process restarts; what must hold over that is held by epochs, boots and promises in the core.
 */
import type { BootId, NodeName } from "../../core/identity.ts";

export const replayWindow = 1024;
const words = replayWindow / 32;

export type ReplayVerdict = "fresh" | "repeated" | "old" | "too-many-senders";

interface SenderWindow {
  boot: BootId;
  highest: number;
  /** Bit (sequence mod 1024) is set where that sequence was accepted; it stands for sequences above highest − 1024. */
  seen: Uint32Array;
}

export class ReplayGuard {
  private readonly senders = new Map<NodeName, SenderWindow>();
  private readonly maxSenders: number;

  constructor(maxSenders = 1000) {
    this.maxSenders = maxSenders;
  }

  /** Records the datagram where it is fresh. */
  check(from: NodeName, boot: BootId, sequence: number): ReplayVerdict {
    const window = this.senders.get(from);
    if (window === undefined) {
      if (this.senders.size >= this.maxSenders) return "too-many-senders";
      this.senders.set(from, openWindow(boot, sequence));
      return "fresh";
    }
    if (boot < window.boot) return "old";
    if (boot > window.boot) {
      this.senders.set(from, openWindow(boot, sequence));
      return "fresh";
    }
    if (sequence > window.highest) {
      advance(window, sequence);
      return "fresh";
    }
    if (sequence <= window.highest - replayWindow) return "old";
    if (isSeen(window, sequence)) return "repeated";
    mark(window, sequence);
    return "fresh";
  }
}

function openWindow(boot: BootId, sequence: number): SenderWindow {
  const window = { boot, highest: sequence, seen: new Uint32Array(words) };
  mark(window, sequence);
  return window;
}

function advance(window: SenderWindow, sequence: number): void {
  if (sequence - window.highest >= replayWindow) window.seen.fill(0);
  else for (let passed = window.highest + 1; passed < sequence; passed += 1) unmark(window, passed);
  window.highest = sequence;
  mark(window, sequence);
}

function isSeen(window: SenderWindow, sequence: number): boolean {
  const bit = sequence % replayWindow;
  return ((window.seen[bit >>> 5] ?? 0) & (1 << (bit & 31))) !== 0;
}

function mark(window: SenderWindow, sequence: number): void {
  const bit = sequence % replayWindow;
  window.seen[bit >>> 5] = (window.seen[bit >>> 5] ?? 0) | (1 << (bit & 31));
}

function unmark(window: SenderWindow, sequence: number): void {
  const bit = sequence % replayWindow;
  window.seen[bit >>> 5] = (window.seen[bit >>> 5] ?? 0) & ~(1 << (bit & 31));
}
