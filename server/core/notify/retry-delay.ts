/** How long to wait before a delivery is tried again: doubling, bounded, and spread so that receivers are not met by everybody at once. */

const firstMs = 1_000;
const mostMs = 300_000;

/** `failures` in a row, 1 or more; `chance` in [0, 1). The result is between half of the step and all of it. */
export function retryDelayMs(failures: number, chance: number): number {
  // 2^9 seconds are above the bound already; a larger power would only lose precision.
  const step = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 9));
  return Math.round(step / 2 + (step / 2) * chance);
}

/** Statuses that speak of this one message: sending it again cannot help, and what comes after it must not wait. */
const ofThisMessage = new Set([400, 413, 415, 422]);
const triesOfRefused = 3;

/** Whether to let go of a message that the receiver answered with this status so many times in a row. */
export function isGivenUp(status: number | null, failures: number): boolean {
  return status !== null && ofThisMessage.has(status) && failures >= triesOfRefused;
}
