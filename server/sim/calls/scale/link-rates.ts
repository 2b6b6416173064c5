/**
 * Links with a rate: what a node sends or receives waits for what it sent or received before. Bulk answers only; the datagrams of control
 * are small beside them and pass.
 */
import type { NodeName } from "../../../core/identity.ts";
import type { Instant } from "../../../core/time.ts";

export class LinkRates {
  readonly #free = new Map<NodeName, Instant>();
  readonly #mbitPerSecond: (node: NodeName) => number;

  constructor(mbitPerSecond: (node: NodeName) => number) {
    this.#mbitPerSecond = mbitPerSecond;
  }

  /** How long from now until the last octet has passed both links, in ms. */
  waitMs(from: NodeName, to: NodeName, octets: number, now: Instant): number {
    let at = now;
    for (const node of [from, to]) {
      at = Math.max(at, this.#free.get(node) ?? 0) + (octets * 8) / (this.#mbitPerSecond(node) * 1000);
      this.#free.set(node, at);
    }
    return at - now;
  }
}
