/**
 * What coding and lost packets do to speech, by codec: the planning values of ITU-T G.113 Appendix I for the E-model (G.107).
 * Only narrow-band codecs whose loss robustness is published there; what is not listed has no score. A codec's name in SDP does not say
 * everything (annex, bit rate): what it was taken for is part of the row.
 */

export interface CodecImpairment {
  /** Equipment impairment factor without loss. */
  readonly ie: number;
  /** Packet-loss robustness factor. */
  readonly bpl: number;
  /** The same where the receiver plays silence instead of what was lost; null where the codec itself conceals. */
  readonly bplUnconcealed: number | null;
  /** One packet, where nobody says otherwise (RFC 3551 table 1 and section 4.5). */
  readonly usualPtimeMs: number;
  /** What the coder must hear ahead of the frame that it codes. */
  readonly lookaheadMs: number;
  /** The row of G.113 that was taken, where the name leaves a choice. */
  readonly takenAs: string | null;
}

const g711: CodecImpairment = { ie: 0, bpl: 25.1, bplUnconcealed: 4.3, usualPtimeMs: 20, lookaheadMs: 0, takenAs: null };
const g729: CodecImpairment = { ie: 11, bpl: 19, bplUnconcealed: null, usualPtimeMs: 20, lookaheadMs: 5, takenAs: "G.729A with VAD" };

/** By encoding name (RFC 3551), upper case. */
const impairments: ReadonlyMap<string, CodecImpairment> = new Map([
  ["PCMU", g711],
  ["PCMA", g711],
  ["G729", g729],
  ["G729A", g729],
  ["G729B", g729],
  ["G729AB", g729],
  ["G723", { ie: 15, bpl: 16.1, bplUnconcealed: null, usualPtimeMs: 30, lookaheadMs: 7.5, takenAs: "G.723.1 at 6.3 kbit/s with VAD" }],
  ["GSM-EFR", { ie: 5, bpl: 10, bplUnconcealed: null, usualPtimeMs: 20, lookaheadMs: 0, takenAs: null }],
]);

const wideband = new Set(["G722", "G7221", "AMR-WB", "OPUS", "SPEEX-WB", "SILK", "ISAC", "EVS", "L16"]);

/** A sentence where there are no planning values for the codec. */
export function impairmentOf(codec: string): CodecImpairment | string {
  const name = codec.toUpperCase();
  const found = impairments.get(name);
  if (found !== undefined) return found;
  return wideband.has(name)
    ? `${codec} is not a narrow-band codec: the E-model of G.107 does not rate it`
    : `no planning values of ITU-T G.113 are known here for ${codec}`;
}
