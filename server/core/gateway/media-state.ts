/**
 * What one connection has sent and received. A real stream is counted packet by packet by the media path;
 * a modelled one is worked out from the time for which media was meant to flow, and says so.
 */
import type { CountedMedia } from "../calls/connection.ts";
import type { Instant } from "../time.ts";
import { longestSilenceMs, newRtpReceiver, type RtpReceiver } from "./rtp-receiver.ts";

export interface MediaState {
  /** Only ever changes from real to modelled, before media flows: the far side has no room for a real stream. */
  real: boolean;
  /** Media flows both ways since then; null while it does not. */
  flowingSince: Instant | null;
  flowedMs: number;
  packetsSent: number;
  octetsSent: number;
  readonly receiver: RtpReceiver;
}

/** A modelled stream never becomes real, so nothing is ever received there: one receiver stands for all of them. */
const noReceiver = newRtpReceiver();

export function newMediaState(real: boolean): MediaState {
  return { real, flowingSince: null, flowedMs: 0, packetsSent: 0, octetsSent: 0, receiver: real ? newRtpReceiver() : noReceiver };
}

export function setFlowing(media: MediaState, flowing: boolean, now: Instant): void {
  if (flowing && media.flowingSince === null) {
    media.flowingSince = now;
  } else if (!flowing && media.flowingSince !== null) {
    media.flowedMs += now - media.flowingSince;
    media.flowingSince = null;
  }
}

/** G.711: 8 octets each millisecond. */
const octetsPerMs = 8;

export function mediaCounters(media: MediaState, ptimeMs: number, now: Instant): CountedMedia {
  if (media.real) {
    const receiver = media.receiver;
    return {
      packetsSent: media.packetsSent,
      octetsSent: media.octetsSent,
      packetsReceived: receiver.packets,
      octetsReceived: receiver.octets,
      packetsLost: receiver.lost,
      jitterMs: receiver.packets < 2 ? null : receiver.jitterMs,
      longestSilenceMs: longestSilenceMs(receiver, now),
      modelled: false,
    };
  }
  const flowedMs = media.flowedMs + (media.flowingSince === null ? 0 : now - media.flowingSince);
  const packets = Math.floor(flowedMs / ptimeMs);
  const octets = packets * ptimeMs * octetsPerMs;
  return {
    packetsSent: packets,
    octetsSent: octets,
    packetsReceived: packets,
    octetsReceived: octets,
    packetsLost: null,
    jitterMs: null,
    longestSilenceMs: null,
    modelled: true,
  };
}
