/** One change of control for people: its sentence, its steps, and how far each gateway got. */
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import { summarize } from "../operations/failover-sentence.ts";
import { isoTime, printLine, printTable } from "./output.ts";

export function printReport(report: FailoverReport): void {
  printLine(`${report.kind === "switchover" ? "Switchover" : "Failover"} ${report.epoch.number}, ${report.id}, ${report.state}`);
  printLine(summarize(report).sentence);
  if (report.verdict) printLine(`Verdict: ${report.verdict.sentence}`);
  printLine(`\nms after the last good keepalive (${isoTime(report.startedAt)})\n`);
  printTable(
    ["AT", "UNTIL", "LANE", "NODE", "WHAT"],
    [...report.steps]
      .sort((a, b) => a.atMs - b.atMs)
      .map((step) => [step.atMs.toFixed(1), step.untilMs === null ? "" : step.untilMs.toFixed(1), step.lane, step.node ?? "", step.text]),
  );
  printGateways(report);
}

/** What did not happen, or was never told, is "?": a gateway that did not come through must not look as if it took no time. */
function printGateways(report: FailoverReport): void {
  if (report.gateways.length === 0) return;
  const at = (ms: number | null): string | null => (ms === null ? null : ms.toFixed(1));
  printLine("\nEach gateway, ms after the same instant\n");
  printTable(
    ["GATEWAY", "VOTES", "GRANTED", "CONNECTED", "AUDITED", "HISTORY", "ADOPTED", "CALLS", "RECOVERED", "STATE"],
    report.gateways.map((one) => [
      one.gateway,
      one.voter ? "yes" : "no",
      at(one.grantedMs),
      at(one.connectedMs),
      at(one.auditedMs),
      at(one.historyMs),
      at(one.adoptedMs),
      one.calls,
      one.recordsRecovered,
      one.note === null ? one.state : `${one.state}: ${one.note}`,
    ]),
  );
}
