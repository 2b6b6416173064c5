/** What operations may ask of the lab's supervisor. Outside a lab there is none, and the verbs say so. */
import type { NodeName } from "../core/identity.ts";
import type { LabStatus } from "../core/status/lab-status.ts";

export type LabAction = "kill" | "freeze" | "thaw" | "restart";

export interface LinkCut {
  readonly a: NodeName;
  readonly b: NodeName;
  readonly path: 1 | 2 | "all";
  readonly oneWay: boolean;
}

export interface LabControl {
  status(): Promise<LabStatus>;
  act(action: LabAction, node: NodeName): Promise<void>;
  cut(cut: LinkCut): Promise<void>;
  heal(cut: LinkCut): Promise<void>;
  traffic(calls: number): Promise<void>;
}
