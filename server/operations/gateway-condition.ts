/** How a gateway is, in one word and, where it is not well, what is said of it after its name. Unknown is never called well. */
import type { GatewayHealth, GatewayStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { GatewayCondition, NodeState } from "./console-view.ts";

/** Of any voter, after its name. */
export const abstains = "abstains: it has not been admitted since it lost its store";

export interface GatewayFacts {
  readonly name: string;
  readonly state: NodeState;
  readonly error: string | null;
  /** Null where there is no fresh one. */
  readonly status: GatewayStatus | null;
  readonly health: GatewayHealth | null;
  readonly healthSource: string | null;
  readonly pollSeconds: number;
  /** The change of control that runs now, if one does. */
  readonly changing: FailoverReport | null;
  readonly suspectAt: number;
  readonly now: WallTime;
}

export interface ConditionAndReason {
  readonly condition: GatewayCondition;
  readonly reason: string | null;
}

export function gatewayCondition(facts: GatewayFacts): ConditionAndReason {
  const heard = facts.health !== null && facts.health.missed < facts.suspectAt;
  if (facts.state === "frozen") return { condition: "failed", reason: "is frozen" };
  if (facts.state === "unreachable") {
    if (heard) return { condition: "no-data", reason: `does not answer the console, though ${facts.healthSource} hears it` };
    return { condition: "failed", reason: "does not answer" };
  }
  const step = facts.changing?.gateways.find((gateway) => gateway.gateway === facts.name);
  if (step && step.state === "failed")
    return { condition: "failed", reason: `could not be taken over${step.note ? `: ${step.note}` : ""}` };
  if (step && step.state !== "done") return { condition: "changing", reason: `is being taken over by ${facts.changing?.to}` };
  if (facts.status?.state === "orphaned") return { condition: "orphaned", reason: "has no owner: its promise ran out" };
  if (facts.status?.state === "abstaining") return { condition: "suspect", reason: abstains };
  if (facts.state === "suspect")
    return { condition: "suspect", reason: facts.error === null ? "misses keepalives" : `is in doubt: ${facts.error}` };
  return auditCondition(facts);
}

function auditCondition({ health, healthSource, pollSeconds, suspectAt, now }: GatewayFacts): ConditionAndReason {
  if (!health) return { condition: "no-data", reason: "has no owner in reach that tells how it is" };
  if (health.missed >= suspectAt)
    return { condition: "suspect", reason: `has left ${health.missed} keepalives of ${healthSource} unanswered` };
  const { audit } = health;
  if (audit.lastCompleteAt === null) {
    return {
      condition: "no-data",
      reason: audit.lastFailure === null ? "has not been audited yet" : `was never audited: ${audit.lastFailure}`,
    };
  }
  const ageMs = now - audit.lastCompleteAt;
  if (ageMs > 3 * pollSeconds * 1000 + 2000) return { condition: "no-data", reason: `has sent no data for ${Math.round(ageMs / 1000)} s` };
  const differing = health.ghosts + health.orphans;
  if (differing > 0)
    return { condition: "disagrees", reason: `disagrees by ${differing === 1 ? "one connection" : `${differing} connections`}` };
  return { condition: "ok", reason: null };
}
