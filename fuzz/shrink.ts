/** Makes a failing input small: takes away halves, quarters and so on down to single octets, for as long as what is left still fails. */

export interface ShrinkLimits {
  readonly tries: number;
  readonly ms: number;
}

export function shrink(octets: Uint8Array, fails: (octets: Uint8Array) => boolean, limits: ShrinkLimits): Uint8Array {
  const until = performance.now() + limits.ms;
  let left = limits.tries;
  let smallest = octets;
  let size = Math.ceil(octets.length / 2);
  while (size > 0) {
    let removed = false;
    for (let at = 0; at < smallest.length; ) {
      if (left <= 0 || performance.now() > until) return smallest;
      left -= 1;
      const candidate = without(smallest, at, size);
      if (fails(candidate)) {
        smallest = candidate;
        removed = true;
      } else at += size;
    }
    // A piece that was needed may not be needed any more when others are gone.
    if (!removed || size > 1) size = Math.floor(size / 2);
  }
  return smallest;
}

function without(octets: Uint8Array, at: number, count: number): Uint8Array {
  const kept = new Uint8Array(octets.length - Math.min(count, octets.length - at));
  kept.set(octets.subarray(0, at));
  kept.set(octets.subarray(Math.min(octets.length, at + count)), at);
  return kept;
}
