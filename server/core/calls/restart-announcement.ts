/**
 * What a gateway means by RSIP (RFC 3435 2.3.12, 4.4.6): which connections are lost, where no new call may go, and when to look for oneself.
 * Only what the gateway said itself clears anything. "disconnected" never does: its calls run on, and an audit tells which.
 */
import { addressEndpoint, type EndpointPlan, endpointName } from "../gateway/endpoint-plan.ts";

export interface RestartAnnouncement {
  /** May hold a wildcard: then every endpoint is meant. */
  readonly endpoint: string;
  /** RM, lower case; null = left out. */
  readonly method: string | null;
}

/** Null = every endpoint of the gateway. */
export type Concerned = readonly string[] | null;

export type RestartMeaning =
  | {
      readonly kind: "understood";
      readonly endpoints: Concerned;
      /** Their connections are gone. */
      readonly lost: boolean;
      /** Whether new calls may go there from now on; null = as before. */
      readonly inService: boolean | null;
      /** Look for yourself, soon. */
      readonly audit: boolean;
    }
  /** The answer it deserves. */
  | { readonly kind: "refused"; readonly code: 500 | 536; readonly reason: string };

const rules: Readonly<Record<string, { readonly lost: boolean; readonly inService: boolean | null; readonly audit: boolean }>> = {
  restart: { lost: true, inService: true, audit: true },
  forced: { lost: true, inService: false, audit: true },
  graceful: { lost: false, inService: false, audit: false },
  "cancel-graceful": { lost: false, inService: true, audit: false },
  disconnected: { lost: false, inService: true, audit: true },
};

/** RFC 3435 takes a missing method for "restart". Some gear leaves it out although its connections stand (osmo-mgw): nothing is cleared before an audit. */
const unsaid = { lost: false, inService: null, audit: true };

export function meaningOf({ endpoint, method }: RestartAnnouncement, plan: EndpointPlan): RestartMeaning {
  const rule = method === null ? unsaid : rules[method];
  if (rule === undefined) return { kind: "refused", code: 536, reason: `no restart method ${method}` };
  const address = addressEndpoint(plan, endpoint);
  if (address.kind === "none" || address.kind === "any") return { kind: "refused", code: 500, reason: `no endpoint ${endpoint}` };
  return { kind: "understood", endpoints: address.kind === "all" ? null : [endpointName(plan, address.index)], ...rule };
}
