/**
 * Tandem's own score of a connection, from what its gateway counted. Nothing is filled in silently: the method names what was measured and
 * what was assumed, and without codec or loss there is no score but a reason. What gear reckons itself (`detail.mos`) never goes in here.
 */
import { type CodecImpairment, impairmentOf } from "./codec-impairment.ts";
import { bandOf, mosOf, type QualityBand, ratingOf } from "./e-model.ts";

/** Null: the gear cannot say. */
export interface MeasuredQuality {
  /** Encoding name as in SDP. */
  readonly codec: string | null;
  /** As the gear tells it, 0..1; before the counters, where both are known. */
  readonly lossFraction: number | null;
  readonly packetsLost: number | null;
  readonly packetsReceived: number | null;
  /** RFC 3550 interarrival jitter. */
  readonly jitterMs: number | null;
  readonly rttMs: number | null;
  /** Speech in one packet. */
  readonly ptimeMs: number | null;
  /** 1 = losses come at random, which is what is taken where nobody measured it. */
  readonly burstRatio?: number | null;
  /** Whether the receiver conceals what was lost: known of few. */
  readonly conceals?: boolean | null;
}

export type CallQuality =
  | { readonly rated: true; readonly r: number; readonly mos: number; readonly band: QualityBand; readonly method: string }
  | { readonly rated: false; readonly reason: string };

interface Part<Value> {
  readonly value: Value;
  /** How it is known, for the method. */
  readonly from: string;
}

/** A receiver waits about so many times the jitter before it plays a packet. */
const bufferPerJitter = 2;
/** Of receivers that tell no jitter: what most gear starts with. */
const usualBufferMs = 40;

export function callQuality(measured: MeasuredQuality): CallQuality {
  const { codec } = measured;
  if (codec === null) return unrated("the codec is not known");
  const impairment = impairmentOf(codec);
  if (typeof impairment === "string") return unrated(impairment);
  const loss = lossOf(measured);
  if (typeof loss === "string") return unrated(loss);
  const delay = delayOf(measured, impairment);
  if (typeof delay === "string") return unrated(delay);
  const burst = measured.burstRatio ?? null;
  if (burst !== null && !(burst >= 1)) return unrated(`a burst ratio of ${burst} makes no sense`);
  const concealment = concealmentOf(measured, impairment);
  const r = ratingOf({
    oneWayMs: delay.value,
    ie: impairment.ie,
    bpl: concealment.value,
    lossFraction: loss.value,
    burstRatio: burst ?? 1,
  });
  const taken = impairment.takenAs === null ? "" : `${codec} taken as ${impairment.takenAs}`;
  const method = ["G.107", taken, loss.from, burst === null ? "" : `burst ratio ${burst}`, concealment.from, delay.from];
  return { rated: true, r, mos: mosOf(r), band: bandOf(r), method: method.filter((part) => part !== "").join(", ") };
}

function unrated(reason: string): CallQuality {
  return { rated: false, reason };
}

function lossOf({ lossFraction, packetsLost, packetsReceived }: MeasuredQuality): Part<number> | string {
  if (lossFraction !== null) {
    if (!(lossFraction >= 0 && lossFraction <= 1)) return `a loss of ${lossFraction} makes no sense`;
    return { value: lossFraction, from: "loss as the gear tells it" };
  }
  if (packetsLost === null || packetsReceived === null) return "loss is not known";
  // RFC 3550 A.3: duplicates make it negative.
  const lost = Math.max(0, packetsLost);
  const expected = lost + packetsReceived;
  if (!(packetsReceived >= 0 && Number.isFinite(expected))) return `${packetsReceived} packets received make no sense`;
  if (expected === 0) return "no packet was expected yet";
  return { value: lost / expected, from: "loss from RTP counters" };
}

/** Without a round trip nothing is known of what the network takes: what is left is listening quality. */
function delayOf({ rttMs, jitterMs, ptimeMs }: MeasuredQuality, codec: CodecImpairment): Part<number> | string {
  for (const one of [rttMs, jitterMs, ptimeMs]) if (one !== null && !(one >= 0 && Number.isFinite(one))) return `${one} ms make no sense`;
  if (rttMs === null) return { value: 0, from: "delay not measured: taken as none" };
  const bufferMs = jitterMs === null ? usualBufferMs : bufferPerJitter * jitterMs;
  const assumed = [
    jitterMs === null ? `a jitter buffer of ${usualBufferMs} ms assumed` : `a jitter buffer of ${bufferPerJitter} × jitter assumed`,
    ptimeMs === null ? `packets of ${codec.usualPtimeMs} ms assumed` : "",
  ];
  return {
    value: rttMs / 2 + bufferMs + (ptimeMs ?? codec.usualPtimeMs) + codec.lookaheadMs,
    from: ["delay from half the round trip", ...assumed.filter((part) => part !== "")].join(", "),
  };
}

function concealmentOf({ conceals = null }: MeasuredQuality, { bpl, bplUnconcealed }: CodecImpairment): Part<number> {
  if (bplUnconcealed === null) return { value: bpl, from: "" };
  if (conceals === false) return { value: bplUnconcealed, from: "no concealment" };
  return { value: bpl, from: conceals === null ? "concealment assumed" : "concealment" };
}
