/**
 * What happened in a world, as lines for people, and as a running hash over every line and every datagram handed to a node.
 * Integer arithmetic only: one seed gives one hash on every machine.
 */
import type { Instant } from "../core/time.ts";

/** Older lines are dropped beyond twice this many; the hash has them all. */
const linesKept = 20_000;

export class Trace {
  readonly lines: string[] = [];
  private high = 0x811c9dc5;
  private low = 0x2545f491;
  private readonly time: { readonly now: Instant };

  constructor(time: { readonly now: Instant }) {
    this.time = time;
  }

  note(who: string, what: string): void {
    const line = `${this.time.now.toFixed(1).padStart(8)}  ${who.padEnd(6)} ${what}`;
    this.lines.push(line);
    if (this.lines.length > 2 * linesKept) this.lines.splice(0, linesKept);
    for (let i = 0; i < line.length; i += 1) this.mix(line.charCodeAt(i));
  }

  /** Enters a number without a line. */
  mix(value: number): void {
    this.high = Math.imul(this.high ^ value, 0x01000193);
    this.low = Math.imul((this.low ^ value) + (this.high >>> 15), 0x85ebca6b);
  }

  /** An instant enters at its microsecond. */
  mixInstant(at: Instant): void {
    this.mix((at * 1000) | 0);
  }

  /** 16 hex digits. */
  get hash(): string {
    return (this.high >>> 0).toString(16).padStart(8, "0") + (this.low >>> 0).toString(16).padStart(8, "0");
  }

  last(count: number): string {
    return this.lines.slice(-count).join("\n");
  }
}
