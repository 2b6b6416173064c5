/** Even ports from a first one on, one bit each: a large gateway has thousands of them taken. */
export class PortSet {
  readonly #first: number;
  readonly #words: number[] = [];

  constructor(first: number) {
    this.#first = first;
  }

  has(port: number): boolean {
    const place = this.#placeOf(port);
    return ((this.#words[place >> 5] ?? 0) & (1 << (place & 31))) !== 0;
  }

  add(port: number): void {
    const place = this.#placeOf(port);
    while (this.#words.length <= place >> 5) this.#words.push(0);
    this.#words[place >> 5]! |= 1 << (place & 31);
  }

  delete(port: number): void {
    const place = this.#placeOf(port);
    if (place >> 5 < this.#words.length) this.#words[place >> 5]! &= ~(1 << (place & 31));
  }

  #placeOf(port: number): number {
    return (port - this.#first) >> 1;
  }
}
