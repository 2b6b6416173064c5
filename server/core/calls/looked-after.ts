/**
 * Until when a gateway was looked after, as its new controller has to assume: what ended since may have no record yet. Its own loss
 * tells it, where it had worked the gateway through; where it had not, what it had begun with holds on.
 */
import type { NodeName } from "../identity.ts";
import type { Now } from "../time.ts";

export class LookedAfter {
  /** Null where nobody knows. */
  readonly #from = new Map<NodeName, Now | null>();
  readonly #until = new Map<NodeName, Now | null>();

  /** `settled`: when a settled title was last seen. */
  gained(gateway: NodeName, settled: Now | null): Now | null {
    const from = this.#until.get(gateway);
    const assumed = from === undefined ? settled : from;
    this.#until.delete(gateway);
    this.#from.set(gateway, assumed);
    return assumed;
  }

  /** `workedThrough`: its connections and its history were read to the end. */
  lost(gateway: NodeName, workedThrough: boolean, now: Now): void {
    this.#until.set(gateway, workedThrough ? now : (this.#from.get(gateway) ?? null));
  }

  /** Somebody else looks after the gateways from now on. */
  handOver(): void {
    this.#until.clear();
  }
}
