/**
 * The owner's commands for connections together with the request that they carry (RFC 3435 2.3: "encapsulated"): what comes first,
 * and what a refusal takes back. `apply` applies that request, whatever its wire form, and says why it cannot be applied.
 */
import { standingEvents } from "../calls/endpoint-event.ts";
import type { Now } from "../time.ts";
import type { HistoryRow } from "./call-history.ts";
import {
  type CreateRequest,
  createConnection,
  type DeleteRequest,
  type Done,
  deleteConnections,
  type ModifyRequest,
  modifyConnection,
  type Refused,
  refused,
} from "./connection-commands.ts";
import type { GatewayConnection } from "./connection-table.ts";
import { applyRequest, type Endpoint } from "./endpoint.ts";
import type { Gateway } from "./gateway.ts";

export type ApplyCarried = () => Refused | null;

/**
 * The request comes first, because it may tell that the party is busy, or seize the channel. A channel that is then held by nobody gets
 * no connection: the network's caller is gone, or a release of before took the seizure that this command answers.
 * @param signals whether it carries signals
 */
export function obeyCreate(
  gateway: Gateway,
  endpoint: Endpoint,
  create: CreateRequest,
  carried: { readonly apply: ApplyCarried; readonly signals: boolean },
  now: Now,
): Done<GatewayConnection> {
  const { offHook, calling, localParty, otherParty } = endpoint;
  const problem = carried.apply();
  if (problem !== null) return problem;
  if (endpoint.kind === "trunk" && !endpoint.offHook) return refused(402, "nobody holds the channel");
  const created = createConnection(gateway, endpoint, create, now);
  if (!created.ok && carried.signals) {
    // Nothing may ring, and no channel stay seized, for a connection that does not exist.
    applyRequest(endpoint, endpoint.requestId, { signals: [], events: standingEvents(endpoint.kind), digitMap: null });
    Object.assign(endpoint, { offHook, calling, localParty, otherParty });
  }
  return created;
}

/** A connection that does not exist leaves the endpoint as it is; a request that is refused leaves the connection changed. */
export function obeyModify(
  gateway: Gateway,
  endpoint: Endpoint,
  modify: ModifyRequest,
  apply: ApplyCarried,
  now: Now,
): Done<GatewayConnection> & { readonly carriedRefused?: Refused | null } {
  const modified = modifyConnection(gateway, endpoint, modify, now);
  return modified.ok ? { ...modified, carriedRefused: apply() } : modified;
}

/** As with a modification; the endpoint's party looks again in any case. */
export function obeyDelete(
  gateway: Gateway,
  endpoint: Endpoint,
  remove: DeleteRequest,
  apply: ApplyCarried,
  now: Now,
): Done<readonly HistoryRow[]> & { readonly carriedRefused?: Refused | null } {
  const removed = deleteConnections(gateway, endpoint, remove, now);
  if (!removed.ok) return removed;
  const carriedRefused = apply();
  return { ...removed, effects: [...removed.effects, { kind: "party", endpoint }], carriedRefused };
}
