/** Audits on the operator interface: one gateway or gear in detail, and an audit that a person asks for, with what was said. */
import { oldestDisagreements } from "../../core/calls/disagreement.ts";
import type { NodeName } from "../../core/identity.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { Difference, GearDetail, PollTranscript } from "../../core/status/gear-status.ts";
import type { AuditResult, Exchanged } from "../../drivers/auditor.ts";
import { OperatorError, type OperatorRoute } from "../../runtime/operator-server.ts";
import type { ServerParts } from "./server-parts.ts";
import { rowsTold, shortened } from "./transcript.ts";

type Parts = Pick<ServerParts, "node" | "calls" | "sessions" | "polling" | "gear">;

/** Of one exchange; a full audit of a big table has thousands of datagrams. */
const mostLines = 300;
/** An answer of the operator interface waits no longer than this. */
const patienceMs = 8_000;

export function gearRoutes(server: Parts): OperatorRoute[] {
  return [
    { method: "GET", path: "/gear", handle: ({ query }) => detailOf(server, nameOf(server, query.get("name"))) },
    {
      method: "POST",
      path: "/gear/poll",
      handle: ({ body }) => {
        const { name, mode } = (body ?? {}) as { name?: unknown; mode?: unknown };
        if (mode !== undefined && mode !== "full" && mode !== "liveness") throw new OperatorError(400, "mode", "mode is full or liveness.");
        return pollNow(server, nameOf(server, name), mode ?? "liveness");
      },
    },
  ];
}

function nameOf({ sessions, gear }: Parts, name: unknown): NodeName {
  if (typeof name === "string" && (sessions.has(name) || gear.sessions.has(name))) return name;
  throw nobody(name);
}

function nobody(name: unknown): OperatorError {
  return new OperatorError(404, "name", `${typeof name === "string" ? name.slice(0, 40) : "Nobody"} is not audited by this server.`);
}

function detailOf(server: Parts, name: NodeName): GearDetail {
  const { node, polling, gear } = server;
  return {
    name,
    at: node.clock.now().wall,
    source: node.name,
    ...auditedAs(server, name),
    polling: polling.figures(name),
    past: polling.past(name),
    differences: differencesAt(server, name),
    stuck: gear.stuckAt(name),
  };
}

function auditedAs(
  { sessions, gear }: Pick<Parts, "sessions" | "gear">,
  name: NodeName,
): Pick<GearDetail, "own" | "protocol" | "address" | "profile" | "notifiedEntity"> {
  const own = sessions.get(name);
  if (own !== undefined) {
    const { spec, driver } = own;
    return { own: true, protocol: spec.audit, address: addressOfOwn(spec), profile: driver.auditor.profile(), notifiedEntity: null };
  }
  const other = gear.sessions.get(name);
  if (other === undefined) throw nobody(name);
  const { spec, driver, notifiedEntity } = other;
  return { own: false, protocol: spec.audit.protocol, address: gear.addressOf(name), profile: driver.auditor.profile(), notifiedEntity };
}

function differencesAt({ node, calls }: Pick<Parts, "node" | "calls">, name: NodeName): Difference[] {
  const { ghosts, orphans } = calls.control.reconciliation(name);
  const now = node.clock.now().mono;
  return [
    ...oldestDisagreements(ghosts.values(), now).map((leg) => ({ kind: "ghost" as const, ...leg })),
    ...oldestDisagreements(orphans.values(), now).map((leg) => ({ kind: "orphan" as const, ...leg })),
  ];
}

function addressOfOwn({ audit, mgcp, snmp, sip }: Pick<GatewaySpec, "audit" | "mgcp" | "snmp" | "sip">): string {
  const at = audit === "mgcp" ? mgcp : audit === "sip" && sip !== null ? sip : snmp;
  return `${at.host}:${at.port}`;
}

/** The next audit of the gear, at once: it counts like any other. */
async function pollNow(server: Parts, name: NodeName, mode: "full" | "liveness"): Promise<PollTranscript> {
  const { node, polling } = server;
  const began = node.clock.now();
  const lines: PollTranscript["exchange"][number][] = [];
  let leftOut = 0;
  const onExchange = ({ at, sent, text }: Exchanged): void => {
    if (lines.length >= mostLines) leftOut += 1;
    else lines.push({ atMs: Math.round((at - began.mono) * 10) / 10, sent, text: shortened(text) });
  };
  const result = await withPatience(polling.byHand(name, mode, onExchange));
  node.counters.add("polls.byHand");
  return {
    name,
    at: began.wall,
    source: node.name,
    mode: result?.mode === "full" ? "full" : mode,
    complete: result?.complete ?? false,
    because: result === null ? "it was not asked: this server closes, or too many wait for an audit of it" : result.incompleteBecause,
    rows: rowsTold(result),
    packets: result?.packets ?? 0,
    rttMs: result?.rttMs ?? null,
    durationMs: result?.durationMs ?? 0,
    exchange: lines,
    leftOut,
  };
}

async function withPatience(audit: Promise<AuditResult | null>): Promise<AuditResult | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new OperatorError(504, "late", "The audit goes on, but lasts too long to be shown here.")), patienceMs);
  });
  try {
    return await Promise.race([audit, late]);
  } finally {
    clearTimeout(timer);
  }
}
