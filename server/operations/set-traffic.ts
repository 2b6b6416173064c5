/** Sets how many calls the lab's traffic generator keeps up. */
import type { LabStatus } from "../core/status/lab-status.ts";
import { audited } from "./audit.ts";
import { type OperationsContext, requireLab, requireOperator } from "./context.ts";
import { OperationError } from "./operation-error.ts";
import { groupDigits } from "./words.ts";

export async function setTraffic(context: OperationsContext, calls: number): Promise<LabStatus> {
  return audited(
    context,
    { action: "lab traffic", target: `${calls} calls`, reason: "lab" },
    async () => {
      requireOperator(context);
      if (!Number.isInteger(calls) || calls < 0 || calls > 2000)
        throw new OperationError("invalid", `Traffic is a whole number of calls from 0 to ${groupDigits(2000)}.`);
      const lab = requireLab(context);
      await lab.traffic(calls);
      return lab.status();
    },
    () => "",
  );
}
