/** How much the heap of this thread holds after the collector ran, against when it was warm: what a decoder keeps of what it read. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Finding } from "./range.ts";
import type { Range } from "./worker-message.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Compiled code and caches of the engine fill up to half of this. What keeps one small object of each input is far beyond it after a million. */
export const mostGrowthOctets = 12 * 2 ** 20;

/** What is kept grows with every input; caches fill, and then stay as they are. Both have grown, but only the first one since half as many inputs. */
export class LeakWatch {
  /** Octets since the first range; negative where less is held than then. */
  grown = 0;
  private readonly held: number[] = [];
  private told = false;

  /** A finding where the heap has grown beyond the bound, and half of that lately; once. */
  after(range: Range): Finding | null {
    collect();
    const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
    const now = heap + external;
    this.held.push(now);
    this.grown = now - this.held[0]!;
    const lately = now - this.held[Math.floor((this.held.length - 1) / 2)]!;
    if (this.told || this.grown <= mostGrowthOctets || lately <= mostGrowthOctets / 2) return null;
    this.told = true;
    return { kind: "memory", text: `${megaoctets(this.grown)} more than at first are held after input ${range.to - 1}`, at: range.from };
  }
}

export function megaoctets(octets: number): string {
  return `${(octets / 2 ** 20).toFixed(1)} MiB`;
}
