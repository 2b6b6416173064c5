/** One connection of osmo-mgw's VTY, and what an MDCX without content told of it → the internal row. What neither said is null. */
import type { Connection, LegState, MediaCounters } from "../../core/calls/connection.ts";
import type { Instant } from "../../core/time.ts";
import type { VtyConnection } from "../osmo-vty.ts";
import type { SessionDescription } from "../sdp/session-description.ts";
import { type AuditedLeg, type GatewayNaming, noBoot, numberOfEndpoint } from "./audited-leg.ts";
import { type AuditedAt, legInstants, steadied } from "./leg-instants.ts";

/** The connection as the VTY lists it, with counters that may have been read earlier. */
export interface ListedConnection extends VtyConnection {
  /** Null: with the rest of it. */
  readonly countersAt: Instant | null;
}

export interface OsmoEvidence {
  readonly index: number;
  readonly listed: ListedConnection;
  /** The local description that a probe told; null where it was not probed. */
  readonly local: SessionDescription | null;
}

export function legOfOsmo(naming: GatewayNaming, evidence: OsmoEvidence, moment: AuditedAt, before: AuditedLeg | null): AuditedLeg {
  const { index, listed, local } = evidence;
  const { packetsSent, packetsReceived } = listed;
  const flowing = (packetsSent ?? 0) > 0 && (packetsReceived ?? 0) > 0;
  const nothing = { packetsLost: null, jitterMs: null, latencyMs: null, extensions: [] };
  const counted = { packetsSent, packetsReceived, octetsSent: listed.octetsSent, octetsReceived: listed.octetsReceived, ...nothing };
  // Its o= holds no stamps: the connection id and a constant.
  const ptimeMs = listed.ptimeMs ?? local?.ptimeMs ?? null;
  // Counters that were read earlier bound the age as it was then.
  const countedAt = listed.countersAt === null ? moment : { ...moment, wall: moment.wall - (moment.mono - listed.countersAt) };
  const read = legInstants({ parameters: counted, local: null, ptimeMs, talking: flowing }, countedAt);
  const instants = {
    setup: steadied(before?.instants.setup ?? null, read.setup) ?? read.setup,
    connect: steadied(before?.instants.connect ?? null, read.connect),
  };
  const codec = local?.codecs[0]?.name ?? listed.codec;
  const connection: Connection = {
    gateway: naming.name,
    ...noBoot,
    index,
    endpoint: listed.endpoint,
    connectionId: listed.connectionId,
    callId: listed.callId?.toUpperCase() ?? null,
    state: stateOf(listed, flowing),
    origin: null,
    localNumber: numberOfEndpoint(naming, listed.endpoint),
    peerNumber: null,
    localAddress: local === null || local.port === 0 ? null : `${local.host.includes(":") ? `[${local.host}]` : local.host}:${local.port}`,
    remoteAddress: listed.remoteAddress,
    carries: codec === null ? null : codec.toUpperCase() === "CLEARMODE" ? "data" : "speech",
    codec,
    qos: null,
    setupAt: instants.setup.at,
    connectAt: instants.connect?.at ?? null,
    clockErrorMs: Math.max(instants.setup.errorMs, instants.connect?.errorMs ?? 0),
    media: mediaOf(listed),
    seenAt: moment.mono,
    source: "mgcp",
    detail: {
      setupFrom: instants.setup.from,
      connectFrom: instants.connect?.from ?? null,
      dscp: null,
      rttMs: null,
      mos: null,
      legName: null,
      countersAt: listed.countersAt,
    },
  };
  return { connection, instants };
}

/** A bridge knows nothing of answers: media that went both ways is the nearest to it. */
function stateOf({ remoteAddress, packetsSent }: VtyConnection, flowing: boolean): LegState {
  if (flowing) return "active";
  return remoteAddress === null && packetsSent !== null ? "connecting" : "unknown";
}

function mediaOf({ packetsSent, octetsSent, packetsReceived, octetsReceived }: VtyConnection): MediaCounters | null {
  if (packetsSent === null && packetsReceived === null) return null;
  // Its "dropped packets" are those that it did not pass on, not those that the path lost.
  const unsaid = { packetsLost: null, jitterMs: null, longestSilenceMs: null };
  return { packetsSent, octetsSent, packetsReceived, octetsReceived, ...unsaid, modelled: false };
}
