/** The timers of RFC 3261 table 4 that transactions other than INVITE have, all multiples of three. */

export interface SipTimers {
  /** An estimate of the round trip; the first retransmission comes after it. */
  readonly t1Ms: number;
  /** The longest wait between two retransmissions. */
  readonly t2Ms: number;
  /** How long a message may stay in the network. */
  readonly t4Ms: number;
}

export const standardTimers: SipTimers = { t1Ms: 500, t2Ms: 4_000, t4Ms: 5_000 };

/** Timers B, F, J, N: how long a request may take. */
export function transactionMs({ t1Ms }: SipTimers): number {
  return 64 * t1Ms;
}
