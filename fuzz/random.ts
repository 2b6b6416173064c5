/** Seeded random numbers for one input: xoroshiro64* (Blackman and Vigna), a few multiplications to start and one to go on. */

export class Random {
  private first = 1;
  private second = 1;

  /** Input `index` of a seed depends on nothing that came before it. */
  start(seed: number, index: number): void {
    this.first = mixed(seed ^ 0x9e3779b9) ^ mixed(Math.floor(index / 2 ** 32) + 1);
    this.second = mixed(index ^ 0x85ebca6b) | 1;
    this.next();
    this.next();
  }

  /** 0 ≤ x < 2³². */
  next(): number {
    const result = Math.imul(this.first, 0x9e3779bb) >>> 0;
    const crossed = this.second ^ this.first;
    this.first = ((this.first << 26) | (this.first >>> 6)) ^ crossed ^ (crossed << 9);
    this.second = (crossed << 13) | (crossed >>> 19);
    return result;
  }

  /** Whole, 0 ≤ x < bound; 0 where the bound is. */
  below(bound: number): number {
    return Math.floor((this.next() / 2 ** 32) * bound);
  }

  /** True once in `times`. */
  once(times: number): boolean {
    return this.below(times) === 0;
  }

  /** 1 ≤ x ≤ most, each power of two as likely as the next: small lengths often, large ones sometimes. */
  length(most: number): number {
    if (most <= 1) return 1;
    return Math.min(most, Math.floor(2 ** ((this.next() / 2 ** 32) * Math.log2(most + 1))));
  }

  pick<Item>(items: readonly Item[]): Item {
    return items[this.below(items.length)] as Item;
  }
}

/** The finisher of MurmurHash3: each bit of the input turns half of the output's. */
function mixed(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
