/** How much the heap of this thread holds after the collector ran, against when it was warm: what a decoder keeps of what it read. */
import { getHeapStatistics, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Finding } from "./range.ts";
import type { Range } from "./worker-message.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

/** Compiled code makes it swing by some hundred thousand octets. */
export const mostGrowthOctets = 3 * 2 ** 20;

export class LeakWatch {
  /** Octets since the first range; negative where less is held than then. */
  grown = 0;
  private first: number | null = null;
  private told = false;

  /** A finding where the heap has grown beyond the bound; once. */
  after(range: Range): Finding | null {
    collect();
    // Memory of buffers that the first one found is given back only by the next: some million octets would seem to be held.
    collect();
    const { used_heap_size: heap, external_memory: external } = getHeapStatistics();
    this.first ??= heap + external;
    this.grown = heap + external - this.first;
    if (this.told || this.grown <= mostGrowthOctets) return null;
    this.told = true;
    return { kind: "memory", text: `${megaoctets(this.grown)} more than at first are held after input ${range.to - 1}`, at: range.from };
  }
}

export function megaoctets(octets: number): string {
  return `${(octets / 2 ** 20).toFixed(1)} MiB`;
}
