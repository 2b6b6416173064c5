/** A small seeded generator (mulberry32), and the distributions of telephone traffic drawn from it. */

export interface SeededRandom {
  /** 0 ≤ x < 1. */
  next(): number;
  /** Whole, 0 ≤ x < bound. */
  below(bound: number): number;
  /** Mean 1: gaps of a Poisson process. */
  exponential(): number;
  /** With the given mean of the values themselves, not of their logarithms. */
  logNormal(mean: number, sigma: number): number;
}

export function seededRandom(seed: number): SeededRandom {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    below: (bound) => Math.floor(next() * bound),
    exponential: () => -Math.log(1 - next()),
    logNormal(mean, sigma) {
      // Box-Muller; one of the pair is thrown away, so that each draw costs the same two numbers.
      const normal = Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
      return Math.exp(Math.log(mean) - sigma ** 2 / 2 + sigma * normal);
    },
  };
}
