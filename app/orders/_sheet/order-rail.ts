/**
 * Where an order that was given stands: requested, accepted, observed, settled. *Observed* is what the console itself sees
 * in what servers and gateways say, not what the order returned. Pure.
 */
import type { OrderRequest } from "../../../server/core/status/order.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { unreachable } from "../../_ui/unreachable.ts";
import type { Rail, RailStep } from "../../switchover/_sheet/action-rail.ts";
import { abstainingOf, votersOf } from "./voters-now.ts";

export const orderSteps = ["requested", "accepted", "observed", "settled"] as const satisfies readonly RailStep[];

/** Longer than any node takes to answer; after it the page says so instead of waiting on. */
export const followWithinMs = 20_000;

export interface Given {
  readonly request: OrderRequest;
  readonly orderId: string;
  /** Server time at which it was given. */
  readonly since: number;
  /** Number of the epoch in force then: a change of control has a higher one. */
  readonly epoch: number;
  /** The server that was to be in control, where the order left it open. */
  readonly to: string | null;
  /** unknown: this page was loaded again, and has no answer of its own. */
  readonly answer: "waiting" | "accepted" | "refused" | "unknown";
  readonly outcome: string | null;
}

export type OrderRail = Pick<Rail, "reached" | "end" | "detail" | "failoverId">;

interface Sight {
  readonly observed: boolean;
  readonly settled: boolean;
  readonly detail: string;
  readonly failoverId?: string;
  /** It cannot come about any more. */
  readonly lost?: boolean;
}

export function orderRailOf(given: Given, snapshot: ConsoleSnapshot, now: number): OrderRail {
  if (given.answer === "refused")
    return { reached: ["requested"], end: "refused", detail: "The servers refused; nothing has changed.", failoverId: null };
  const sight = given.answer === "waiting" && !changesControl(given.request) ? unseen : sightOf(given, snapshot);
  const failoverId = sight.failoverId ?? null;
  const reached: RailStep[] = ["requested"];
  if (given.answer === "accepted" || sight.observed) reached.push("accepted");
  if (sight.observed) reached.push("observed");
  if (sight.settled) return { reached: [...reached, "settled"], end: "settled", detail: sight.detail, failoverId };
  if (sight.lost) return { reached, end: "diverged", detail: sight.detail, failoverId };
  if (now - given.since > followWithinMs) {
    return { reached, end: "timed out", detail: `Not settled after ${followWithinMs / 1000} s. ${sight.detail}`, failoverId };
  }
  return { reached, end: "running", detail: sight.detail, failoverId };
}

const unseen: Sight = { observed: false, settled: false, detail: "Waiting for the server to answer." };

function changesControl(request: OrderRequest): boolean {
  return request.verb === "failover-now" || (request.verb === "failback" && request.gateways === null);
}

function sightOf(given: Given, snapshot: ConsoleSnapshot): Sight {
  const { request } = given;
  switch (request.verb) {
    case "pause": {
      const { pause } = snapshot.guard;
      return guardSight(snapshot, pause !== null && pause.until === request.until, "the pause");
    }
    case "resume":
      return guardSight(snapshot, snapshot.guard.source !== null && snapshot.guard.pause === null, "that the pause is over");
    case "acknowledge":
      return guardSight(snapshot, ["armed", "paused"].includes(snapshot.guard.state), "the acknowledgement");
    case "schedule-switchover": {
      const { scheduled } = snapshot;
      const kept = scheduled?.id === given.orderId;
      return whole(kept, kept ? `${scheduled.keptBy} keeps the order on its disk.` : "No server says yet that it keeps the order.");
    }
    case "cancel-switchover":
      return cancelSight(given, snapshot);
    case "failover-now":
      return controlSight(given, snapshot, request.to);
    case "failback":
      if (request.gateways === null) return controlSight(given, snapshot, given.to ?? snapshot.standby ?? "");
      return movedSight(snapshot, request.gateways, given.to ?? request.to);
    case "recall":
      return movedSight(snapshot, request.gateways, snapshot.primary);
    case "override":
      return overrideSight(snapshot, request.to);
    case "add-voter":
    case "remove-voter": {
      const set = votersOf(snapshot);
      const there = set.voters.includes(request.voter) === (request.verb === "add-voter") && set.source !== null;
      const count = `${set.voters.length} voters are in force, version ${set.version}, as ${set.source ?? "nobody"} tells`;
      if (there && set.previous !== null)
        return {
          observed: true,
          settled: false,
          detail: "The old and the new set decide together until a majority has stored the new one.",
        };
      return whole(there, there ? `${count}.` : `${count}; the change is not seen yet.`);
    }
    case "admit-voter": {
      const seen = [...snapshot.gateways, ...snapshot.witnesses].some((one) => one.name === request.voter && one.status !== null);
      const admitted = seen && !abstainingOf(snapshot).includes(request.voter);
      return whole(
        admitted,
        admitted ? `${request.voter} no longer abstains.` : `${request.voter} does not say yet that it takes part again.`,
      );
    }
    default:
      return unreachable(request);
  }
}

function whole(holds: boolean, detail: string): Sight {
  return { observed: holds, settled: holds, detail };
}

function guardSight({ guard }: ConsoleSnapshot, seen: boolean, what: string): Sight {
  const { votersThatKnow, voters, source } = guard;
  if (!seen) return { observed: false, settled: false, detail: `No server tells of ${what} yet.` };
  const detail = `${votersThatKnow} of ${voters} voters know ${what === "that the pause is over" ? what : `of ${what}`}, as ${source ?? "nobody"} tells.`;
  return { observed: true, settled: votersThatKnow * 2 > voters, detail };
}

function cancelSight(given: Given, snapshot: ConsoleSnapshot): Sight {
  const { scheduled, servers, primary, epoch } = snapshot;
  if (epoch.number > given.epoch) {
    return { observed: false, settled: false, lost: true, detail: `It was too late: ${primary ?? "nobody"} is primary now.` };
  }
  const handing = servers.find((server) => server.status?.state === "handing-over");
  const gone = scheduled === null && handing === undefined;
  const waiting =
    handing === undefined ? `${scheduled?.keptBy ?? "A server"} still keeps the order.` : `${handing.name} is still handing over.`;
  return whole(gone, gone ? `No switchover is scheduled or under way; ${primary ?? "nobody"} is primary.` : waiting);
}

function controlSight(given: Given, snapshot: ConsoleSnapshot, to: string): Sight {
  const report = snapshot.failover;
  const mine = report !== null && report.to === to && report.epoch.number > given.epoch ? report : null;
  const owned = snapshot.gateways.filter((gateway) => gateway.owner === to).length;
  const observed = mine !== null && snapshot.primary === to && owned > 0;
  const found = `${owned} of ${snapshot.gateways.length} gateways say that ${to} owns them`;
  const more = mine === null ? {} : { failoverId: mine.id };
  if (observed && mine.state === "done") {
    return {
      observed,
      settled: true,
      detail: `${to} is primary; ${mine.callsAdopted} calls adopted, ${mine.callsReleased} released.`,
      ...more,
    };
  }
  if (report !== null && mine === null && report.epoch.number > given.epoch) {
    return {
      observed,
      settled: false,
      lost: true,
      detail: `Another change of control came since; ${snapshot.primary ?? "nobody"} is primary.`,
    };
  }
  return { observed, settled: false, detail: mine === null ? `Waiting for ${to} to take the title.` : `${found}.`, ...more };
}

function movedSight(snapshot: ConsoleSnapshot, gateways: readonly string[], to: string | null): Sight {
  const there = gateways.filter((name) => snapshot.gateways.find((gateway) => gateway.name === name)?.owner === to);
  const detail = `${there.length} of ${gateways.length} ${gateways.length === 1 ? "gateway says" : "gateways say"} that ${to ?? "the title holder"} owns ${gateways.length === 1 ? "it" : "them"}.`;
  return { observed: there.length > 0, settled: there.length === gateways.length, detail };
}

function overrideSight(snapshot: ConsoleSnapshot, to: string): Sight {
  const holder = snapshot.untitled.find((one) => one.server === to && one.basis === "override");
  if (holder === undefined) {
    const detail =
      snapshot.primary === null || snapshot.primary === to
        ? `No gateway says yet that it grants ${to}.`
        : `No gateway says that it grants ${to}; ${snapshot.primary} holds the title.`;
    return { observed: false, settled: false, detail };
  }
  const count = `${holder.gateways.length} of ${snapshot.gateways.length} gateways`;
  return whole(true, `${to} controls ${count} by override: ${holder.gateways.join(", ")}.`);
}
