/**
 * What an operator may order of a cluster (failover.md 8), and what a node answers: first the plan, which changes nothing, then the outcome.
 * One shape for every verb, so that the console, the command line and scripts show and carry out all of them alike.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { PreflightCheck } from "./node-status.ts";

export const orderVerbs = [
  "schedule-switchover",
  "cancel-switchover",
  "failover-now",
  "override",
  "pause",
  "resume",
  "acknowledge",
  "add-voter",
  "remove-voter",
  "admit-voter",
  "failback",
  "recall",
] as const;
export type OrderVerb = (typeof orderVerbs)[number];

export type OrderRequest =
  /** A switchover at an instant: preflight runs again then, and one that is blocked does not happen. Null: to the standby. */
  | { readonly verb: "schedule-switchover"; readonly to: NodeName | null; readonly at: WallTime }
  /** The one that is handing over now, as long as it has not resigned; else the one that is scheduled. */
  | { readonly verb: "cancel-switchover" }
  /** This server takes the title without the primary's consent. */
  | { readonly verb: "failover-now"; readonly to: NodeName }
  /** This server controls whatever grants it, without the title: for when no majority can be had. */
  | { readonly verb: "override"; readonly to: NodeName }
  /** Null: until somebody resumes. */
  | { readonly verb: "pause"; readonly until: WallTime | null }
  | { readonly verb: "resume" }
  | { readonly verb: "acknowledge" }
  | { readonly verb: "add-voter"; readonly voter: NodeName }
  | { readonly verb: "remove-voter"; readonly voter: NodeName }
  /** A voter that lost its storage takes part again, although nobody holds the title to admit it. */
  | { readonly verb: "admit-voter"; readonly voter: NodeName }
  /** To the preferred server, or to `to`; null gateways: everything, as a switchover. */
  | { readonly verb: "failback"; readonly to: NodeName | null; readonly gateways: readonly NodeName[] | null }
  /** Gateways that another server has on loan come back to the title holder. */
  | { readonly verb: "recall"; readonly gateways: readonly NodeName[] };

/** `POST /orders`. */
export interface OrderAsk {
  /** Makes a repeated order harmless: a node carries out each id once. */
  readonly id: string;
  readonly request: OrderRequest;
  readonly reason: string;
  readonly by: string;
  /** What the plan wants typed, where it wants something. */
  readonly confirm: string | null;
  /** Only the plan; nothing changes. */
  readonly dryRun: boolean;
}

export interface OrderPlan {
  /** Hash of the order and the situation; valid for `validMs`. */
  readonly planId: string;
  readonly verb: OrderVerb;
  /** The server that made the plan and would carry the order out. */
  readonly server: NodeName;
  /** The server that would be in control afterwards of what changes hands; null where nothing does. */
  readonly to: NodeName | null;
  /** In force before. */
  readonly epoch: Epoch;
  readonly checks: readonly PreflightCheck[];
  /** One sentence each; empty = may go ahead. */
  readonly blockers: readonly string[];
  readonly effect: OrderEffect;
  /** What happens, in order; empty while something blocks. */
  readonly steps: readonly string[];
  /** How it is undone, or that it cannot be. */
  readonly undo: string;
  /** To be typed before it is carried out: the server that loses control, the voter that is admitted. Null where nothing need be typed. */
  readonly confirm: { readonly text: string; readonly because: string } | null;
  readonly validMs: number;
}

/** The predicted effect, in sentences with their numbers. */
export interface OrderEffect {
  /** Who is in control of what, now and afterwards. */
  readonly before: string;
  readonly after: string;
  /** What happens to calls that are up, and to new ones. */
  readonly calls: string;
  /** How long it takes at worst by the timers, and the arithmetic; null ms where no control changes hands. */
  readonly worstMs: number | null;
  readonly worst: string;
  /** What it interrupts or gives up; empty = nothing. */
  readonly breaks: readonly string[];
}

export interface OrderResult {
  readonly id: string;
  readonly verb: OrderVerb;
  readonly accepted: boolean;
  /** Whether the outcome was seen before the answer; false: accepted, and still under way at the deadline. */
  readonly settled: boolean;
  /** What came of it, in one sentence; null where nothing was carried out. */
  readonly outcome: string | null;
  readonly plan: OrderPlan | null;
  readonly blockers: readonly string[];
  /** Orders that voters store: how many are known to have, of how many, and how many it takes. */
  readonly stored: { readonly voters: number; readonly of: number; readonly needed: number } | null;
  /** Where to ask instead, when this node cannot carry it out. */
  readonly askInstead: NodeName | null;
}
