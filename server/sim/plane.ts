/**
 * Where the calls plug in: the world tells a plane everything that control does to servers and gateways,
 * and the plane asks the world (WorldPorts, `World.commands`, `World.refusalOf`) before it acts.
 */
import type { SelfReport, Switchover } from "../core/control/member-state.ts";
import type { Epoch, NodeName } from "../core/identity.ts";

export type ControlChange = "granted" | "regained" | "ran-out" | "released";

export interface Plane {
  onOwn(server: NodeName, client: NodeName, epoch: Epoch): void;
  onDisown(server: NodeName, client: NodeName, because: string): void;
  /** Half-finished work is to be finished; `World.flushed` must be called in the end. */
  onFlush(server: NodeName, switchover: Switchover): void;
  onAdmitCalls(server: NodeName): void;
  onControlChange(gateway: NodeName, change: ControlChange, epoch: Epoch): void;
  onCrash(node: NodeName): void;
  /** `emptied`: it lost whatever it held in memory beyond its process, as a gateway that rebooted loses its calls. */
  onRestart(node: NodeName, emptied: boolean): void;
  /** Asked once a second; null = nothing new. */
  selfReport(server: NodeName): SelfReport | null;
}
