/** The call engine's bounds: how long a call may stay in a stage, and how often something is tried. */

export interface CallPolicy {
  /** Dial tone without a digit. */
  readonly firstDigitMs: number;
  /** Between two reports of digits, where the first was not enough. */
  readonly interDigitMs: number;
  /** From the last digit to ringing. */
  readonly setupMs: number;
  /** Ringing without an answer. */
  readonly noAnswerMs: number;
  /** An adopted call rings at least this long again, so that a takeover late in its ringing does not cut it off. */
  readonly adoptedRingMs: number;
  /** From release to the last answer to a delete; then the call is closed with what is known. */
  readonly releaseMs: number;
  /**
   * From release to its record, whatever is answered by then: shorter than `historyMarginMs`, so that should this server die before,
   * whoever takes over still finds the end in a gateway's history.
   */
  readonly recordMs: number;
  /** Channels that one call may try. */
  readonly routeAttempts: number;
  /** Digits that one call may gather. */
  readonly digitsLimit: number;
  /** ± ms of the end of a call that this server itself ends: how long the deletes may take to reach both gateways. */
  readonly ownReleaseErrorMs: number;
  /** Calls that may exist at once. */
  readonly callsLimit: number;
  /** How long an audit that finds a party gone waits for the event that says when. */
  readonly unseenMs: number;
  /** A call that ended this long before its server fell silent may still lack its record. */
  readonly historyMarginMs: number;
  /** A deleted connection may still stand in an audit that began before; ids are kept this long. */
  readonly endedMemoryMs: number;
  /** Complete polls that must lack a connection before it counts as ended (N). */
  readonly missedPolls: number;
  /** A leg that neither side has known for longer than this is a ghost or an orphan. */
  readonly strayAgeMs: number;
}

export const defaultCallPolicy: CallPolicy = {
  firstDigitMs: 16_000,
  interDigitMs: 5_000,
  setupMs: 10_000,
  noAnswerMs: 60_000,
  adoptedRingMs: 10_000,
  releaseMs: 8_000,
  recordMs: 2_000,
  routeAttempts: 3,
  digitsLimit: 32,
  ownReleaseErrorMs: 50,
  callsLimit: 100_000,
  unseenMs: 500,
  historyMarginMs: 3_000,
  endedMemoryMs: 60_000,
  missedPolls: 2,
  strayAgeMs: 2_000,
};
