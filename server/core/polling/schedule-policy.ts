/** The bounds of the schedule of audits: what all gear shares. What differs by gear is in GearPolling (poll-event.ts). */

export interface SchedulePolicy {
  /** Decides every draw: two servers with different seeds do not poll the same gear in step. */
  readonly seed: number;
  /** An interval varies by ± half of this share. */
  readonly jitterShare: number;
  /** A full audit every so many; liveness between. */
  readonly fullEvery: number;
  /** Audits under way at once. */
  readonly mostAtOnce: number;
  readonly packetsPerSecond: number;
  /** A budget that was not used is kept for so long; one that was overdrawn is felt for at most `debtMs`. */
  readonly burstMs: number;
  readonly debtMs: number;
  /** What an audit costs before one was made, packets. */
  readonly guessedPackets: number;
  /** Between the end of one audit of a gear and the next one asked for at once. */
  readonly floorMs: number;
  /** While many are asked for at once, every so many-th audit is one that was due by its interval. */
  readonly ordinaryEvery: number;
  readonly backOffFactor: number;
  readonly backOffMs: number;
  /** Failures in a row until the breaker opens. */
  readonly failuresToOpen: number;
  /** An audit that is not told as finished after this is given up; its driver has deadlines of its own, so this never happens. */
  readonly overdueMs: number;
  /** A first audit that was spoilt by what moved meanwhile is made again so soon, and so often. */
  readonly soonMs: number;
  readonly soonAttempts: number;
}

export const defaultSchedulePolicy: SchedulePolicy = {
  seed: 1,
  jitterShare: 0.1,
  fullEvery: 6,
  mostAtOnce: 32,
  packetsPerSecond: 5_000,
  burstMs: 2_000,
  debtMs: 60_000,
  guessedPackets: 10,
  floorMs: 1_000,
  ordinaryEvery: 4,
  backOffFactor: 8,
  backOffMs: 300_000,
  failuresToOpen: 3,
  overdueMs: 300_000,
  soonMs: 500,
  soonAttempts: 3,
};
