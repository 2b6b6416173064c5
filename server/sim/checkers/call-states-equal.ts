/**
 * After healing and calm: the call-state database of each gateway's owner equals the gateway's own table, connection by connection,
 * no endpoint is held for a call that is not there, and nothing that happened still waits to be told.
 */
import { legsOf } from "../../core/calls/live-call.ts";
import { endpointName } from "../../core/gateway/endpoint-plan.ts";
import type { CallsPlane } from "../calls/calls-plane.ts";
import type { SimGateway } from "../calls/sim-gateway.ts";
import type { SimServer } from "../calls/sim-server.ts";

export const callStatesEqual = "After calm, each owner's call states equal the gateways' own tables.";

/**
 * @param ownerOf the server that each gateway obeys now; a gateway that nobody owns is another checker's
 * @param empty every party has hung up. Before that, a call between gateways of two owners is nobody's to know whole: its far leg tells, in time.
 */
export function unequalStates(
  plane: Pick<CallsPlane, "gateways" | "servers" | "truth">,
  ownerOf: (gateway: string) => string | null,
  empty: boolean,
): string[] {
  const split = (callId: string): boolean => {
    const owners = new Set(plane.truth.calls.get(callId)?.legs.map((leg) => ownerOf(leg.gateway)));
    return !empty && owners.size > 1;
  };
  const problems: string[] = [];
  for (const gateway of plane.gateways.values()) {
    const owner = ownerOf(gateway.name);
    const server = owner === null ? undefined : plane.servers.get(owner);
    if (server) problems.push(...compare(server, gateway, split).map((text) => `${server.name} and ${gateway.name}: ${text}`));
  }
  return problems;
}

function compare(server: SimServer, sim: SimGateway, split: (callId: string) => boolean): string[] {
  const { gateway } = sim.plant;
  const { state } = server.control;
  const problems: string[] = [];
  const told = new Map<string, string>();
  // Who answers a call whose other gateway is another server's waits until that end is known or gone.
  const splitAt = new Set(gateway.table.rows.filter((row) => split(row.callId)).map((row) => endpointName(gateway, row.endpointIndex)));
  for (const call of state.calls()) {
    if (split(call.callId)) continue;
    for (const leg of legsOf(call)) {
      if (leg.row.gateway !== gateway.name || leg.stage === "none") continue;
      const stage = leg.stage === "up" ? "" : ` ${leg.stage}`;
      told.set(`${call.callId.replace(/^0+/, "")} at ${leg.row.endpoint}${stage}`, `${call.stage}, connection ${leg.connectionId}`);
    }
  }
  for (const row of gateway.table.rows) {
    if (split(row.callId)) continue;
    const key = `${row.callId.replace(/^0+/, "")} at ${endpointName(gateway, row.endpointIndex)}`;
    const known = told.get(key);
    told.delete(key);
    if (known === undefined) problems.push(`${key}: the gateway has a connection (${row.mode}) that the server does not know`);
    else if (!known.endsWith(`connection ${row.id}`)) problems.push(`${key}: the gateway calls it ${row.id}, the server ${known}`);
    else if (known.startsWith("talking") && row.mode !== "sendrecv")
      problems.push(`${key}: talking, but the gateway's connection is ${row.mode}`);
  }
  for (const [key, known] of told) problems.push(`${key}: the server has it (${known}), the gateway does not`);
  for (const row of state.endpoints.ofGateway(gateway.name)) {
    if (row.callId !== null && state.get(row.callId) === null)
      problems.push(`${row.endpoint} is held for call ${row.callId}, which is not there`);
    for (const { event } of splitAt.has(row.endpoint) ? [] : row.waiting)
      problems.push(`${row.endpoint}: an event of the party waits (${event.kind})`);
  }
  for (const endpoint of gateway.endpoints.values()) {
    if (endpoint.queue.waiting.length > 0) problems.push(`${endpoint.name}: ${endpoint.queue.waiting.length} events are not told`);
  }
  const audited = state.connections.countOf(gateway.name);
  if (audited !== gateway.table.rows.length)
    problems.push(`the audits know ${audited} connections, the gateway has ${gateway.table.rows.length}`);
  return problems;
}
