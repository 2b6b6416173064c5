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
  /** When a settled title was last seen, this server's own included; null if never in this boot. */
  at: Now | null;
}

export function noSettledTitle(): SettledTitle {
  return { epoch: noEpoch, since: 0, at: null };
}

/** The title is held at this epoch now. */
export function noteTitle(settled: SettledTitle, epoch: Epoch, now: Now): void {
  if (!sameEpoch(settled.epoch, epoch)) {
    settled.epoch = epoch;
    settled.since = now.mono;
  }
  if (now.mono - settled.since >= settledAfterMs) settled.at = now;
}
