/**
 * What the receiver of one RTP stream counts (RFC 3550 6.4.1 and A.8): packets, sequence gaps, loss, jitter, silence.
 * Silence is the longest time between two packets of a stream that was meant to flow:
 * it starts with the first packet, and a goodbye of the sender suspends it. It is kept for the whole stream and for its last
 * half minute to minute, so that whoever takes a call over can tell a gap of now from one of long ago.
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
  /** The longest silence of the half minute under way and of the one before. */
  recent: { since: Instant; readonly silenceMs: [number, number] };
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
    recent: { since: 0, silenceMs: [0, 0] },
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

const recentHalfMs = 30_000;

function countSilence(receiver: RtpReceiver, silenceMs: number, at: Instant): void {
  receiver.longestSilenceMs = Math.max(receiver.longestSilenceMs, silenceMs);
  const { recent } = receiver;
  if (at - recent.since >= recentHalfMs) {
    const before = at - recent.since < 2 * recentHalfMs ? recent.silenceMs[0] : 0;
    receiver.recent = { since: at, silenceMs: [silenceMs, before] };
  } else recent.silenceMs[0] = Math.max(recent.silenceMs[0], silenceMs);
}

/** Counts one packet; returns the number of packets found missing just before it. */
export function receiveRtp(receiver: RtpReceiver, packet: RtpArrival, at: Instant, clockRate: number): number {
  receiver.packets += 1;
  receiver.octets += packet.payloadOctets;
  const missing = countSequence(receiver, packet);
  if (receiver.lastArrival !== null) countSilence(receiver, at - receiver.lastArrival, at);
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

/** The longest silence that ended in the last half minute to minute, or that is still going on; null where nothing was received in that time. */
export function recentSilenceMs(receiver: RtpReceiver, now: Instant): number | null {
  if (receiver.packets === 0) return null;
  const { since, silenceMs } = receiver.recent;
  const current = receiver.lastArrival === null ? 0 : now - receiver.lastArrival;
  if (now - since >= 2 * recentHalfMs) return receiver.lastArrival === null ? null : current;
  return Math.max(silenceMs[0], silenceMs[1], current);
}
