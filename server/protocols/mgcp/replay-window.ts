/**
 * Recognises signed messages seen before: per signer and boot the highest sequence and which of the last `width` below it were seen.
 * An older boot of the same signer is a replay as soon as a newer one was heard.
 */
import type { BootId, NodeName } from "../../core/identity.ts";

export type Freshness = "fresh" | "replayed" | "older-boot";

interface Heard {
  boot: BootId;
  highest: number;
  readonly seen: Set<number>;
}

/** Datagrams may overtake each other by this many sequence numbers. */
const width = 4096;

export interface ReplayWindow {
  admit(signer: NodeName, boot: BootId, sequence: number): Freshness;
}

export function createReplayWindow(): ReplayWindow {
  const signers = new Map<NodeName, Heard>();
  return {
    admit(signer, boot, sequence) {
      let heard = signers.get(signer);
      if (heard !== undefined && boot < heard.boot) return "older-boot";
      if (heard === undefined || boot > heard.boot) {
        heard = { boot, highest: sequence, seen: new Set() };
        signers.set(signer, heard);
      }
      if (sequence <= heard.highest - width || heard.seen.has(sequence)) return "replayed";
      heard.seen.add(sequence);
      if (sequence > heard.highest) heard.highest = sequence;
      if (heard.seen.size > 2 * width) for (const old of heard.seen) if (old <= heard.highest - width) heard.seen.delete(old);
      return "fresh";
    },
  };
}
