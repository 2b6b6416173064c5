/**
 * What the parts of a simulated node may ask of the world: its own clocks, an alarm on them, and the network.
 * The world sees to it that jobs of a frozen node wait, and that jobs of a boot that is over never run.
 */
import type { NodeName } from "../core/identity.ts";
import type { Now } from "../core/time.ts";

export interface WorldPorts {
  /** Both clocks as this node reads them: with its rate error, its offset and its jumps. */
  now(node: NodeName): Now;
  /** Runs `job` after so many ms of the node's own monotonic clock, unless the node dies before; a frozen node runs it when thawed. */
  after(node: NodeName, ms: number, job: () => void): void;
  /** One datagram: delayed, lost, repeated or cut like every other; `job` runs at the receiver each time that it arrives. */
  carry(from: NodeName, to: NodeName, path: 1 | 2, job: () => void): void;
  /** A line of the trace; it enters the trace's hash. */
  note(who: NodeName, what: string): void;
}
