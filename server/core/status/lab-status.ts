/** What the lab's supervisor says (`GET /lab`). */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { Cut } from "./node-status.ts";

export interface LabNode {
  readonly name: NodeName;
  readonly kind: "call-server" | "gateway" | "witness" | "console";
  readonly pid: number | null;
  readonly state: "starting" | "running" | "frozen" | "killed" | "exited";
  readonly since: WallTime;
  readonly restarts: number;
}

export interface LabStatus {
  readonly supervisorPid: number;
  readonly startedAt: WallTime;
  readonly ready: boolean;
  readonly nodes: readonly LabNode[];
  readonly cuts: readonly Cut[];
  readonly traffic: {
    readonly targetCalls: number;
    readonly activeCalls: number;
    readonly offered: number;
    readonly answered: number;
    readonly failed: number;
    readonly seed: number;
  };
}
