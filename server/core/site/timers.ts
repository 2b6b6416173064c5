/**
 * The timers of failover.md 10 and the arithmetic that keeps two titles apart:
 * lease × (1 + d) / (1 − d) < promise, with d the clock-rate error of one clock.
 */

export interface Timers {
  /** ms between two keepalives. */
  readonly keepaliveMs: number;
  /** N: keepalives missed in a row before the standby may act. */
  readonly missLimit: number;
  /** Keepalives missed in a row before the standby asks the primary and the jury. */
  readonly suspectAt: number;
  /** How long a voter does not grant another server after it answered. */
  readonly promiseMs: number;
  /** How long an answer counts for the server, from the send time of what it answers. */
  readonly leaseMs: number;
  /** How long a claim may collect answers. */
  readonly claimMs: number;
  /** How long a refused claim contests the voter. */
  readonly contestMs: number;
  /** How long a vote counts, from the send time of its query. */
  readonly voteMs: number;
  /** ms between two background audits where the gateway sets none of its own. */
  readonly auditMs: number;
  /** d: largest clock-rate error of one clock, as a fraction. */
  readonly clockRateError: number;
}

export const defaultTimers: Timers = {
  keepaliveMs: 100,
  missLimit: 5,
  suspectAt: 2,
  promiseMs: 500,
  leaseMs: 450,
  claimMs: 300,
  contestMs: 700,
  voteMs: 200,
  auditMs: 5000,
  clockRateError: 0.05,
};

/**
 * What the slowest clock measures as `ms` takes at most so many ms on the fastest one. Of a lease: the shortest promise that covers it, and
 * promises must be strictly longer. Of a promise: how long it may bind for a server that waits for its end.
 */
export function onSlowestClockMs(ms: number, clockRateError: number): number {
  return (ms * (1 + clockRateError)) / (1 - clockRateError);
}

/** True where the loser of a lease stops before the winner can start. */
export function promiseCovers(promiseMs: number, leaseMs: number, clockRateError: number): boolean {
  return onSlowestClockMs(leaseMs, clockRateError) < promiseMs;
}

/** Least room between promise and lease, ms: wall time is read in whole ms, and the two clocks of a machine up to 1 ms apart. */
const leastRoomMs = 10;

/**
 * How long a server's machine may stand still, its monotonic clock with it, without anybody noticing, ms: nine tenths of the room that a
 * promise leaves beyond a lease. The last tenth is for rates: lease / (1 − d) + unnoticed < promise / (1 + d) holds up to d = a tenth of that
 * room over lease + promise, 0.5 % with the default timers.
 */
export function unnoticedMs({ promiseMs, leaseMs }: Pick<Timers, "promiseMs" | "leaseMs">): number {
  return 0.9 * (promiseMs - leaseMs);
}

/** Every reason why these timers are refused, with the arithmetic; empty when they are fine. */
export function timerProblems(timers: Timers): string[] {
  const problems: string[] = [];
  const covered = onSlowestClockMs(timers.leaseMs, timers.clockRateError);
  if (!promiseCovers(timers.promiseMs, timers.leaseMs, timers.clockRateError)) {
    problems.push(
      `timers.promiseMs: ${timers.promiseMs} must be more than leaseMs × (1 + d) / (1 − d) = ${timers.leaseMs} × ${1 + timers.clockRateError} / ${1 - timers.clockRateError} = ${covered.toFixed(1)}; lengthen promiseMs or shorten leaseMs`,
    );
  }
  if (timers.promiseMs - timers.leaseMs < leastRoomMs) {
    problems.push(
      `timers.promiseMs: ${timers.promiseMs} must be at least ${leastRoomMs} ms above leaseMs ${timers.leaseMs}, so that a machine that stood still longer than that can tell`,
    );
  }
  if (timers.suspectAt >= timers.missLimit) {
    problems.push(
      `timers.suspectAt: ${timers.suspectAt} must be below missLimit ${timers.missLimit}, so that the query is over before the limit`,
    );
  }
  if (timers.leaseMs < 2 * timers.keepaliveMs) {
    problems.push(
      `timers.leaseMs: ${timers.leaseMs} must be at least two keepalives (${2 * timers.keepaliveMs}), else one lost datagram ends the title`,
    );
  }
  const smallest = Math.min(
    timers.keepaliveMs,
    timers.missLimit,
    timers.suspectAt,
    timers.promiseMs,
    timers.leaseMs,
    timers.claimMs,
    timers.contestMs,
    timers.voteMs,
    timers.auditMs,
  );
  if (!(smallest > 0)) problems.push("timers: every timer must be more than 0");
  return problems;
}
