/** Cuts and heals the link between two nodes of the lab, per path and direction; the nodes' sockets enforce it. */
import type { LabStatus } from "../core/status/lab-status.ts";
import { audited } from "./audit.ts";
import { type OperationsContext, requireLab, requireOperator } from "./context.ts";
import type { LinkCut } from "./lab-control.ts";
import { nodeNames } from "./observations.ts";
import { OperationError } from "./operation-error.ts";

export async function labCut(context: OperationsContext, cut: LinkCut): Promise<LabStatus> {
  return change(context, "cut", cut);
}

export async function labHeal(context: OperationsContext, cut: LinkCut): Promise<LabStatus> {
  return change(context, "heal", cut);
}

async function change(context: OperationsContext, verb: "cut" | "heal", cut: LinkCut): Promise<LabStatus> {
  const target = `${cut.a} ${cut.oneWay ? "→" : "↔"} ${cut.b}, path ${cut.path}`;
  return audited(
    context,
    { action: `lab ${verb}`, target, reason: "lab" },
    async () => {
      requireOperator(context);
      const lab = requireLab(context);
      const known = nodeNames(context.site);
      for (const name of [cut.a, cut.b]) {
        if (!known.includes(name)) throw new OperationError("not-found", `This site has no node ${name}. It has ${known.join(", ")}.`);
      }
      if (cut.a === cut.b) throw new OperationError("invalid", "A link has two ends: name two different nodes.");
      await (verb === "cut" ? lab.cut(cut) : lab.heal(cut));
      return lab.status();
    },
    () => "",
  );
}
