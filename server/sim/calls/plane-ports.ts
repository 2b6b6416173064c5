/**
 * The seam between the world and the plane of calls: what the calls' side of a node may ask beyond its clocks and the network,
 * and what the world tells it. The world hosts control machines and voters; the plane hosts gateways' connections, call engines and stations.
 */
import type { VoterCondition } from "../../core/control/voter-state.ts";
import type { BootId, Epoch, NodeName } from "../../core/identity.ts";
import type { Instant, Now, WallTime } from "../../core/time.ts";
import type { WorldPorts } from "../world-ports.ts";

export interface PlanePorts extends WorldPorts {
  /** `octets`: how much the datagram holds, for links whose rate is modelled. */
  carry(from: NodeName, to: NodeName, path: 1 | 2, job: () => void, octets?: number): void;
  /** The world's own time, which no node can read: ground truth is dated by it. */
  trueNow(): Instant;
  /** How late what a node looks at now may be, as it measures itself. */
  lateMs(node: NodeName): number;
  /** How long a datagram of the gateway may be on its way, as the server measures it. */
  pathMs(server: NodeName, gateway: NodeName): number;
  /** The present boot of a node. */
  boot(node: NodeName): BootId;
  /** Whether this server may command the gateway at this moment: it owns it, and its lease still runs. */
  commands(server: NodeName, gateway: NodeName): boolean;
  /** Why the gateway's voter refuses a command of this epoch and boot; null = obey. */
  refusalOf(gateway: NodeName, epoch: Epoch, boot: BootId): string | null;
  /** The gateway obeyed a command of this server just now. */
  noteCommand(gateway: NodeName, server: NodeName): void;
  condition(gateway: NodeName): VoterCondition;
  /** Whom the gateway belongs to, promise running or not. */
  ownerOf(gateway: NodeName): NodeName | null;
  /** Whether the server's control machine still holds an epoch. */
  holds(server: NodeName): boolean;
  /** The step of its control machine before the present one: it may have stood still since. */
  awakeAt(server: NodeName): Now;
  /** When this server, in its present boot, last saw a settled title. */
  settledTitle(server: NodeName): Now | null;
  /** When what the gateway's voter answered last was sent, on this server's own wall clock. */
  lastAnswerAt(server: NodeName, gateway: NodeName): WallTime | null;
  /** The flush that this server's control machine asked for is over. */
  flushed(server: NodeName, switchoverId: string): void;
}
