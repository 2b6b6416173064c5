/** Kills, freezes, thaws or restarts a node of the lab: a real signal to a real process. */
import type { NodeName } from "../core/identity.ts";
import type { LabStatus } from "../core/status/lab-status.ts";
import { audited } from "./audit.ts";
import { type OperationsContext, requireLab, requireOperator } from "./context.ts";
import type { LabAction } from "./lab-control.ts";
import { nodeNames } from "./observations.ts";
import { OperationError } from "./operation-error.ts";

export async function labAct(context: OperationsContext, action: LabAction, node: NodeName): Promise<LabStatus> {
  return audited(
    context,
    { action: `lab ${action}`, target: node, reason: "lab" },
    async () => {
      requireOperator(context);
      const lab = requireLab(context);
      if (node !== "console" && !nodeNames(context.site).includes(node)) {
        throw new OperationError("not-found", `This site has no node ${node}. It has ${nodeNames(context.site).join(", ")}.`);
      }
      await lab.act(action, node);
      return lab.status();
    },
    () => "",
  );
}
