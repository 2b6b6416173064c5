/** Who may speak MGCP with this node: signed messages of configured nodes of the other kind, and unsigned ones only where that is allowed. */
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import type { Instant } from "../core/time.ts";
import { type Authentication, authenticate } from "../protocols/mgcp/authentication.ts";
import type { Counters } from "./counters.ts";
import type { FaultTable } from "./faults.ts";
import type { LinkKeys } from "./keys.ts";

export interface AdmissionOptions {
  readonly self: NodeName;
  readonly role: "server" | "gateway";
  readonly nodes: ReadonlyMap<NodeName, HostPort>;
  readonly keys: LinkKeys;
  readonly faults: FaultTable;
  readonly counters: Counters;
  readonly unsignedNodes?: ReadonlySet<NodeName>;
}

export interface Admitted {
  /** The signer, else the node with that address. */
  readonly node: NodeName | null;
  readonly authentication: Authentication;
}

export function nodeAt(nodes: ReadonlyMap<NodeName, HostPort>, host: string, port: number): NodeName | null {
  for (const [name, address] of nodes) if (address.port === port && address.host === host) return name;
  return null;
}

/** `cut`: as if it never arrived. Null: not let in. Both are counted. */
export function admit(raw: string, from: HostPort, options: AdmissionOptions): Admitted | "cut" | null {
  const { self, role, nodes, keys, faults, counters } = options;
  const authentication = authenticate(raw, keys);
  const signer = authentication.kind === "signed" ? authentication.signer : null;
  const node = signer?.name ?? nodeAt(nodes, from.host, from.port);
  if (node !== null && faults.blocked(node, self, 1)) {
    counters.add("mgcp.cut");
    return "cut";
  }
  if (authentication.kind === "forged") counters.add("mgcp.badMac");
  else if (signer === null && (node === null || options.unsignedNodes?.has(node) !== true)) counters.add("mgcp.unsigned");
  else if (signer !== null && (signer.kind === role || !nodes.has(signer.name))) counters.add("mgcp.unknownSource");
  else return { node, authentication };
  return null;
}

/** So many a second and no more: errors are answered to strangers, and this node must not become their amplifier. */
export function createSecondBudget(perSecond: number): (now: Instant) => boolean {
  let second = -1;
  let left = perSecond;
  return (now) => {
    if (Math.floor(now / 1000) !== second) {
      second = Math.floor(now / 1000);
      left = perSecond;
    }
    left -= 1;
    return left >= 0;
  };
}
