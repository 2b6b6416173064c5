/** How a node process is started, in the lab and on a site alike. */
import type { NodeName } from "../core/identity.ts";

export type NodeKind = "call-server" | "gateway" | "witness" | "console";

export interface NodeOptions {
  readonly name: NodeName;
  /** Path of `tandem.yaml`. */
  readonly config: string;
  /** The node's own data folder; nobody else writes there. */
  readonly data: string;
  /** True in the lab: fault injection and simulated parties are allowed. */
  readonly lab: boolean;
}

export interface RunningNode {
  /** Stops cleanly: closes sockets, flushes stores. Never takes longer than 2 s. */
  close(): Promise<void>;
}
