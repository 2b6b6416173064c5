/**
 * `P:` ↔ the counters of a leg. Beside the RFC's parameters Tandem's gateway writes `X-Silence` (longest silence at the receiver, ms)
 * and `X-Modelled=1` where no RTP really ran; answering an audit, also `X-Recent-Silence`: the longest one of the last half minute to minute,
 * and the ages of the connection: `X-Setup-Age` since it was created, `X-Connect-Age` since its party was connected (absent while it is not), ms,
 * by the gateway's monotonic clock, at the moment of the answer, and no more than 10 ms too long; and who is at its two ends, which MGCP has no
 * word for: `X-Origin` (`answer`: the endpoint calls, `originate`: it is called) and `X-Peer-Number`, the other party's, where it is known.
 */
import type { LegOrigin, MediaCounters } from "../../core/calls/connection.ts";
import { type ConnectionParameters, extensionOf } from "./connection-parameters.ts";

export function connectionParametersOf(media: MediaCounters): ConnectionParameters {
  const extensions: [string, string][] = [];
  if (media.longestSilenceMs !== null) extensions.push(["X-Silence", String(Math.round(media.longestSilenceMs))]);
  if (media.modelled) extensions.push(["X-Modelled", "1"]);
  return {
    packetsSent: media.packetsSent,
    octetsSent: media.octetsSent,
    packetsReceived: media.packetsReceived,
    octetsReceived: media.octetsReceived,
    packetsLost: media.packetsLost,
    jitterMs: media.jitterMs,
    latencyMs: null,
    extensions,
  };
}

export function recentSilence(silenceMs: number): [string, string] {
  return ["X-Recent-Silence", String(Math.round(silenceMs))];
}

/** ms; null where the gear does not say. */
export function recentSilenceOf(parameters: ConnectionParameters): number | null {
  return millisecondsOf(extensionOf(parameters, "X-Recent-Silence"));
}

export interface ConnectionAges {
  readonly setupAgeMs: number;
  /** Null = not connected yet. */
  readonly connectAgeMs: number | null;
}

export function ageExtensions(ages: ConnectionAges): [string, string][] {
  const setup: [string, string] = ["X-Setup-Age", String(Math.round(ages.setupAgeMs))];
  return ages.connectAgeMs === null ? [setup] : [setup, ["X-Connect-Age", String(Math.round(ages.connectAgeMs))]];
}

/** Null where the gear does not say. */
export function agesOf(parameters: ConnectionParameters): ConnectionAges | null {
  const setupAgeMs = ageOf(extensionOf(parameters, "X-Setup-Age"));
  return setupAgeMs === null ? null : { setupAgeMs, connectAgeMs: ageOf(extensionOf(parameters, "X-Connect-Age")) };
}

export interface ConnectionEnds {
  readonly origin: LegOrigin | null;
  readonly peerNumber: string | null;
}

const origins: readonly LegOrigin[] = ["originate", "answer", "callback"];

export function endExtensions({ origin, peerNumber }: ConnectionEnds): [string, string][] {
  const ends: [string, string][] = origin === null ? [] : [["X-Origin", origin]];
  return peerNumber !== null && /^[0-9*#+]{1,32}$/.test(peerNumber) ? [...ends, ["X-Peer-Number", peerNumber]] : ends;
}

/** Null where the gear does not say. */
export function endsOf(parameters: ConnectionParameters): ConnectionEnds {
  const said = extensionOf(parameters, "X-Origin");
  const number = extensionOf(parameters, "X-Peer-Number");
  return {
    origin: origins.find((one) => one === said) ?? null,
    peerNumber: number !== null && /^[0-9*#+]{1,32}$/.test(number) ? number : null,
  };
}

/** Up to 31 years. */
function ageOf(text: string | null): number | null {
  return text !== null && /^\d{1,12}$/.test(text) ? Number(text) : null;
}

function millisecondsOf(text: string | null): number | null {
  return text !== null && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

/** Null where the four counts are not all there: nobody measured them. */
export function mediaCountersOf(parameters: ConnectionParameters): MediaCounters | null {
  const { packetsSent, octetsSent, packetsReceived, octetsReceived } = parameters;
  if (packetsSent === null || octetsSent === null || packetsReceived === null || octetsReceived === null) return null;
  return {
    packetsSent,
    octetsSent,
    packetsReceived,
    octetsReceived,
    packetsLost: parameters.packetsLost,
    jitterMs: parameters.jitterMs,
    longestSilenceMs: millisecondsOf(extensionOf(parameters, "X-Silence")),
    modelled: extensionOf(parameters, "X-Modelled") === "1",
  };
}
