/** Waits until an accepted switchover has settled: the target is primary, and its report says that the work is done. */
import type { SwitchoverPlan } from "../core/status/node-status.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { OperationsContext } from "./context.ts";
import { freshServers } from "./node-state.ts";
import { OperationError } from "./operation-error.ts";

const lookEachMs = 150;

export async function awaitSwitchover(
  context: OperationsContext,
  plan: Pick<SwitchoverPlan, "to" | "epoch">,
  deadlineMs: number,
): Promise<FailoverReport> {
  const until = context.now() + deadlineMs;
  let found = "nothing new";
  while (context.now() < until) {
    const servers = freshServers(await context.observe());
    const target = servers.find((server) => server.name === plan.to);
    const report = target?.failover;
    if (report && report.epoch.number > plan.epoch.number) {
      if (report.state === "done" && target.role === "primary") return report;
      if (report.state === "abandoned")
        throw new OperationError(
          "blocked",
          `${plan.to} gave the switchover up; ${servers.find((s) => s.role === "primary")?.name ?? "nobody"} is primary.`,
        );
      found = `${plan.to} is taking over`;
    }
    await new Promise((resolve) => setTimeout(resolve, lookEachMs));
  }
  throw new OperationError(
    "timed-out",
    `The switchover was accepted but has not settled within ${deadlineMs / 1000} s: ${found}. See \`tandem history\`.`,
  );
}
