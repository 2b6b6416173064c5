/**
 * A probe over MGCP: which endpoints there are, what their audits can do, and one audit. Only AUEP and AUCX are sent, which change nothing (RFC 3435
 * 4.1), and of a VTY only its list is read. Whoever probes does not own the gear, so no command goes there.
 */

import type { GearProfile } from "../../core/gear/gear-profile.ts";
import type { MgcpAudit } from "../../core/site/gear.ts";
import type { Auditor, AuditResult } from "../../drivers/auditor.ts";
import { createForeignAuditor } from "../../drivers/foreign-audit.ts";
import type { ForeignGear } from "../../drivers/foreign-mgcp.ts";
import { askForeignGear, type MgcpAsker } from "../../drivers/mgcp-asker.ts";
import { createOsmoMgwAuditor } from "../../drivers/osmo-mgw.ts";
import { auditRange } from "../../protocols/mgcp/transaction-range.ts";
import { hostPortText } from "../../protocols/sip/address.ts";
import { openPlainMgcpSocket } from "../../runtime/plain-mgcp-socket.ts";
import { type FoundEndpoints, findEndpoints, mostEndpoints } from "./probe-endpoints.ts";
import type { ProbePlan } from "./probe-plan.ts";
import { type ProbePorts, probeName } from "./probe-ports.ts";
import { factsOf, type ProbeFinding, plainText, summaryOf } from "./probe-report.ts";

/** Of the ranks that ids of questions are shared by, the last: no server of a site has it. */
const rank = 16;
const vtyAdvice =
  "If this is an osmo-mgw, name its VTY with --vty (4243 as a rule; it listens on loopback unless told otherwise): it alone lists the connections.";

export async function probeMgcp(
  audit: MgcpAudit,
  plan: Pick<ProbePlan, "domains" | "firstEndpoint" | "rows" | "timeoutMs">,
  { clock, counters, faults, host, from }: ProbePorts,
): Promise<ProbeFinding> {
  const at = hostPortText(audit.address.host, audit.address.port);
  const { prefix } = audit.endpoints;
  const tried = `AUEP ${prefix}${plan.firstEndpoint} @ ${plan.domains.join(", ")}, for ${plan.timeoutMs} ms`;
  const nothing = { protocol: "mgcp", at, tried, facts: [], profile: null, audit: null, rows: [], advice: [], gear: null } as const;
  const to = { host, port: audit.address.port };
  const range = auditRange(rank, clock.now().wall);
  const socket = await openPlainMgcpSocket({ self: probeName, node: "probed", from, to, range, clock, faults, counters });
  try {
    const asker = impatient(askForeignGear(socket, clock), plan.timeoutMs);
    const found = await findEndpoints(asker, { prefix, domains: plan.domains, first: plan.firstEndpoint });
    if (found.kind === "silent") return { ...nothing, outcome: "silent", sentence: silence(found) };
    if (found.kind === "unknown") {
      const said = `${found.code} ${plainText(found.comment)}`.trim();
      const sentence = `answers, but knows no endpoint ${prefix}${plan.firstEndpoint} (${said})`;
      return {
        ...nothing,
        outcome: "answered",
        sentence,
        advice: ["Name one of its endpoints with --endpoint, and their domain with --domain."],
      };
    }
    const { domain, count, base } = found;
    const naming = { name: domain, endpoints: { prefix, count }, firstNumber: null };
    const { result, profile, deadVty } = await auditOf({ naming, asker, clock, notifiedEntity: probeName }, audit, host);
    const vty = deadVty === null ? audit.vty : null;
    const told = profile?.title ?? "what it can do is not known";
    const blind = profile?.name === "mgcp-ping" && audit.vty === null;
    return {
      ...nothing,
      outcome: "answered",
      sentence: `answers; ${told}${deadVty === null ? "" : `; ${deadVty}`}`,
      facts: factsOf({ endpoints: endpointsText(prefix, count, base), domain }),
      profile,
      audit: summaryOf(result),
      rows: result.rows.slice(0, plan.rows),
      advice: blind ? [vtyAdvice] : [],
      gear: { ...audit, domain, endpoints: { prefix, count }, vty },
    };
  } finally {
    await socket.close();
  }
}

interface Audited {
  readonly result: AuditResult;
  readonly profile: GearProfile | null;
  /** Why the VTY that was named is of no use. */
  readonly deadVty: string | null;
}

/** By the VTY where one is named and lists; else by what MGCP alone can tell. */
async function auditOf(gear: ForeignGear, { vty, address }: MgcpAudit, host: string): Promise<Audited> {
  const unowned = { gear, authority: () => null, told: () => [] };
  const run = async (auditor: Auditor) => ({
    result: await auditor.audit("full", { mayCommand: () => false }),
    profile: auditor.profile(),
  });
  let deadVty: string | null = null;
  if (vty !== null) {
    const listed = await run(createOsmoMgwAuditor({ ...unowned, vty: vty.host === address.host ? { host, port: vty.port } : vty }));
    if (listed.profile !== null) return { ...listed, deadVty: null };
    const why = plainText(listed.result.incompleteBecause ?? "");
    deadVty = `its VTY at ${hostPortText(vty.host, vty.port)} lists nothing, and is left out below${why === "" ? "" : ` (${why})`}`;
  }
  return { ...(await run(createForeignAuditor(unowned))), deadVty };
}

function endpointsText(prefix: string, count: number, base: 10 | 16): string {
  const many = count === mostEndpoints ? `at least ${count}` : String(count);
  return `${many}: ${prefix}1 … ${prefix}${count.toString(base)}${base === 16 ? ", numbered in hexadecimal" : ""}`;
}

/** No question may wait longer than the person who asked. */
function impatient(asker: MgcpAsker, timeoutMs: number): MgcpAsker {
  return {
    window: asker.window,
    get packets() {
      return asker.packets;
    },
    ask: (asked, options = {}) => asker.ask(asked, { ...options, deadlineMs: Math.min(options.deadlineMs ?? timeoutMs, timeoutMs) }),
  };
}

function silence({ nobody }: FoundEndpoints & { kind: "silent" }): string {
  if (nobody) return "is silent: nobody listens there";
  return "is silent: nobody listens there, a filter is between, or it obeys other call agents only (Tandem's own gateways answer signed questions)";
}
