/**
 * Seeded pseudo-random numbers (mulberry32): integer arithmetic only, so that a seed gives the same trace on every machine.
 * `forkRandom` gives each node and each link its own stream, so that one more draw in one place does not shift the others.
 */
export interface Random {
  /** 0 ≤ x < 1. */
  next(): number;
}

export function seededRandom(seed: number): Random {
  let state = seed | 0;
  return {
    next() {
      // Signed, so that it stays a small integer to the engine.
      state = (state + 0x6d2b79f5) | 0;
      let mixed = Math.imul(state ^ (state >>> 15), state | 1);
      mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
      return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    },
  };
}

/** The stream of that name under a seed. */
export function forkRandom(seed: number, name: string): Random {
  let hash = (0x811c9dc5 ^ seed) >>> 0;
  for (let i = 0; i < name.length; i += 1) hash = Math.imul(hash ^ name.charCodeAt(i), 0x01000193) >>> 0;
  hash ^= hash >>> 16;
  return seededRandom(Math.imul(hash, 0x85ebca6b) ^ seed);
}

export function between(random: Random, low: number, high: number): number {
  return low + random.next() * (high - low);
}

/** A whole number, both ends included. */
export function wholeBetween(random: Random, low: number, high: number): number {
  return low + Math.floor(random.next() * (high - low + 1));
}

export function chance(random: Random, share: number): boolean {
  return random.next() < share;
}

export function pick<T>(random: Random, from: readonly T[]): T {
  const chosen = from[Math.floor(random.next() * from.length)];
  if (chosen === undefined) throw new Error("nothing to pick from");
  return chosen;
}
