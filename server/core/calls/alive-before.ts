/**
 * When each gateway was surely alive last, before it restarted: what a connection that it lost may have lasted to at least. An answer may
 * have been long on its way, so what counts is when the datagram that it answers was sent.
 */
import type { BootId, NodeName } from "../identity.ts";
import { type Instant, type Now, notAfter, type WallTime } from "../time.ts";

/** Changed in place: ten answers a second come from each gateway. */
interface Alive {
  boot: BootId;
  mono: Instant | null;
  wall: WallTime;
  /** In the boot before this one. */
  before: Now | null;
}

export class AliveBefore {
  readonly #gateways = new Map<NodeName, Alive>();

  /** `sentAt`: when what this answer, or the newest before it, answers was sent; null where that is not known. */
  answered(gateway: NodeName, boot: BootId, sentAt: Instant | null, now: Now): void {
    const known = this.#gateways.get(gateway);
    if (known === undefined) {
      this.#gateways.set(gateway, { boot, mono: null, wall: 0, before: null });
    } else if (known.boot !== boot) {
      known.before = lastOf(known);
      known.boot = boot;
      known.mono = null;
    } else if (sentAt !== null) {
      known.mono = sentAt;
      known.wall = now.wall - (now.mono - sentAt);
    }
  }

  /** Before the restart that it tells of now, whether or not it has answered since; null where nothing is known. */
  restarted(gateway: NodeName, now: Now): WallTime | null {
    const known = this.#gateways.get(gateway);
    const at = known === undefined ? null : (known.before ?? lastOf(known));
    return at && notAfter(at, now);
  }
}

function lastOf({ mono, wall, before }: Alive): Now | null {
  return mono === null ? before : { mono, wall };
}
