/** Which row index each connection of a gateway has: its id as a number, and another one where two endpoints use the same id. */
import { legIndex } from "../protocols/mgcp/audited-leg.ts";

/** The same text for the same connection, however its names are spelled (RFC 3435 2.1.2, 2.1.3.2). */
export function legName(endpoint: string, connectionId: string): string {
  return `${endpoint.toLowerCase()}/${connectionId.toUpperCase()}`;
}

export class LegIndexes {
  readonly #owners = new Map<number, string>();

  /** Stays the same for a connection as long as it is not forgotten. */
  of(name: string, { endpoint, connectionId }: { readonly endpoint: string; readonly connectionId: string }): number {
    const plain = legIndex(connectionId);
    const owner = this.#owners.get(plain);
    const index = owner === undefined || owner === name ? plain : legIndex(connectionId, endpoint.toLowerCase());
    this.#owners.set(index, name);
    return index;
  }

  forget(index: number): void {
    this.#owners.delete(index);
  }

  clear(): void {
    this.#owners.clear();
  }
}
