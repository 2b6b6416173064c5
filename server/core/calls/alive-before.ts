/**
 * When each gateway was surely alive last, before it restarted: what a connection that it lost may have lasted to at least. An answer may
 * have been long on its way, so what counts is when the datagram that it answers was sent.
 */
import type { BootId, NodeName } from "../identity.ts";
import { type Now, notAfter, type WallTime } from "../time.ts";

interface Alive {
  readonly boot: BootId;
  readonly at: Now | null;
  /** In the boot before this one. */
  readonly before: Now | null;
}

export class AliveBefore {
  readonly #gateways = new Map<NodeName, Alive>();

  /** `sentAt`: what this answer, or the newest before it, answered was sent then. */
  answered(gateway: NodeName, boot: BootId, sentAt: Now | null): void {
    const known = this.#gateways.get(gateway);
    if (known?.boot === boot) this.#gateways.set(gateway, { ...known, at: sentAt ?? known.at });
    else this.#gateways.set(gateway, { boot, at: null, before: known === undefined ? null : (known.at ?? known.before) });
  }

  /** Before the restart that it tells of now, whether or not it has answered since; null where nothing is known. */
  restarted(gateway: NodeName, now: Now): WallTime | null {
    const known = this.#gateways.get(gateway);
    const at = known?.before ?? known?.at ?? null;
    return at && notAfter(at, now);
  }
}
