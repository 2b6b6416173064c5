/** Seeded chance: the same for the same seed, gear and draw, whatever happened to other gear meanwhile. */
import type { NodeName } from "../identity.ts";

/** 0 ≤ x < 1. */
export function spreadOf(seed: number, gateway: NodeName, draw: number): number {
  let hash = 0x811c9dc5 ^ seed;
  for (let at = 0; at < gateway.length; at += 1) hash = Math.imul(hash ^ gateway.charCodeAt(at), 0x01000193);
  hash = mixed(hash ^ Math.imul(draw + 1, 0x9e3779b1));
  return (mixed(hash) >>> 0) / 2 ** 32;
}

function mixed(value: number): number {
  const once = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  const twice = Math.imul(once ^ (once >>> 13), 0xc2b2ae35);
  return twice ^ (twice >>> 16);
}
