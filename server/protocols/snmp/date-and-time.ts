/** DateAndTime (RFC 2579): 8 octets of an unspoken zone, or 11 with the offset from UTC. */
import type { WallTime } from "../../core/time.ts";

const msPerMinute = 60_000;

/** Days since 1970-01-01 of a date of the Gregorian calendar. */
function daysOf(year: number, month: number, day: number): number {
  const y = month <= 2 ? year - 1 : year;
  const era = Math.floor(y / 400);
  const ofEra = y - era * 400;
  const ofYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  return era * 146_097 + ofEra * 365 + Math.floor(ofEra / 4) - Math.floor(ofEra / 100) + ofYear - 719_468;
}

/** Wall time in ms; without an offset it is taken for UTC. Null: no date, or the zero date that agents write for "never". */
export function dateAndTime(octets: Uint8Array): WallTime | null {
  if (octets.length !== 8 && octets.length !== 11) return null;
  const [high = 0, low = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, tenth = 0] = octets;
  const year = high * 256 + low;
  if (year < 1970 || month < 1 || month > 12 || day < 1 || day > 31 || hour > 23 || minute > 59 || second > 60 || tenth > 9) return null;
  const local = ((daysOf(year, month, day) * 24 + hour) * 60 + minute) * msPerMinute + second * 1_000 + tenth * 100;
  if (octets.length === 8) return local;
  const [sign = 0, hours = 0, minutes = 0] = octets.subarray(8);
  if ((sign !== 0x2b && sign !== 0x2d) || hours > 14 || minutes > 59) return null;
  return local - (sign === 0x2b ? 1 : -1) * (hours * 60 + minutes) * msPerMinute;
}
