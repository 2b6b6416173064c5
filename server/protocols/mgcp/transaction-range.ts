/**
 * Which transaction ids a sender uses. A gateway recognises duplicates by the id alone, and all processes of one logical call agent share
 * the number space (RFC 3435 3.5.2): a new owner that repeated an id of its predecessor would be answered from the replay cache.
 *
 * 1 … 819,200,000: commands in an epoch. Epoch n has the 200,000 ids from (n mod 4096) × 200,000 + 1. Two epochs share a range only
 *   4,096 changes of control apart; within one epoch ids come again after 200,000 commands, which is longer than T-HIST (30 s) up to 6,666 commands a second.
 * 820,000,001 … 989,999,999: audits, which need no epoch: 10,000,000 ids for each server, by rank (17 ranks), of which each boot takes 200,000.
 * A gateway's own commands (NTFY, RSIP) go the other way, to another number space; it takes the range of its boot, as if that were an epoch.
 */
import type { BootId } from "../../core/identity.ts";
import type { TransactionId } from "./message.ts";

export interface TransactionRange {
  readonly first: TransactionId;
  readonly count: number;
}

const epochs = 4096;
const perEpoch = 200_000;
const auditBase = 820_000_000;
const perRank = 10_000_000;
const ranks = 17;

export function epochRange(epochNumber: number): TransactionRange {
  return { first: (epochNumber % epochs) * perEpoch + 1, count: perEpoch };
}

export function auditRange(rank: number, boot: BootId): TransactionRange {
  const slice = Math.floor(boot / 1000) % (perRank / perEpoch);
  return { first: auditBase + (rank % ranks) * perRank + slice * perEpoch + 1, count: perEpoch };
}

/** The range of a gateway's boot: consecutive starts, seconds apart, get different ones. */
export function bootRange(boot: BootId): TransactionRange {
  return epochRange(Math.floor(boot / 1000));
}

/** The id behind `last` in the range, from its beginning again at its end. */
export function nextTransactionId(range: TransactionRange, last: TransactionId | null): TransactionId {
  const offset = last === null ? 0 : (last - range.first + 1) % range.count;
  return range.first + offset;
}
