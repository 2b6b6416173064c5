/** What an audit read of each row, so that the next one can tell new rows from known ones: two numbers a row, in the order of the first. */

export class ReadRows {
  /** Connection number and reading in turn, the numbers rising. */
  readonly #pairs: number[];

  constructor(rows: readonly (readonly [number: number, reading: number])[]) {
    const sorted = [...rows].sort((a, b) => a[0] - b[0]);
    this.#pairs = new Array<number>(2 * sorted.length).fill(0);
    for (const [place, [number, reading]] of sorted.entries()) {
      this.#pairs[2 * place] = number;
      this.#pairs[2 * place + 1] = reading;
    }
  }

  /** The reading of this connection; null where there was none. */
  of(number: number): number | null {
    let low = 0;
    let high = this.#pairs.length / 2;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#pairs[2 * middle]! < number) low = middle + 1;
      else high = middle;
    }
    return this.#pairs[2 * low] === number ? this.#pairs[2 * low + 1]! : null;
  }
}
