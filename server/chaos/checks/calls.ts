/**
 * Invariant 5, the calls: no established call is dropped by a change of control, media never stops, and afterwards the answered calls
 * that ended are the call records, none missing, none twice, each duration within its own stated error. Where only called parties
 * answered, nobody spoke: such a call may have a record, and needs none. Calls with a leg at a gateway whose process was killed are left
 * out: that gateway lost them, and what its parties saw.
 */
import type { CallRecord } from "../../core/calls/call-record.ts";
import type { NodeName } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { SeenCall } from "../call-books.ts";
import type { Absence } from "../fault-log.ts";
import { endedByNobody, longestMs, pairOf, spanOf } from "./call-pair.ts";
import { timeOf, type Violation } from "./violation.ts";

export interface Calls {
  readonly records: ReadonlyMap<string, CallRecord>;
  readonly truth: ReadonlyMap<string, readonly SeenCall[]>;
  readonly legs: ReadonlyMap<string, ReadonlySet<NodeName>>;
}

/** The parties look at their endpoint every 25 ms. */
const partyErrorMs = 50;
/** What was seen so shortly before a kill may not have been collected. */
const uncollectedMs = 2000;

/** Whether a call with a leg at a killed gateway, or with a record on a wiped disk, may be judged. */
export function spoiled(calls: Calls, callId: string, from: WallTime, until: WallTime, absences: readonly Absence[]): boolean {
  const record = calls.records.get(callId);
  const where = new Set([
    ...(calls.legs.get(callId) ?? []),
    ...(record === undefined ? [] : [record.calling.gateway, record.called.gateway]),
  ]);
  return absences.some(
    ({ node, kind, from: gone, until: back }) =>
      kind === "down" && where.has(node) && from < (back ?? Number.POSITIVE_INFINITY) && until > gone - uncollectedMs,
  );
}

export interface CallCount {
  /** Calls in which both parties could speak, that ended, and may be judged. */
  readonly truth: number;
  readonly records: number;
  /** A called party answered, and its caller never was connected. */
  readonly unspoken: number;
  readonly leftOut: number;
}

export function callViolations(
  calls: Calls,
  absences: readonly Absence[],
  wipedServers: readonly WallTime[],
): { found: Violation[]; count: CallCount } {
  const found: Violation[] = [];
  const count = { truth: 0, records: 0, unspoken: 0, leftOut: 0 };
  for (const [callId, sides] of calls.truth) {
    const pair = pairOf(sides);
    const { answeredAt, endedAt } = spanOf(pair ?? sides);
    const record = calls.records.get(callId);
    // A hang-up of which nobody could be told died with its gateway, and the call was taken for lost then.
    const knownUntil = record?.outcome === "lost" ? Math.max(endedAt, record.end.at) : endedAt;
    if (spoiled(calls, callId, answeredAt, knownUntil, absences)) {
      count.leftOut += 1;
      continue;
    }
    if (pair === null) {
      count.unspoken += 1;
      if (record !== undefined) found.push(...tooLong(record, sides));
      continue;
    }
    count.truth += 1;
    if (endedByNobody(pair)) found.push(broken(`${callId} was ended by nobody: each party heard the other one go.`, sides));
    if (record !== undefined) {
      count.records += 1;
      found.push(...wrongDuration(record, endedAt - answeredAt, sides));
    } else if (wipedServers.some((at) => Math.abs(at - endedAt) < 2 * uncollectedMs)) count.leftOut += 1;
    else found.push(broken(`${callId} was answered and ended at ${timeOf(endedAt)}, and has no record.`, sides));
  }
  for (const [callId, record] of calls.records) {
    if (calls.truth.has(callId)) continue;
    if (spoiled(calls, callId, record.answer.at, record.end.at + record.end.errorMs, absences)) count.leftOut += 1;
    else found.push(broken(`${callId} has a record by ${record.writtenBy} (${record.origin}), but nobody answered it.`, [], record));
  }
  return { found, count };
}

function wrongDuration(record: CallRecord, trueMs: number, sides: readonly SeenCall[]): Violation[] {
  const { callId, durationMs, durationErrorMs } = record;
  if (Math.abs(durationMs - trueMs) <= durationErrorMs + partyErrorMs) return [];
  return [broken(`${callId}: ${durationMs} ms recorded (± ${durationErrorMs}), ${trueMs} ms true.`, sides, record)];
}

/** When the caller went who never was connected, no party tells: no later than the last called one. */
function tooLong(record: CallRecord, sides: readonly SeenCall[]): Violation[] {
  const { callId, durationMs, durationErrorMs } = record;
  const mostMs = longestMs(sides);
  if (durationMs <= mostMs + durationErrorMs + partyErrorMs) return [];
  return [broken(`${callId}: ${durationMs} ms recorded (± ${durationErrorMs}), nobody spoke, answered for ${mostMs} ms.`, sides, record)];
}

function broken(text: string, sides: readonly SeenCall[], record?: CallRecord): Violation {
  return { invariant: 5, text, evidence: [...sides.map(seen), ...(record === undefined ? [] : [written(record)])] };
}

function written({ writtenBy, origin, answer, end }: CallRecord): string {
  return `record by ${writtenBy} (${origin}): answer by ${answer.source}, end by ${end.source} at ${timeOf(end.at)}`;
}

function seen({ side, endpoint, answeredAt, endedAt, releasedBy, address, remote }: SeenCall): string {
  return (
    `${side} party at ${endpoint}: ${timeOf(answeredAt)} to ${timeOf(endedAt)}, released by the ${releasedBy} party, ` +
    `media at ${address}, sent to ${remote ?? "nobody"}`
  );
}
