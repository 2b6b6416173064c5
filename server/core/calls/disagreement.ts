/** What a gateway's table and this server's calls disagree about, and since when: a riddle of a second is none, one of an hour is. */
import type { Instant } from "../time.ts";

export interface Disagreement {
  readonly endpoint: string | null;
  readonly callId: string;
  /** When a complete audit first showed it; those since did as well. */
  readonly since: Instant;
}

/** A connection on the gateway that belongs to no call here. */
export interface Ghost extends Disagreement {
  /** Complete polls in a row that had it. */
  readonly polls: number;
}

/** As the node's status tells it. */
export interface DisagreedLeg {
  readonly endpoint: string | null;
  readonly callId: string;
  readonly sinceMs: number;
}

const mostTold = 100;

/** The oldest first. */
export function oldestDisagreements(all: Iterable<Disagreement>, now: Instant): DisagreedLeg[] {
  return [...all]
    .sort((a, b) => a.since - b.since)
    .slice(0, mostTold)
    .map(({ endpoint, callId, since }) => ({ endpoint, callId, sinceMs: Math.round(now - since) }));
}
