/**
 * Where a requested switchover stands: requested, accepted, in progress, observed, settled.
 * *Observed* is what the console itself sees, from the new primary and from gateways, not what the order returned.
 */
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { callsAtStake } from "../../failovers/_waterfall/milestones.ts";

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

export interface Rail {
  /** Reached so far, in order. */
  readonly reached: readonly RailStep[];
  readonly end: RailEnd;
  readonly detail: string;
  /** The change of control that carries the order out, once it is known. */
  readonly failoverId: string | null;
  /** Who let go; the target of a switch back. */
  readonly from: string | null;
}

/** Longer than any switchover with live voters; after it the page says so instead of waiting on. */
export const settleWithinMs = 15_000;
/** Clocks of console and node are the same machine's in the lab, and disciplined on a site. */
const clockSlackMs = 1_500;

export function railOf(order: Order, snapshot: ConsoleSnapshot, now: number): Rail {
  if (order.refused)
    return { reached: ["requested"], end: "refused", detail: "The servers refused; nothing has changed.", failoverId: null, from: null };
  const report = snapshot.failover;
  const mine = report !== null && report.to === order.to && report.startedAt >= order.requestedAt - clockSlackMs ? report : null;
  const witnesses = snapshot.gateways.filter((gateway) => gateway.status?.owner === order.to).map((gateway) => gateway.name);
  const observed = mine !== null && snapshot.primary === order.to && witnesses.length >= 2;
  const reached: RailStep[] = ["requested"];
  if (order.accepted || mine !== null) reached.push("accepted");
  if (mine !== null) reached.push("in progress");
  if (observed) reached.push("observed");
  const settled = observed && mine.state === "done";
  if (settled) reached.push("settled");
  const failoverId = mine?.id ?? null;
  const from = mine?.from ?? null;
  if (settled)
    return {
      reached,
      end: "settled",
      detail: `${order.to} is primary; ${mine.callsAdopted} of ${callsAtStake(mine)} calls adopted.`,
      failoverId,
      from,
    };
  if (mine?.state === "abandoned")
    return {
      reached,
      end: "diverged",
      detail: `The switchover was abandoned; ${snapshot.primary ?? "nobody"} is primary.`,
      failoverId,
      from,
    };
  if (now - order.requestedAt > settleWithinMs)
    return {
      reached,
      end: "timed out",
      detail: `Not settled after ${Math.round(settleWithinMs / 1000)} s; ${snapshot.primary ?? "nobody"} is primary.`,
      failoverId,
      from,
    };
  return { reached, end: "running", detail: waitingFor(reached, order, witnesses.length, snapshot.gateways.length), failoverId, from };
}

function waitingFor(reached: readonly RailStep[], order: Order, moved: number, gateways: number): string {
  if (!reached.includes("accepted")) return "Waiting for the primary to accept.";
  if (!reached.includes("in progress")) return `Accepted; waiting for ${order.to} to claim.`;
  if (!reached.includes("observed")) return `${moved} of ${gateways} gateways say that ${order.to} owns them.`;
  return `${order.to} is seen as primary; waiting for the last call.`;
}
