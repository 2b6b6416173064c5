/** `tandem status`: the shape that scripts rely on, or the same for people. */
import { type ClusterStatus, getStatus } from "../operations/get-status.ts";
import { judgeNow } from "../operations/judge-now.ts";
import { OperationError } from "../operations/operation-error.ts";
import { counted } from "../operations/words.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { printJson, printLine, printTable } from "./output.ts";

export async function status(common: CommonOptions): Promise<void> {
  await withContext(common, "if-there", async (context) => {
    const answer = await getStatus(context);
    if (common.json) printJson(answer);
    else {
      printLine((await judgeNow(context)).sentence);
      printStatus(answer);
    }
    const nodes = [...answer.servers, ...answer.gateways];
    if (nodes.every((node) => node.state === "unreachable"))
      throw new OperationError("unreachable", "No node answers. Is the lab or the site running?");
  });
}

function printStatus(answer: ClusterStatus): void {
  printLine(
    `\nCluster ${answer.cluster}, epoch ${answer.epoch} of ${answer.epochOwner ?? "nobody"}, ${answer.calls.active === null ? "unknown calls" : counted(answer.calls.active, "call")}\n`,
  );
  printTable(
    ["SERVER", "ROLE", "STATE", "EPOCH", "PID", "KEEPALIVE", "COULD TAKE OVER"],
    answer.servers.map((one) => [
      one.name,
      one.role ?? "-",
      one.state,
      one.epoch,
      one.pid,
      one.keepaliveAgeMs === null ? null : `${one.keepaliveAgeMs} ms`,
      one.role === "primary" ? "-" : one.readiness.ready ? "yes" : `no: ${one.readiness.reasons.join("; ")}`,
    ]),
  );
  printLine();
  printTable(
    ["GATEWAY", "KIND", "VOTES", "STATE", "OWNER", "EPOCH", "REPORTED", "EXPECTED", "OBSERVED"],
    answer.gateways.map((one) => [
      one.name,
      one.kind,
      one.voter ? "yes" : "no",
      one.state,
      one.owner ?? "-",
      one.epoch,
      one.activeConnections.reported,
      one.activeConnections.expected,
      one.activeConnections.observedAt,
    ]),
  );
  printLine();
  printTable(
    ["WITNESS", "PID"],
    answer.witnesses.map((one) => [one.name, one.pid]),
  );
  const last = answer.lastFailover;
  if (last)
    printLine(
      `\nLast change of control: ${last.kind} ${last.id} at ${last.startedAt}; ${counted(last.callsAdopted, "call")} adopted, ${last.callsReleased} released, ${counted(last.recordsRecovered, "record")} recovered.`,
    );
}
