/**
 * Instants as the numeric strings that stand in SDP's `o=` (RFC 8866 5.2, RFC 4566 5.2): the session id tells when the session was made,
 * the version when its description changed last. Tandem writes the whole 64-bit NTP timestamp (RFC 5905 6: seconds since 1900 in the
 * upper 32 bits, the fraction in the lower) as one decimal number of 20 digits; the digits below a millisecond keep two sessions of
 * the same millisecond apart. Other gear writes whole seconds since 1900; both are read. Most numbers there are no stamps at all.
 */
import type { WallTime } from "../../core/time.ts";

/** From 1900-01-01 to 1970-01-01, seconds. */
const ntpToUnixSeconds = 2_208_988_800;
const fractionBits = 32n;
const secondsRange = 2 ** 32;
const fractionRange = 2 ** 32;
const fractionOfMs = Math.floor(fractionRange / 1000);
/** As many as the largest has. */
const stampDigits = 20;
/** What is dated further in the future is no stamp, or is of a clock that nobody should believe. */
const futureMs = 2_000;
/** Nothing that still stands is older: a number that would say so is a counter or a random one. */
const oldestMs = 90 * 86_400_000;

/** @param tag tells apart what was made in the same millisecond */
export function printNtpStamp(at: WallTime, tag = 0): string {
  const whole = Math.floor(at / 1000);
  const ms = Math.floor(at) - whole * 1000;
  const seconds = (whole + ntpToUnixSeconds) % secondsRange;
  // Rounded up, so that reading it gives the same millisecond.
  const fraction = Math.min(fractionRange - 1, Math.ceil((ms * fractionRange) / 1000) + (tag % (fractionOfMs - 1)));
  return ((BigInt(seconds) << fractionBits) | BigInt(fraction)).toString().padStart(stampDigits, "0");
}

export interface NtpStamp {
  readonly at: WallTime;
  /** How finely it is written, ms. */
  readonly stepMs: 1 | 1000;
}

/**
 * Null where the text is no stamp, or is not from the time shortly before `now`.
 * NTP's seconds begin again in 2036: the turn that lies nearest to `now` is meant.
 */
export function readNtpStamp(text: string, now: WallTime): NtpStamp | null {
  const stamp = /^\d{19,20}$/.test(text) ? longStamp(BigInt(text), now) : /^\d{8,10}$/.test(text) ? shortStamp(Number(text), now) : null;
  return stamp === null || stamp.at > now + futureMs || stamp.at < now - oldestMs ? null : stamp;
}

function longStamp(value: bigint, now: WallTime): NtpStamp | null {
  if (value >= 1n << 64n) return null;
  const seconds = Number(value >> fractionBits);
  const fraction = Number(value & 0xffffffffn);
  return { at: wallOf(seconds, now) + Math.floor((fraction * 1000) / fractionRange), stepMs: 1 };
}

function shortStamp(seconds: number, now: WallTime): NtpStamp | null {
  return seconds >= secondsRange ? null : { at: wallOf(seconds, now), stepMs: 1000 };
}

function wallOf(seconds: number, now: WallTime): WallTime {
  const expected = now / 1000 + ntpToUnixSeconds;
  const turns = Math.round((expected - seconds) / secondsRange);
  return (seconds + turns * secondsRange - ntpToUnixSeconds) * 1000;
}
