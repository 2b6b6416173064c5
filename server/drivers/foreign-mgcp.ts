/**
 * Commands to MGCP gear that Tandem did not make: point it here at a takeover, prove that a connection is there, release one. Such gear obeys
 * anybody (RFC 3435 4: there is no conflict resolution between call agents), so the fence is on this side: `authority.permit()` is asked
 * before every transmission, retransmissions included. RSIP is never sent: it goes from gateway to call agent, and some gear drops every call on it.
 */
import type { MediaCounters } from "../core/calls/connection.ts";
import { endpointsOf, type GatewayNaming } from "../protocols/mgcp/audited-leg.ts";
import { command } from "../protocols/mgcp/encode.ts";
import { mediaCountersOf } from "../protocols/mgcp/media-counters.ts";
import { effectiveCode, isSuccess } from "../protocols/mgcp/return-code.ts";
import { parseSessionDescription, type SessionDescription } from "../protocols/sdp/session-description.ts";
import type { Clock } from "../runtime/clock.ts";
import type { CommandAuthority, ConnectResult } from "./gateway-driver.ts";
import type { AskOptions, AskResult, MgcpAsker } from "./mgcp-asker.ts";

export interface ForeignGear {
  readonly naming: GatewayNaming;
  /**
   * Given: the gear is commanded at these names alone, and never by a wildcard. osmo-mgw counts in hexadecimal.
   */
  readonly endpointNames?: readonly string[];
  readonly asker: MgcpAsker;
  readonly clock: Clock;
  /** This server as the gear is to know it: `cs-a@[10.0.0.1]:2727`. */
  readonly notifiedEntity: string;
  /** Codes that say that the connection is not there, beside 515 and 516: osmo-mgw answers 400 at an endpoint without any. */
  readonly goneCodes?: readonly number[];
}

export interface ForeignConnection {
  readonly endpoint: string;
  readonly callId: string;
  readonly connectionId: string;
}

/** Every transmission under it asks again. */
type Under = CommandAuthority & Pick<AskOptions, "onExchange">;

/**
 * Takes over: from now on the gear reports to this server, and knows it as its notified entity. All endpoints at once where the gear takes
 * that, else one after another; names of the plan that it does not know are passed over. A wildcard behind a prefix is never sent: to
 * osmo-mgw it means any endpoint that is free, and where none is, 1.10 ends with every call on it.
 */
export async function point(gear: ForeignGear, authority: Under): Promise<ConnectResult> {
  if (gear.endpointNames === undefined) {
    const all = await pointEndpoint(gear, `*@${gear.naming.name}`, authority);
    if (all.kind !== "refused") return all;
  }
  let first: ConnectResult | null = null;
  let refused: ConnectResult = { kind: "unreachable", reason: "no endpoint to point" };
  for (const endpoint of gear.endpointNames ?? endpointsOf(gear.naming)) {
    const one = await pointEndpoint(gear, endpoint, authority);
    if (one.kind === "unreachable") return one;
    if (one.kind === "connected") first ??= one;
    else refused = one;
  }
  return first ?? refused;
}

async function pointEndpoint(gear: ForeignGear, endpoint: string, authority: Under): Promise<ConnectResult> {
  const { notifiedEntity, clock } = gear;
  const result = await send(gear, command("RQNT", endpoint, { notifiedEntity, requestId: "1", requestedEvents: [] }), authority);
  if (result.kind !== "response") return { kind: "unreachable", reason: silence(result) };
  const { code, comment } = result.response;
  if (!isSuccess(code)) return { kind: "refused", code, comment };
  return { kind: "connected", rttMs: result.rttMs, attempts: result.attempts, at: clock.now() };
}

/** Whom the gear believes to be in charge; null = it cannot say, or did not answer. */
export async function notifiedEntityAt(gear: ForeignGear, endpoint: string): Promise<string | null> {
  const result = await gear.asker.ask(command("AUEP", endpoint, { requestedInfo: ["N"] }));
  return result.kind === "response" && isSuccess(result.response.code) ? (result.response.parameters.notifiedEntity ?? null) : null;
}

/** notSent: not for want of an answer, the command never left: it was not permitted any more, or the socket was closed. */
export interface Silent {
  readonly kind: "silent";
  readonly reason: string;
  readonly notSent: boolean;
}

export type ProbeResult =
  | { readonly kind: "alive"; readonly local: SessionDescription | null; readonly rttMs: number }
  | { readonly kind: "gone"; readonly code: number }
  | { readonly kind: "refused"; readonly code: number }
  | Silent;

/** An MDCX without mode, options and description changes nothing, and is answered with the local description while the connection stands. */
export async function probe(
  gear: ForeignGear,
  { endpoint, callId, connectionId }: ForeignConnection,
  authority: Under,
): Promise<ProbeResult> {
  const result = await send(gear, command("MDCX", endpoint, { callId, connectionIds: [connectionId] }), authority);
  if (result.kind !== "response") return { kind: "silent", reason: silence(result), notSent: result.kind === "not-sent" };
  const { code, bodies } = result.response;
  if (!isSuccess(code)) return { kind: isGone(gear, code) ? "gone" : "refused", code };
  const parsed = bodies[0] === undefined ? null : parseSessionDescription(bodies[0]);
  return { kind: "alive", local: parsed?.ok ? parsed.value : null, rttMs: result.rttMs };
}

export type ReleaseResult =
  /** `media`: its counters, where the gear tells them on deletion. */
  | { readonly kind: "released"; readonly media: MediaCounters | null }
  | { readonly kind: "gone"; readonly code: number }
  | { readonly kind: "refused"; readonly code: number }
  | Silent;

/** By call and connection id: a deletion by call id alone tells no counters (osmo-mgw), and one by endpoint meets other calls. */
export async function release(
  gear: ForeignGear,
  { endpoint, callId, connectionId }: ForeignConnection,
  authority: Under,
): Promise<ReleaseResult> {
  const result = await send(gear, command("DLCX", endpoint, { callId, connectionIds: [connectionId] }), authority);
  if (result.kind !== "response") return { kind: "silent", reason: silence(result), notSent: result.kind === "not-sent" };
  const { code, parameters } = result.response;
  if (!isSuccess(code)) return { kind: isGone(gear, code) ? "gone" : "refused", code };
  const counters = parameters.connectionParameters;
  return { kind: "released", media: counters === undefined ? null : mediaCountersOf(counters) };
}

function isGone({ goneCodes = [] }: ForeignGear, code: number): boolean {
  const effective = effectiveCode(code);
  return effective === 515 || effective === 516 || goneCodes.includes(effective);
}

async function send({ asker }: ForeignGear, asked: Parameters<MgcpAsker["ask"]>[0], authority: Under): Promise<AskResult> {
  if (!authority.permit()) return { kind: "not-sent", reason: "not-permitted" };
  return asker.ask(asked, { authority, onExchange: authority.onExchange });
}

function silence(result: Exclude<AskResult, { kind: "response" }>): string {
  if (result.kind === "timed-out") return `no answer to ${result.attempts} transmissions`;
  return result.kind === "unreachable" ? "nobody listens there" : result.reason;
}
