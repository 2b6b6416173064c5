/** `tandem gateway probe`: asks one address, and tells what was found out, field by field. */
import type { Connection } from "../core/calls/connection.ts";
import { gearFields } from "../core/gear/gear-profile.ts";
import { gearFieldWords } from "../core/gear/gear-words.ts";
import { type ProbedProtocol, probeGear } from "../nodes/probe/probe-gear.ts";
import { readProbeInputs } from "../nodes/probe/probe-inputs.ts";
import { type ProbeOptions, planProbe } from "../nodes/probe/probe-plan.ts";
import { plainText } from "../nodes/probe/probe-report.ts";
import { OperationError } from "../operations/operation-error.ts";
import { counted } from "../operations/words.ts";
import { UsageError } from "./failure.ts";
import type { CommonOptions } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";

export async function gatewayProbe(common: CommonOptions, address: string, options: ProbeOptions): Promise<void> {
  const planned = planProbe(address, options);
  if (!planned.ok) throw new UsageError(planned.problems.join("\n  "));
  const read = readProbeInputs(planned.plan, process.cwd());
  if (!read.ok) throw new UsageError(read.problems.join("\n  "));
  const found = await probeGear(planned.plan, read.inputs);
  if (typeof found === "string") throw new OperationError("unreachable", found);
  const answered = found.some((one) => one.outcome === "answered");
  if (common.json) printJson({ address, protocols: found.map(jsonOf) });
  else if (answered) for (const one of found) printFinding(one);
  if (answered) return;
  const refused = found.some((one) => one.outcome === "unauthorized");
  const tried = found.map((one) => `${one.protocol.toUpperCase()} ${one.at}: ${one.sentence} (tried: ${one.tried})`);
  if (refused) throw new OperationError("forbidden", `${address} does not let us ask.`, tried);
  throw new OperationError("unreachable", `${address} is silent.`, tried);
}

function jsonOf({ gear: _gear, rows, ...finding }: ProbedProtocol): object {
  return { ...finding, rows: rows.map((row) => ({ ...row, setupAt: isoTime(row.setupAt), connectAt: isoTime(row.connectAt) })) };
}

function printFinding(finding: ProbedProtocol): void {
  const { protocol, at, sentence, outcome, facts, profile, advice, yaml, besideYaml } = finding;
  printLine(`${protocol.toUpperCase()} ${at} ${sentence}${outcome === "answered" ? "" : ` (tried: ${finding.tried})`}`);
  for (const { name, value } of facts) printLine(`  ${name}: ${value}`);
  if (profile !== null) printProfile(profile);
  printAudit(finding);
  for (const sentence of advice) printLine(`\n${sentence}`);
  if (yaml !== null) printLine(`\nUnder gear: in tandem.yaml:\n\n${yaml.trimEnd().replace(/^(?=.)/gm, "  ")}`);
  if (besideYaml !== null) printLine(`\nAnd beside gear:, as seen from tandem.yaml:\n\n${besideYaml.trimEnd()}`);
  printLine();
}

function printProfile(profile: NonNullable<ProbedProtocol["profile"]>): void {
  printLine(`  profile: ${profile.name}`);
  for (const note of profile.notes) printLine(`  - ${note}`);
  printLine();
  printTable(
    ["FIELD", "TOLD BY"],
    [
      ...gearFields.map((field) => [gearFieldWords[field], profile.says[field] ?? "cannot say"]),
      ["its own restart", profile.tellsBoot ? "yes" : "cannot say"],
      ["calls that ended", profile.keepsHistory ? "a history table" : "cannot say"],
    ],
  );
}

function printAudit({ audit, rows }: ProbedProtocol): void {
  if (audit === null) return;
  const whole = audit.complete ? "complete" : `not complete: ${audit.incompleteBecause}`;
  printLine(
    `\nOne audit: ${counted(audit.connections, "connection")}, ${whole}; ${counted(audit.packets, "packet")}, ${audit.durationMs} ms`,
  );
  if (rows.length === 0) return;
  printLine();
  printTable(
    ["CONNECTION", "STATE", "OWN NUMBER", "OTHER NUMBER", "OTHER ADDRESS", "CODEC", "SET UP", "ANSWERED"],
    rows.map((row) =>
      [
        nameOf(row),
        row.state,
        row.localNumber,
        row.peerNumber,
        row.remoteAddress,
        row.codec,
        isoTime(row.setupAt),
        row.connectAt === null && row.state !== "active" ? "-" : isoTime(row.connectAt),
      ].map((cell) => cell && plainText(cell)),
    ),
  );
  if (audit.connections > rows.length) printLine(`and ${audit.connections - rows.length} more; --rows N shows them`);
}

function nameOf({ endpoint, connectionId, detail, setupTicks, index }: Connection): string {
  return endpoint ?? connectionId ?? detail?.legName ?? `${setupTicks}.${index}`;
}
