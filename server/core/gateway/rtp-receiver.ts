/**
 * What the receiver of one RTP stream counts (RFC 3550 6.4.1 and A.8): packets, sequence gaps, loss, jitter, silence.
 * Silence is the longest time between two packets of a stream that was meant to flow:
 * it starts with the first packet, and a goodbye of the sender suspends it.
 */
import type { Instant } from "../time.ts";

export interface RtpReceiver {
  packets: number;
  octets: number;
  lost: number;
  /** Times that the sequence jumped forward. */
  gaps: number;
  duplicates: number;
  jitterMs: number;
  longestSilenceMs: number;
  /** Null before the first packet and after a goodbye. */
  lastArrival: Instant | null;
  ssrc: number | null;
  highestSequence: number;
  lastTransitMs: number | null;
}

export function newRtpReceiver(): RtpReceiver {
  return {
    packets: 0,
    octets: 0,
    lost: 0,
    gaps: 0,
    duplicates: 0,
    jitterMs: 0,
    longestSilenceMs: 0,
    lastArrival: null,
    ssrc: null,
    highestSequence: 0,
    lastTransitMs: null,
  };
}

export interface RtpArrival {
  readonly ssrc: number;
  readonly sequence: number;
  readonly timestamp: number;
  readonly payloadOctets: number;
}

/** A jump of more than this is a restarted sender, not loss (RFC 3550 A.1). */
const maxDropout = 3000;

/** Counts one packet; returns the number of packets found missing just before it. */
export function receiveRtp(receiver: RtpReceiver, packet: RtpArrival, at: Instant, clockRate: number): number {
  receiver.packets += 1;
  receiver.octets += packet.payloadOctets;
  const missing = countSequence(receiver, packet);
  if (receiver.lastArrival !== null) receiver.longestSilenceMs = Math.max(receiver.longestSilenceMs, at - receiver.lastArrival);
  receiver.lastArrival = at;
  const transitMs = at - (packet.timestamp * 1000) / clockRate;
  if (receiver.lastTransitMs !== null) {
    const difference = Math.abs(transitMs - receiver.lastTransitMs);
    // A wrapped or restarted media clock is no jitter.
    if (difference < 10_000) receiver.jitterMs += (difference - receiver.jitterMs) / 16;
  }
  receiver.lastTransitMs = transitMs;
  return missing;
}

function countSequence(receiver: RtpReceiver, packet: RtpArrival): number {
  const first = receiver.ssrc === null || receiver.ssrc !== packet.ssrc;
  const step = (packet.sequence - receiver.highestSequence) & 0xffff;
  if (first || (step >= maxDropout && step <= 0xffff - 100)) {
    receiver.ssrc = packet.ssrc;
    receiver.highestSequence = packet.sequence;
    receiver.lastTransitMs = null;
    return 0;
  }
  if (step === 0) {
    receiver.duplicates += 1;
    return 0;
  }
  if (step > maxDropout) {
    // Late, so it was counted as lost when the later one came.
    if (receiver.lost > 0) receiver.lost -= 1;
    return 0;
  }
  receiver.highestSequence = packet.sequence;
  if (step === 1) return 0;
  receiver.gaps += 1;
  receiver.lost += step - 1;
  return step - 1;
}

/** The sender said goodbye, or this side stopped listening: what follows is no silence. */
export function suspendRtp(receiver: RtpReceiver): void {
  receiver.lastArrival = null;
  receiver.lastTransitMs = null;
}

/** The longest silence so far, a present one included. */
export function longestSilenceMs(receiver: RtpReceiver, now: Instant): number | null {
  if (receiver.packets === 0) return null;
  return receiver.lastArrival === null ? receiver.longestSilenceMs : Math.max(receiver.longestSilenceMs, now - receiver.lastArrival);
}
