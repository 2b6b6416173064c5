/** Stepping through a failover: every moment that something happened, and the state of things at any of them in words. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { callsAtStake, milestones, missesOf } from "./milestones.ts";
import { counted } from "./words.ts";

export interface Moment {
  /** Unique within one report. */
  readonly key: string;
  readonly atMs: number;
  readonly node: string | null;
  readonly what: string;
  readonly text: string;
}

/** Steps and what each gateway reached, oldest first. */
export function momentsOf(report: FailoverReport): Moment[] {
  const moments: Omit<Moment, "key">[] = report.steps.map((step) => ({
    atMs: step.atMs,
    node: step.node,
    what: step.what,
    text: step.text,
  }));
  const told = new Set(report.steps.filter((step) => step.node !== null).map((step) => `${step.what} ${step.node}`));
  for (const gateway of report.gateways) {
    const reached = [
      ["promise-ended", gateway.promiseEndMs, `promise to ${report.from ?? "the old owner"} ran out`],
      ["grant", gateway.grantedMs, `granted epoch ${report.epoch.number} to ${report.to}`],
      ["connected", gateway.connectedMs, `obeyed the first command of ${report.to}`],
      ["audited", gateway.auditedMs, `audited: ${counted(gateway.connections, "connection")}`],
      ["history", gateway.historyMs, `history read: ${counted(gateway.recordsRecovered, "record")} recovered`],
      ["adopted", gateway.adoptedMs, `adopted: ${counted(gateway.calls, "call")}`],
    ] as const;
    for (const [what, atMs, said] of reached) {
      if (atMs === null || told.has(`${what} ${gateway.gateway}`)) continue;
      moments.push({ atMs, node: gateway.gateway, what, text: said });
    }
  }
  if (report.verdict && !report.steps.some((step) => step.what === "verdict")) {
    moments.push({ atMs: report.verdict.atMs, node: report.to, what: "verdict", text: report.verdict.sentence });
  }
  return moments
    .sort((a, b) => a.atMs - b.atMs)
    .map((moment, order) => ({ ...moment, key: `${order} ${moment.what} ${moment.node ?? ""}` }));
}

/** The next or previous distinct moment from a cursor; stays at the ends. */
export function stepCursor(moments: readonly Moment[], cursorMs: number | null, direction: 1 | -1): number | null {
  const offsets = [...new Set(moments.map((moment) => Math.round(moment.atMs * 10) / 10))].sort((a, b) => a - b);
  if (offsets.length === 0) return null;
  if (cursorMs === null) return (direction === 1 ? offsets[0] : offsets.at(-1)) ?? null;
  if (direction === 1) return offsets.find((at) => at > cursorMs + 0.05) ?? offsets.at(-1) ?? null;
  return offsets.findLast((at) => at < cursorMs - 0.05) ?? offsets[0] ?? null;
}

export interface StateAt {
  readonly old: {
    readonly word: "PRIMARY" | "FAILED" | "SUSPECT" | "SWITCHING" | "STANDBY" | "NO TITLE" | "NO DATA";
    readonly missed: number;
  };
  readonly fresh: { readonly word: "STANDBY" | "SUSPICIOUS" | "CLAIMING" | "PRIMARY" };
  readonly gatewaysMoved: number;
  readonly gateways: number;
  readonly callsSupported: number;
  readonly calls: number;
}

export function stateAt(report: FailoverReport, atMs: number): StateAt {
  const { verdictMs, titleMs } = milestones(report);
  const missed = missesOf(report).filter((step) => step.atMs <= atMs).length;
  const claimed = report.steps.some((step) => step.what === "claim" && step.atMs <= atMs);
  const titled = titleMs !== null && atMs >= titleMs;
  const decided = verdictMs !== null && atMs >= verdictMs;
  const moved = report.gateways.filter((gateway) => gateway.adoptedMs !== null && gateway.adoptedMs <= atMs);
  const supported = report.supported.findLast(([at]) => at <= atMs)?.[1] ?? 0;
  return {
    old: { word: oldWord(report, missed, decided, titled), missed },
    fresh: { word: titled ? "PRIMARY" : claimed || decided ? "CLAIMING" : missed >= 2 ? "SUSPICIOUS" : "STANDBY" },
    gatewaysMoved: moved.length,
    gateways: report.gateways.length,
    callsSupported: supported,
    calls: callsAtStake(report),
  };
}

function oldWord(report: FailoverReport, missed: number, decided: boolean, titled: boolean): StateAt["old"]["word"] {
  if (report.from === null) return "NO DATA";
  if (report.kind === "switchover") return titled ? "STANDBY" : "SWITCHING";
  if (decided) return "FAILED";
  // An operator took the title from it: whether it was well nobody judged.
  if (titled) return "NO TITLE";
  return missed >= 2 ? "SUSPECT" : "PRIMARY";
}
