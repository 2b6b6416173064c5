/**
 * The plan of any order: every check before anything changes, all blockers at once, and the effect in words with its numbers.
 * Pure; made by the server that would carry the order out, from what it knows at this moment.
 */
import type { OrderPlan, OrderRequest } from "../status/order.ts";
import { admitBody } from "./preflight-admission.ts";
import { failoverNowBody, overrideBody } from "./preflight-forced.ts";
import { acknowledgeBody, pauseBody, resumeBody } from "./preflight-guard.ts";
import { lendBody, recallBody } from "./preflight-lending.ts";
import { orderPlan, type PlanBody, type Preview } from "./preflight-parts.ts";
import { cancelBody, failbackBody, scheduleBody } from "./preflight-schedule.ts";
import { votersBody } from "./preflight-voters.ts";

/** Names that the order leaves open are filled in by the one who asks: `to` of a switchover or failback. */
export function planOfOrder(preview: Preview, request: OrderRequest, to: string): OrderPlan {
  return orderPlan(preview, request, bodyOf(preview, request, to));
}

function bodyOf(preview: Preview, request: OrderRequest, to: string): PlanBody {
  switch (request.verb) {
    case "schedule-switchover":
      return scheduleBody(preview, to, request.at);
    case "cancel-switchover":
      return cancelBody(preview);
    case "failover-now":
      return failoverNowBody(preview, request.to);
    case "override":
      return overrideBody(preview, request.to);
    case "pause":
      return pauseBody(preview, request.until);
    case "resume":
      return resumeBody(preview);
    case "acknowledge":
      return acknowledgeBody(preview);
    case "add-voter":
      return votersBody(preview, { add: request.voter, remove: null });
    case "remove-voter":
      return votersBody(preview, { add: null, remove: request.voter });
    case "admit-voter":
      return admitBody(preview, request.voter);
    case "failback":
      return request.gateways === null ? failbackBody(preview, to) : lendBody(preview, to, request.gateways);
    case "recall":
      return recallBody(preview, request.gateways);
  }
}
