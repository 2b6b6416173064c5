/** A probe over SNMP: who the agent says it is, which profile fits, and one audit by it. Only GET, GETNEXT and GETBULK are sent. */
import type { SnmpAudit } from "../../core/site/gear.ts";
import { createSnmpAuditor } from "../../drivers/snmp/snmp-audit.ts";
import { createSnmpClient } from "../../drivers/snmp/snmp-client.ts";
import { identityOf } from "../../drivers/snmp/snmp-detection.ts";
import { hostPortText } from "../../protocols/sip/address.ts";
import type { SnmpCredentials } from "../../runtime/snmp-peer.ts";
import { openSnmpSocket } from "../../runtime/snmp-socket.ts";
import type { ProbeInputs } from "./probe-inputs.ts";
import type { ProbePlan } from "./probe-plan.ts";
import { type ProbePorts, probeName } from "./probe-ports.ts";
import { factsOf, type ProbeFinding, plainText, summaryOf } from "./probe-report.ts";

/** Three attempts, each half as long again as the one before, share the time. */
const attempts = 3;
const shareOfFirst = 1 / (1 + 1.5 + 1.5 ** 2);

export async function probeSnmp(
  audit: SnmpAudit,
  { snmp, profiles, ownProfiles }: ProbeInputs,
  plan: Pick<ProbePlan, "rows" | "timeoutMs">,
  { clock, counters, faults, host }: ProbePorts,
): Promise<ProbeFinding> {
  const credentials = snmp ?? { version: "2c", community: Buffer.from("public") };
  const at = hostPortText(audit.address.host, audit.address.port);
  const how = credentials.version === "2c" ? "v2c by community" : "v3 as a user";
  const tried = `sysDescr and sysObjectID (${how}), ${attempts} times within ${plan.timeoutMs} ms`;
  const nothing = { protocol: "snmp", at, tried, facts: [], profile: null, audit: null, rows: [], advice: [], gear: null } as const;
  const socket = openSnmpSocket({ self: probeName, faults, counters });
  try {
    const timeoutMs = Math.max(50, Math.round(plan.timeoutMs * shareOfFirst));
    const agent = { host, port: audit.address.port };
    const client = createSnmpClient({ socket, node: "probed", agent, credentials, timeoutMs, retries: attempts - 1 });
    const identity = await identityOf(client);
    if ("because" in identity) {
      if (identity.kind === "unauthorized") return { ...nothing, outcome: "unauthorized", sentence: refusal(audit, identity.because) };
      const sentence = `no usable answer: ${plainText(identity.because)}`;
      const silent = identity.kind === "timeout";
      return { ...nothing, outcome: silent ? "silent" : "answered", sentence: silent ? silence(credentials) : sentence };
    }
    const naming = { name: "probed", endpoints: null, firstNumber: null };
    const auditor = createSnmpAuditor({ naming, client, clock, profile: profiles, own: false });
    const result = await auditor.audit("full");
    const profile = auditor.profile();
    const { description, objectId } = identity;
    return {
      ...nothing,
      outcome: "answered",
      sentence: profile === null ? "answers, but has none of the tables of calls that a profile knows" : `answers; ${profile.title}`,
      facts: factsOf({ sysDescr: description, sysObjectID: objectId, engineBoots: client.engineBoots?.toString() ?? null }),
      profile,
      audit: summaryOf(result),
      rows: result.rows.slice(0, plan.rows),
      advice:
        profile === null ? ["If it does have such a table, write a profile for it (docs/gateways.md) and try it with --profiles."] : [],
      gear: profile === null ? null : { ...audit, profile: ownProfiles.some((own) => own.name === profile.name) ? profile.name : null },
    };
  } finally {
    await socket.close();
  }
}

function refusal({ access }: SnmpAudit, because: string): string {
  return `does not let ${access.user === null ? "this community" : `the user ${access.user.user}`} ask: ${plainText(because)}`;
}

function silence({ version }: SnmpCredentials): string {
  return version === "2c"
    ? "is silent: nobody listens there, a filter is between, or it does not know this community, which an agent does not say"
    : "is silent: nobody listens there, a filter is between, or it does not speak SNMPv3";
}
