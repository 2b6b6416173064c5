/**
 * Where a requested switchover stands: requested, accepted, in progress, observed, settled.
 * *Observed* is what the console itself sees, from the new primary and from gateways, not what the order returned.
 */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { callsAtStake, total } from "../../failovers/_waterfall/milestones.ts";

export const railSteps = ["requested", "accepted", "in progress", "observed", "settled"] as const;
export type RailStep = (typeof railSteps)[number];

export type RailEnd = "running" | "settled" | "refused" | "timed out" | "diverged";

export interface Order {
  readonly to: string;
  /** Server time at which it was requested: changes before it are not this one. */
  readonly requestedAt: number;
  readonly accepted: boolean;
  readonly refused: boolean;
}

/** What came of it, as the server that took over measured it. */
export interface Outcome {
  /** Last keepalive of the old primary to the last call adopted; null where not known. */
  readonly interruptionMs: number | null;
  readonly kept: number;
  readonly atStake: number;
  readonly released: number;
  readonly by: string | null;
  readonly reason: string | null;
}

export interface Rail {
  /** Reached so far, in order. */
  readonly reached: readonly RailStep[];
  readonly end: RailEnd;
  readonly detail: string;
  /** The change of control that carries the order out, once it is known. */
  readonly failoverId: string | null;
  /** Who let go; the target of a switch back. */
  readonly from: string | null;
  readonly to: string;
  /** Once settled. */
  readonly outcome: Outcome | null;
}

/** Longer than any switchover with live voters; after it the page says so instead of waiting on. */
export const settleWithinMs = 15_000;
/** Clocks of console and node are the same machine's in the lab, and disciplined on a site. */
const clockSlackMs = 1_500;

export function railOf(order: Order, snapshot: ConsoleSnapshot, now: number): Rail {
  const report = snapshot.failover;
  const mine = report !== null && report.to === order.to && report.startedAt >= order.requestedAt - clockSlackMs ? report : null;
  const common = { to: order.to, from: mine?.from ?? null, failoverId: mine?.id ?? null, outcome: null };
  if (order.refused)
    return {
      ...common,
      from: null,
      failoverId: null,
      reached: ["requested"],
      end: "refused",
      detail: "The servers refused; nothing has changed.",
    };
  const witnesses = snapshot.gateways.filter((gateway) => gateway.status?.owner === order.to).map((gateway) => gateway.name);
  const observed = mine !== null && snapshot.primary === order.to && witnesses.length >= 2;
  const reached: RailStep[] = ["requested"];
  if (order.accepted || mine !== null) reached.push("accepted");
  if (mine !== null) reached.push("in progress");
  if (observed) reached.push("observed");
  if (observed && mine.state === "done") {
    const outcome = outcomeOf(mine);
    const detail = `${order.to} is primary; ${outcome.kept} of ${outcome.atStake} calls adopted.`;
    return { ...common, reached: [...reached, "settled"], end: "settled", detail, outcome };
  }
  const primary = snapshot.primary ?? "nobody";
  if (mine?.state === "abandoned")
    return { ...common, reached, end: "diverged", detail: `The switchover was abandoned; ${primary} is primary.` };
  if (report !== null && mine === null && report.startedAt > order.requestedAt)
    return {
      ...common,
      failoverId: report.id,
      reached,
      end: "diverged",
      detail: `Another change of control came since; ${primary} is primary.`,
    };
  if (now - order.requestedAt > settleWithinMs) {
    const detail = `Not settled after ${Math.round(settleWithinMs / 1000)} s; ${primary} is primary.`;
    return { ...common, reached, end: "timed out", detail };
  }
  return { ...common, reached, end: "running", detail: waitingFor(reached, order, witnesses.length, snapshot.gateways.length) };
}

function outcomeOf(report: FailoverReport): Outcome {
  return {
    interruptionMs: total(report).upperMs,
    kept: report.callsAdopted,
    atStake: callsAtStake(report),
    released: report.callsReleased,
    by: report.by,
    reason: report.reason,
  };
}

function waitingFor(reached: readonly RailStep[], order: Order, moved: number, gateways: number): string {
  if (!reached.includes("accepted")) return "Waiting for the primary to accept.";
  if (!reached.includes("in progress")) return `Accepted; waiting for ${order.to} to claim.`;
  if (!reached.includes("observed")) return `${moved} of ${gateways} gateways say that ${order.to} owns them.`;
  return `${order.to} is seen as primary; waiting for the last call.`;
}
