/**
 * A probe over SIP: OPTIONS, which tells who it is and what it allows, and one one-shot poll of the dialog package (SUBSCRIBE with Expires: 0) of
 * each resource that was named. Nothing stays behind.
 */
import type { SipAudit } from "../../core/site/gear.ts";
import type { AuditResult } from "../../drivers/auditor.ts";
import { createSipAuditor } from "../../drivers/sip-audit.ts";
import { askOptions } from "../../drivers/sip-options.ts";
import { hostPortText } from "../../protocols/sip/address.ts";
import type { Credentials } from "../../protocols/sip/digest.ts";
import { headerOf, headersOf, type SipResponse } from "../../protocols/sip/message.ts";
import type { Counters } from "../../runtime/counters.ts";
import type { SipResult, SipSocket } from "../../runtime/sip-exchange.ts";
import { openSipSocket } from "../../runtime/sip-socket.ts";
import type { ProbePlan } from "./probe-plan.ts";
import { type ProbePorts, probeName } from "./probe-ports.ts";
import { factsOf, type ProbeFinding, plainText, summaryOf } from "./probe-report.ts";

export async function probeSip(
  audit: SipAudit,
  credentials: Credentials | null,
  plan: Pick<ProbePlan, "rows" | "timeoutMs">,
  ports: ProbePorts,
): Promise<ProbeFinding> {
  const { clock, counters, faults, from } = ports;
  const at = `${hostPortText(audit.address.host, audit.address.port)} over ${audit.transport.toUpperCase()}`;
  const nothing = { protocol: "sip", at, tried: `OPTIONS for ${plan.timeoutMs} ms`, profile: null, audit: null, rows: [] } as const;
  const socket = await openSipSocket({
    self: probeName,
    bind: { host: from, port: 0 },
    nodes: new Map(),
    clock,
    faults,
    counters,
    onRequest: () => ({ status: 481 }),
  });
  try {
    const to = { host: ports.host, port: audit.address.port, transport: audit.transport };
    const uri = `sip:${hostPortText(audit.address.host, audit.address.port)}`;
    const told = await askOptions(socket, { to, uri, sourceName: probeName, deadlineMs: plan.timeoutMs });
    if (told.kind !== "response")
      return { ...nothing, outcome: "silent", sentence: silence(told, counters), facts: [], advice: [], gear: null };
    const facts = factsOf(factsOfAnswer(told.response));
    const answered = { ...nothing, outcome: "answered", facts, gear: audit } as const;
    if (audit.resources.length === 0) {
      const advice = ["Name whom to ask about with --resource sip:NAME@HOST: then one poll shows what it says of calls."];
      return { ...answered, sentence: "answers OPTIONS; of its calls nothing was asked", advice };
    }
    const { result, profile } = await poll(socket, audit, credentials, plan, ports);
    const facing = result.failureKind === "unauthorized" ? "unauthorized" : "answered";
    return {
      ...answered,
      outcome: facing,
      sentence: result.complete ? `answers; ${profile?.title ?? "no call was told"}` : plainText(result.incompleteBecause ?? ""),
      profile,
      audit: summaryOf(result),
      rows: result.rows.slice(0, plan.rows),
      advice: facing === "unauthorized" ? ["Name a user with --user, and the reference to its secret with --auth-secret."] : [],
    };
  } finally {
    await socket.close();
  }
}

async function poll(
  socket: SipSocket,
  audit: SipAudit,
  credentials: Credentials | null,
  { timeoutMs }: Pick<ProbePlan, "timeoutMs">,
  { clock, counters, host }: ProbePorts,
): Promise<{ readonly result: AuditResult; readonly profile: ReturnType<ReturnType<typeof createSipAuditor>["profile"]> }> {
  const auditor = createSipAuditor({
    gateway: "probed",
    socket,
    clock,
    counters,
    address: { host, port: audit.address.port },
    transport: audit.transport,
    resources: audit.resources,
    credentials,
    sourceName: probeName,
    deadlineMs: timeoutMs,
    standing: null,
  });
  const result = await auditor.audit("full");
  const profile = auditor.profile();
  auditor.close();
  return { result, profile };
}

function factsOfAnswer(response: SipResponse): Record<string, string | null> {
  const all = (name: "Allow" | "Allow-Events" | "Accept" | "Supported") => headersOf(response, name).join(", ");
  return {
    answer: `${response.status} ${response.reason}`,
    Server: headerOf(response, "Server") ?? headerOf(response, "User-Agent"),
    Allow: all("Allow"),
    "Allow-Events": all("Allow-Events"),
    Accept: all("Accept"),
    Supported: all("Supported"),
  };
}

function silence(told: Exclude<SipResult, { kind: "response" }>, counters: Counters): string {
  switch (told.kind) {
    case "timed-out":
      if (counters.get("sip.ownEcho") > 0) return "speaks no SIP: it only sends back what it is sent";
      return `is silent: no answer to ${told.attempts} ${told.attempts === 1 ? "transmission" : "transmissions"}; nobody listens there, a filter is between, or it does not answer strangers`;
    case "no-address":
      return `is silent: ${told.reason}`;
    case "unreachable":
      return `is silent: no connection (${told.reason})`;
    case "not-sent":
      return `was not asked: ${told.reason}`;
  }
}
