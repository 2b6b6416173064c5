/** `tandem status`: the shape that scripts rely on, or the same for people. */
import { type ControlView, getControl } from "../operations/get-control.ts";
import { type ClusterStatus, getStatus } from "../operations/get-status.ts";
import { judgeNow } from "../operations/judge-now.ts";
import { OperationError } from "../operations/operation-error.ts";
import { untitledRight } from "../operations/verdict.ts";
import { counted, listed } from "../operations/words.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";

export async function status(common: CommonOptions): Promise<void> {
  await withContext(common, "if-there", async (context) => {
    const answer = await getStatus(context);
    if (common.json) printJson(answer);
    else {
      printLine((await judgeNow(context)).sentence);
      printStatus(answer);
      printControl(await getControl(context));
    }
    const nodes = [...answer.servers, ...answer.gateways];
    if (nodes.every((node) => node.state === "unreachable"))
      throw new OperationError("unreachable", "No node answers. Is the lab or the site running?");
  });
}

/** Only what is out of the ordinary, and the guard. */
function printControl({ guard, scheduled, lent, untitled, rules }: ControlView): void {
  const { pause, used, limit, windowMs, conflict } = guard;
  const until = pause?.until == null ? "until resumed" : `until ${isoTime(pause.until)}`;
  const state = pause === null ? guard.state : `paused by ${pause.by} ${until}: ${pause.reason}`;
  printLine(`\nAutomatic changes: ${state}; ${used} of ${limit} used in the last ${Math.round(windowMs / 60_000)} min.`);
  if (conflict !== null) printLine(conflict);
  if (scheduled !== null)
    printLine(`A switchover to ${scheduled.to} is scheduled for ${isoTime(scheduled.at)} by ${scheduled.by}: ${scheduled.reason}`);
  for (const { gateway, to } of lent) printLine(`${gateway} is lent to ${to}.`);
  for (const one of untitled) printLine(`${one.server} controls ${listed(one.gateways)} without the title: ${untitledRight[one.basis]}.`);
  if (rules !== null)
    printLine(`Rules: partition ${rules.partition}, merge ${rules.merge}, failback ${rules.failback}, takeover ${rules.takeover}.`);
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
      one.role !== "standby" && one.state === "up" ? "-" : one.readiness.ready ? "yes" : `no: ${one.readiness.reasons.join("; ")}`,
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
  printGear(answer);
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

/** Gear of others has no owner: each server reads it. */
function printGear({ gear = [] }: ClusterStatus): void {
  if (gear.length === 0) return;
  printLine();
  printTable(
    ["GEAR OF OTHERS", "KIND", "BY", "PROFILE", "STATE", "CONNECTIONS", "CALLS", "STUCK", "OBSERVED"],
    gear.map((one) => [one.name, one.kind, one.protocol, one.profile, one.state, one.connections, one.calls, one.stuck, one.observedAt]),
  );
}
