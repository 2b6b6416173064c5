/** Asks one address over each protocol of the plan at the same time, and tells what it is, what it can say, and how the site would name it. */
import type { GearAudit } from "../../core/site/gear.ts";
import { besideGearYaml, gearYaml, namesOf } from "./gear-yaml.ts";
import type { ProbeInputs } from "./probe-inputs.ts";
import { probeMgcp } from "./probe-mgcp.ts";
import type { ProbePlan } from "./probe-plan.ts";
import { openProbePorts, type ProbePorts } from "./probe-ports.ts";
import type { ProbeFinding } from "./probe-report.ts";
import { probeRpc } from "./probe-rpc.ts";
import { probeSip } from "./probe-sip.ts";
import { probeSnmp } from "./probe-snmp.ts";

/** With what is to be pasted under `gear:`, and beside it; null where there is nothing to paste. */
export type ProbedProtocol = ProbeFinding & { readonly yaml: string | null; readonly besideYaml: string | null };

/** A sentence where the host cannot be asked at all. */
export async function probeGear(plan: ProbePlan, inputs: ProbeInputs): Promise<readonly ProbedProtocol[] | string> {
  const ports = await openProbePorts(plan.host);
  if (typeof ports === "string") return ports;
  const findings = await Promise.all(plan.audits.map((audit) => probeOne(audit, plan, inputs, ports)));
  const names = namesOf(
    plan.host,
    findings.flatMap(({ gear }) => gear?.protocol ?? []),
  );
  let place = 0;
  return findings.map((finding) => {
    const { gear } = finding;
    if (gear === null) return { ...finding, yaml: null, besideYaml: null };
    return { ...finding, yaml: gearYaml(names[place++] ?? gear.protocol, gear), besideYaml: besideGearYaml(gear, plan.profiles) };
  });
}

function probeOne(audit: GearAudit, plan: ProbePlan, inputs: ProbeInputs, ports: ProbePorts): Promise<ProbeFinding> {
  switch (audit.protocol) {
    case "snmp":
      return probeSnmp(audit, inputs, plan, ports);
    case "mgcp":
      return probeMgcp(audit, plan, ports);
    case "sip":
      return probeSip(audit, inputs.sip, plan, ports);
    case "rpc":
      return probeRpc(audit, plan, ports);
  }
}
