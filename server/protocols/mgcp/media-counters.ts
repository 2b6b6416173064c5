/**
 * `P:` ↔ the counters of a leg. Beside the RFC's parameters Tandem's gateway writes `X-Silence` (longest silence at the receiver, ms)
 * and `X-Modelled=1` where no RTP really ran.
 */
import type { MediaCounters } from "../../core/calls/connection.ts";
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

/** Null where the four counts are not all there: nobody measured them. */
export function mediaCountersOf(parameters: ConnectionParameters): MediaCounters | null {
  const { packetsSent, octetsSent, packetsReceived, octetsReceived } = parameters;
  if (packetsSent === null || octetsSent === null || packetsReceived === null || octetsReceived === null) return null;
  const silence = extensionOf(parameters, "X-Silence");
  return {
    packetsSent,
    octetsSent,
    packetsReceived,
    octetsReceived,
    packetsLost: parameters.packetsLost,
    jitterMs: parameters.jitterMs,
    longestSilenceMs: silence !== null && /^\d{1,9}$/.test(silence) ? Number(silence) : null,
    modelled: extensionOf(parameters, "X-Modelled") === "1",
  };
}
