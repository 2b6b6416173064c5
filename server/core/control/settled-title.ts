/**
 * Until when a title is known to have been held by a server that had done what a takeover brings: every gateway read, every call that had
 * ended before written down. A title that was lost again at once left that undone, and the next holder has to begin where it began.
 */
import { type Epoch, noEpoch, sameEpoch } from "../identity.ts";
import type { Instant, Now } from "../time.ts";

/** A takeover's audits are tried again for about 2 s, and the record of a call whose deletes are not answered is written within 8 s. */
export const settledAfterMs = 10_000;

export interface SettledTitle {
  /** The newest title, and since when it is known. */
  epoch: Epoch;
  since: Instant;
  /** The newest title was still asserted then, or later, as far as `earliestSent` knows; null if none was seen in this boot. */
  assertedAt: Now | null;
  /** When a settled title was last seen, this server's own included; null if never in this boot. */
  at: Now | null;
}

/** Of the process that reads a keepalive: how late it may be, and how often keepalives are sent, both ms. */
export interface Lateness {
  readonly lateMs: number;
  readonly keepaliveMs: number;
}

export function noSettledTitle(): SettledTitle {
  return { epoch: noEpoch, since: 0, assertedAt: null, at: null };
}

/** The title is held at this epoch now; or it was when the keepalive was sent that tells so, where the process that reads it is late. */
export function noteTitle(settled: SettledTitle, epoch: Epoch, now: Now, late: Lateness | null): void {
  if (!sameEpoch(settled.epoch, epoch)) {
    settled.epoch = epoch;
    settled.since = now.mono;
  }
  const asserted = late === null ? now : earliestSent(settled.assertedAt, now, late);
  settled.assertedAt = asserted;
  if (asserted.mono - settled.since >= settledAfterMs) settled.at = asserted;
}

/**
 * What waited may be of a server that died meanwhile, and who stands still again and again reads it later than the longest of the standstills
 * tells. So it is taken for one interval newer than the keepalive before it, too. A lost one between the two makes that early, which is safe;
 * each one that was sent at once upon a change makes it late by less than an interval, which the margin of the history covers.
 */
function earliestSent(before: Now | null, now: Now, { lateMs, keepaliveMs }: Lateness): Now {
  const waited = shifted(now, -lateMs);
  if (before === null) return waited;
  const next = shifted(before, keepaliveMs);
  const earlier = lateMs >= keepaliveMs && next.mono < waited.mono ? next : waited;
  return earlier.mono < before.mono ? before : earlier;
}

function shifted({ mono, wall }: Now, ms: number): Now {
  return { mono: mono + ms, wall: wall + ms };
}
