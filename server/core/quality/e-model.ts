/**
 * The E-model of ITU-T G.107 with its default values: what is left to reckon is delay, coding and loss. The delay part is the usual
 * simplification, right within the model's own accuracy up to 400 ms with echo cancelled. Pure arithmetic; call-quality.ts says what goes in.
 */

/** R without any impairment by delay, coding or loss, all other parameters at their defaults (G.107, 2003 and later). */
const unimpaired = 93.2;
const delayPerMs = 0.024;
/** From here on people talk into each other's words. */
const troublesomeDelayMs = 177.3;
const troublePerMs = 0.11;
/** Ie,eff never exceeds it: nothing is left of the speech. */
const worstImpairment = 95;

export interface Impairments {
  /** Mouth to ear, one way. */
  readonly oneWayMs: number;
  readonly ie: number;
  readonly bpl: number;
  /** 0..1 */
  readonly lossFraction: number;
  /** 1 = losses come at random; above = in bursts. */
  readonly burstRatio: number;
}

/** The rating R, 0..93.2. */
export function ratingOf({ oneWayMs, ie, bpl, lossFraction, burstRatio }: Impairments): number {
  const delay = delayPerMs * oneWayMs + troublePerMs * Math.max(0, oneWayMs - troublesomeDelayMs);
  const lossPercent = lossFraction * 100;
  const equipment = ie + ((worstImpairment - ie) * lossPercent) / (lossPercent / burstRatio + bpl);
  return Math.max(0, unimpaired - delay - equipment);
}

/** Mean opinion score, 1..4.5 (G.107 Annex B). The polynomial dips below 1 between R = 0 and 6.5: no opinion is worse than 1. */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + 7e-6 * r * (r - 60) * (100 - r));
}

/** What people say of such a connection (G.109, G.107 Annex B). */
export type QualityBand =
  | "very satisfied"
  | "satisfied"
  | "some dissatisfied"
  | "many dissatisfied"
  | "nearly all dissatisfied"
  | "not recommended";

const bands: readonly (readonly [number, QualityBand])[] = [
  [90, "very satisfied"],
  [80, "satisfied"],
  [70, "some dissatisfied"],
  [60, "many dissatisfied"],
  [50, "nearly all dissatisfied"],
];

export function bandOf(r: number): QualityBand {
  return bands.find(([least]) => r >= least)?.[1] ?? "not recommended";
}
