/** One buffer in which an input is made and changed in place: it never grows beyond its capacity, what does not fit is cut off. */

export class Scratch {
  readonly octets: Uint8Array;
  length = 0;

  constructor(capacity: number) {
    this.octets = new Uint8Array(capacity);
  }

  get capacity(): number {
    return this.octets.length;
  }

  load(source: Uint8Array): void {
    this.length = Math.min(source.length, this.capacity);
    this.octets.set(source.subarray(0, this.length));
  }

  at(position: number): number {
    return this.octets[position] ?? 0;
  }

  set(position: number, octet: number): void {
    if (position < this.length) this.octets[position] = octet;
  }

  cut(length: number): void {
    this.length = Math.min(this.length, length);
  }

  /** Puts `inserted` where `removed` octets were. */
  replace(at: number, removed: number, inserted: Uint8Array): void {
    const count = this.gap(at, removed, inserted.length);
    this.octets.set(count === inserted.length ? inserted : inserted.subarray(0, count), at);
  }

  remove(at: number, count: number): void {
    this.gap(at, count, 0);
  }

  /** Writes `octet` so many times at this place. */
  run(at: number, octet: number, times: number): void {
    const count = this.gap(at, 0, times);
    this.octets.fill(octet, at, at + count);
  }

  /** Writes the slice from `from` so many times more, right behind itself. */
  repeat(from: number, count: number, times: number): void {
    const end = from + count;
    const room = this.gap(end, 0, count * times);
    for (let written = 0; written < room; written += count)
      this.octets.copyWithin(end + written, from, from + Math.min(count, room - written));
  }

  slice(from: number, to: number): Uint8Array {
    return this.octets.slice(from, to);
  }

  /** The input as it stands, as octets of its own. */
  copy(): Uint8Array {
    return this.octets.slice(0, this.length);
  }

  /** Makes room for `wanted` octets in place of `removed`; how many there is room for. */
  private gap(at: number, removed: number, wanted: number): number {
    const tail = at + removed;
    const count = Math.min(wanted, this.capacity - at);
    const kept = Math.max(0, Math.min(this.length - tail, this.capacity - at - count));
    if (kept > 0 && count !== removed) this.octets.copyWithin(at + count, tail, tail + kept);
    this.length = at + count + kept;
    return count;
  }
}
