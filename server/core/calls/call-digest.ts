/**
 * A digest of a set of established calls, 16 hex digits: the same set gives the same digest in whatever order it was built,
 * and adding or removing one call costs the same however many there are. It finds differences; it is no protection against an attacker.
 */

export class CallDigest {
  #high = 0;
  #low = 0;
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(callId: string): void {
    this.#toggle(callId);
    this.#size += 1;
  }

  remove(callId: string): void {
    this.#toggle(callId);
    this.#size -= 1;
  }

  text(): string {
    return hex(this.#high) + hex(this.#low);
  }

  // XOR is its own inverse and has no order.
  #toggle(callId: string): void {
    this.#high ^= mixed(callId, 0x9e3779b9);
    this.#low ^= mixed(callId, 0x7f4a7c15);
  }
}

/** The digest of a whole set at once. */
export function digestOf(callIds: Iterable<string>): string {
  const digest = new CallDigest();
  for (const callId of callIds) digest.add(callId);
  return digest.text();
}

/** FNV-1a over the text, then the finishing mix of MurmurHash3, so that near-equal ids differ in every bit. */
function mixed(text: string, seed: number): number {
  let hash = seed ^ 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

function hex(word: number): string {
  return (word >>> 0).toString(16).padStart(8, "0");
}
