/**
 * The legs of one gateway, found by boot, set-up and index, and told in the order in which they came. Keys are compared where they lie,
 * in the rows: a million legs need no million texts to be found by.
 */
import type { Connection, LegKey } from "./connection.ts";

const fewestPlaces = 8;

export class LegSet {
  /** In the order in which they came; null = taken out. */
  #rows: (Connection | null)[] = [];
  /** A hash table of places in `#rows`, counted from 1; 0 = free. Places of rows taken out stay until it is made anew. */
  #places: number[] = freePlaces(fewestPlaces);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  get(key: Omit<LegKey, "gateway">): Connection | null {
    return this.find(key.bootEpoch, key.setupTicks, key.index);
  }

  find(bootEpoch: number, setupTicks: number, index: number): Connection | null {
    const place = this.#placeOf(bootEpoch, setupTicks, index);
    return place < 0 ? null : this.#rows[place]!;
  }

  /** Adds the row, or puts it where the same leg's row was. */
  put(row: Connection): void {
    const place = this.#placeOf(row.bootEpoch, row.setupTicks, row.index);
    if (place >= 0) {
      this.#rows[place] = row;
      return;
    }
    if ((this.#rows.length + 1) * 8 > this.#places.length * 7) this.#rebuild();
    this.#rows.push(row);
    this.#size += 1;
    this.#enter(row, this.#rows.length);
  }

  delete(key: Omit<LegKey, "gateway">): void {
    const place = this.#placeOf(key.bootEpoch, key.setupTicks, key.index);
    if (place < 0) return;
    this.#rows[place] = null;
    this.#size -= 1;
  }

  *values(): IterableIterator<Connection> {
    for (const row of this.#rows) if (row !== null) yield row;
  }

  #placeOf(bootEpoch: number, setupTicks: number, index: number): number {
    const places = this.#places;
    const last = places.length - 1;
    for (let at = hashOf(setupTicks, index) & last; places[at] !== 0; at = (at + 1) & last) {
      const row = this.#rows[places[at]! - 1]!;
      if (row !== null && row.index === index && row.setupTicks === setupTicks && row.bootEpoch === bootEpoch) return places[at]! - 1;
    }
    return -1;
  }

  #enter(row: Connection, place: number): void {
    const places = this.#places;
    const last = places.length - 1;
    let at = hashOf(row.setupTicks, row.index) & last;
    while (places[at] !== 0) at = (at + 1) & last;
    places[at] = place;
  }

  #rebuild(): void {
    this.#rows = this.#rows.filter((row) => row !== null);
    let places = fewestPlaces;
    while ((this.#size + 1) * 3 > places * 2) places *= 2;
    this.#places = freePlaces(places);
    for (const [place, row] of this.#rows.entries()) this.#enter(row!, place + 1);
  }
}

/** No typed array: thousands of small ones outside the heap make the collector work again and again. */
function freePlaces(count: number): number[] {
  return new Array<number>(count).fill(0);
}

function hashOf(setupTicks: number, index: number): number {
  const mixed = Math.imul(setupTicks | 0, 0x9e3779b1) ^ Math.imul(index | 0, 0x85ebca6b);
  return mixed ^ (mixed >>> 15);
}
