/** Q.850 cause values that the call engine itself gives, and how a failed gateway command reads as one. */
import type { CommandResult } from "./gateway-command.ts";

export const cause = {
  unallocatedNumber: 1,
  normalClearing: 16,
  userBusy: 17,
  noAnswer: 19,
  destinationOutOfOrder: 27,
  invalidNumberFormat: 28,
  normalUnspecified: 31,
  noCircuitAvailable: 34,
  networkOutOfOrder: 38,
  temporaryFailure: 41,
  timerExpired: 102,
} as const;

/** RFC 3435 2.4: 401 = the phone is already off hook. */
const offHookAlready = 401;
/** RFC 3435 2.4: 402 = the phone is already on hook; of a trunk channel, that nobody holds it. */
export const onHookAlready = 402;
/** 403 no resources now, 502 no resources, 540 per-endpoint connection limit. */
const noResources: readonly number[] = [403, 502, 540];

/** The gateway belongs to another server, or to none for the moment: the call is not this server's to end. */
const redirected = 521;

/** The cause with which a call ends when a command for it failed; null where the failure says nothing about the call. */
export function causeOfFailure(result: Exclude<CommandResult, { kind: "done" }>): number | null {
  if (result.kind === "not-sent") return null;
  if (result.kind === "refused" && result.code === redirected) return null;
  if (result.kind === "timed-out") return cause.networkOutOfOrder;
  if (result.code === offHookAlready) return cause.userBusy;
  if (result.code === onHookAlready) return cause.normalClearing;
  return noResources.includes(result.code) ? cause.noCircuitAvailable : cause.temporaryFailure;
}
