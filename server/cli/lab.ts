/** `tandem lab …`: faults and traffic of the lab. */
import type { LabStatus } from "../core/status/lab-status.ts";
import { requireLab } from "../operations/context.ts";
import { labAct } from "../operations/lab-act.ts";
import type { LabAction } from "../operations/lab-control.ts";
import { labCut, labHeal } from "../operations/lab-cut.ts";
import { setTraffic } from "../operations/set-traffic.ts";
import { counted, groupDigits } from "../operations/words.ts";
import { cutLines, cutsSentence } from "./lab-cuts.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";

export async function labStatus(common: CommonOptions): Promise<void> {
  await withContext(common, "none", async (context) => {
    const lab = await requireLab(context).status();
    if (common.json) printJson(withIsoTimes(lab));
    else printLab(lab);
  });
}

export async function act(common: CommonOptions, action: LabAction, node: string): Promise<void> {
  await withContext(common, "if-there", async (context) => {
    const lab = await labAct(context, action, node);
    const after = lab.nodes.find((one) => one.name === node);
    if (common.json) printJson(withIsoTimes(lab));
    else printLine(`${node} is ${after?.state ?? "unknown"}.`);
  });
}

export async function link(
  common: CommonOptions,
  verb: "cut" | "heal",
  [a = "", b = ""]: readonly string[],
  options: { path: "1" | "2" | "all"; oneWay: boolean },
): Promise<void> {
  const path = options.path === "all" ? "all" : options.path === "1" ? 1 : 2;
  await withContext(common, "if-there", async (context) => {
    const lab = await (verb === "cut" ? labCut : labHeal)(context, { a, b, path, oneWay: options.oneWay });
    if (common.json) printJson(withIsoTimes(lab));
    else {
      printLine(cutsSentence(lab.cuts));
      for (const line of cutLines(lab.cuts)) printLine(`  ${line}`);
    }
  });
}

export async function traffic(common: CommonOptions, calls: number): Promise<void> {
  await withContext(common, "if-there", async (context) => {
    const lab = await setTraffic(context, calls);
    if (common.json) printJson(withIsoTimes(lab));
    else
      printLine(
        `The traffic generator keeps ${counted(lab.traffic.targetCalls, "call")} up; ${groupDigits(lab.traffic.activeCalls)} ${lab.traffic.activeCalls === 1 ? "is" : "are"} up now.`,
      );
  });
}

function withIsoTimes(lab: LabStatus): unknown {
  return { ...lab, startedAt: isoTime(lab.startedAt), nodes: lab.nodes.map((node) => ({ ...node, since: isoTime(node.since) })) };
}

function printLab(lab: LabStatus): void {
  printTable(
    ["NODE", "KIND", "STATE", "PID", "SINCE", "RESTARTS"],
    lab.nodes.map((node) => [node.name, node.kind, node.state, node.pid ?? "-", isoTime(node.since), node.restarts]),
  );
  printLine(`\n${cutsSentence(lab.cuts)}`);
  for (const line of cutLines(lab.cuts)) printLine(`  ${line}`);
  const { targetCalls, activeCalls, offered, answered, failed } = lab.traffic;
  printLine(
    `\nTraffic: ${groupDigits(activeCalls)} of ${counted(targetCalls, "call")} up; ${groupDigits(offered)} offered, ${groupDigits(answered)} answered, ${groupDigits(failed)} failed.`,
  );
}
