/** The answer to AUCX → the internal row of a leg. What the gear did not say is null. */
import type { Connection, LegDetail, LegState } from "../../core/calls/connection.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import { parseSessionDescription, type SessionDescription } from "../sdp/session-description.ts";
import { type AuditedAt, type LegInstants, legInstants, steadied } from "./leg-instants.ts";
import { endsOf, mediaCountersOf } from "./media-counters.ts";
import type { Response } from "./message.ts";

export type GatewayNaming = Pick<GatewaySpec, "name" | "endpoints" | "firstNumber">;

export interface AuditedLeg {
  readonly connection: Connection;
  readonly instants: LegInstants;
}

/** Gear without a word for its boot has one boot for ever, and no ticks of its own. */
export const noBoot = { bootEpoch: 0, setupTicks: 0 } as const;

export function endpointsOf({ name, endpoints }: GatewayNaming): string[] {
  return Array.from({ length: endpoints.count }, (_, i) => `${endpoints.prefix}${i + 1}@${name}`);
}

/** Null where the plan gives this endpoint no number. */
export function numberOfEndpoint({ name, endpoints, firstNumber }: GatewayNaming, endpoint: string): string | null {
  const [prefix, domain] = [endpoints.prefix.toLowerCase(), `@${name.toLowerCase()}`];
  const lower = endpoint.toLowerCase();
  const index = lower.startsWith(prefix) && lower.endsWith(domain) ? lower.slice(prefix.length, -domain.length) : "";
  if (firstNumber === null || !/^[1-9]\d{0,5}$/.test(index) || Number(index) > endpoints.count) return null;
  return String(BigInt(firstNumber) + BigInt(Number(index) - 1)).padStart(firstNumber.length, "0");
}

/** Up to 13 hex digits are a whole number of their own; longer ids (RFC 3435 allows 32) become a hash of 52 bits. */
const exactDigits = 13;

/**
 * The id as the index of the row. Ids are unique within an endpoint only (RFC 3435 2.1.3.2); most gear counts through, and where two
 * endpoints have the same one, `salt` (the endpoint's name) tells them apart.
 */
export function legIndex(connectionId: string, salt = ""): number {
  if (salt === "" && connectionId.length <= exactDigits) return Number.parseInt(connectionId, 16);
  const text = `${salt}/${connectionId.toUpperCase()}`;
  let low = 0x811c9dc5;
  let high = 0x01000193;
  for (let i = 0; i < text.length; i++) {
    low = Math.imul(low ^ text.charCodeAt(i), 0x01000193) >>> 0;
    high = Math.imul(high ^ low, 0x85ebca6b) >>> 0;
  }
  return (high & 0xfffff) * 2 ** 32 + low;
}

/** @param before the same leg as read before */
export function legOfAnswer(
  naming: GatewayNaming,
  leg: { readonly endpoint: string; readonly connectionId: string; readonly index: number },
  answer: Pick<Response, "parameters" | "bodies">,
  moment: AuditedAt,
  before: AuditedLeg | null,
): AuditedLeg {
  const { parameters, bodies } = answer;
  const local = descriptionOf(bodies[0]);
  const remote = descriptionOf(bodies[1]);
  const counters = parameters.connectionParameters ?? null;
  const talking = parameters.mode === "sendrecv" && remote !== null;
  const read = legInstants(
    { parameters: counters, local, ptimeMs: local?.ptimeMs ?? parameters.localOptions?.ptimeMs ?? null, talking },
    moment,
  );
  const instants = {
    setup: steadied(before?.instants.setup ?? null, read.setup) ?? read.setup,
    connect: steadied(before?.instants.connect ?? null, read.connect),
  };
  const ends = counters && endsOf(counters);
  const tos = parameters.localOptions?.tos ?? null;
  const detail: LegDetail = {
    setupFrom: instants.setup.from,
    connectFrom: instants.connect?.from ?? null,
    // The upper six bits of the octet (RFC 2474).
    dscp: tos === null ? null : tos >> 2,
    // LA is one way, and nobody says that both ways are alike.
    rttMs: null,
    mos: null,
    legName: null,
    countersAt: null,
  };
  const connection: Connection = {
    gateway: naming.name,
    ...noBoot,
    index: leg.index,
    endpoint: leg.endpoint,
    connectionId: leg.connectionId,
    callId: parameters.callId ?? null,
    state: stateOf(parameters.mode, instants, talking),
    origin: ends?.origin ?? null,
    localNumber: numberOfEndpoint(naming, leg.endpoint),
    peerNumber: ends?.peerNumber ?? null,
    localAddress: addressOf(local),
    remoteAddress: addressOf(remote),
    carries: local === null ? null : carriedBy(local),
    codec: local?.codecs[0]?.name ?? parameters.localOptions?.codecs[0] ?? null,
    qos: parameters.localOptions?.qos ?? null,
    setupAt: instants.setup.at,
    connectAt: instants.connect?.at ?? null,
    clockErrorMs: Math.max(instants.setup.errorMs, instants.connect?.errorMs ?? 0),
    media: counters === null ? null : mediaCountersOf(counters),
    seenAt: moment.mono,
    source: "mgcp",
    detail,
  };
  return { connection, instants };
}

/** Tandem's gateways say whether the party is connected; of others only the mode is known, and a held connection has it too. */
function stateOf(mode: string | undefined, { setup, connect }: LegInstants, talking: boolean): LegState {
  if (setup.from === "gateway-age") return connect === null ? "connecting" : "active";
  if (talking) return "active";
  return mode === undefined || connect !== null ? "unknown" : "connecting";
}

function descriptionOf(body: string | undefined): SessionDescription | null {
  const parsed = body === undefined ? null : parseSessionDescription(body);
  return parsed?.ok ? parsed.value : null;
}

function addressOf(description: SessionDescription | null): string | null {
  if (description === null || description.port === 0) return null;
  const { host, port } = description;
  return host.includes(":") ? `[${host}]:${port}` : `${host}:${port}`;
}

/** RFC 4040: a clear channel carries data. Other audio is speech, or sounds like it. */
function carriedBy(local: SessionDescription): Connection["carries"] {
  return local.codecs[0]?.name?.toUpperCase() === "CLEARMODE" ? "data" : "speech";
}
