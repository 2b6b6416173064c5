/** A probe over JSON-RPC: one `dlg.list`, which only lists. */
import type { RpcAudit } from "../../core/site/gear.ts";
import { createKamailioRpcAuditor } from "../../drivers/kamailio-rpc-audit.ts";
import type { ProbePlan } from "./probe-plan.ts";
import type { ProbePorts } from "./probe-ports.ts";
import { type ProbeFinding, plainText, summaryOf } from "./probe-report.ts";

export async function probeRpc(audit: RpcAudit, plan: Pick<ProbePlan, "rows" | "timeoutMs">, { clock }: ProbePorts): Promise<ProbeFinding> {
  const auditor = createKamailioRpcAuditor({ gateway: "probed", clock, url: audit.url, authorization: null, deadlineMs: plan.timeoutMs });
  const result = await auditor.audit("full");
  const profile = auditor.profile();
  const why = plainText(result.incompleteBecause ?? "");
  const nothing = { protocol: "rpc", at: audit.url, tried: `dlg.list for ${plan.timeoutMs} ms`, facts: [], advice: [] } as const;
  const read = { profile, audit: summaryOf(result), rows: result.rows.slice(0, plan.rows) };
  if (profile !== null) return { ...nothing, ...read, outcome: "answered", sentence: `answers; ${profile.title}`, gear: audit };
  if (result.failureKind === "unauthorized") return { ...nothing, ...read, outcome: "unauthorized", sentence: why, gear: null };
  // Without a connection or in time nobody said anything; else something spoke HTTP, or JSON-RPC, which does not know the question.
  const spoke = result.failureKind !== "timeout" && !why.startsWith("no connection");
  return {
    ...nothing,
    ...read,
    outcome: spoke ? "answered" : "silent",
    sentence: spoke ? `answers, but ${why}` : `is silent: ${why}`,
    gear: null,
  };
}
