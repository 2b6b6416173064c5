/**
 * Invariant 5, the calls: no established call is dropped by a change of control, media never stops, and afterwards the answered calls
 * that ended are the call records, none missing, none twice, each duration within its own stated error. Calls with a leg at a gateway
 * whose process was killed are left out: that gateway lost them, and what its parties saw.
 */
import type { CallRecord } from "../../core/calls/call-record.ts";
import type { NodeName } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { SeenCall } from "../call-books.ts";
import type { Absence } from "../fault-log.ts";
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
  /** Answered calls that ended, and may be judged. */
  readonly truth: number;
  readonly records: number;
  readonly leftOut: number;
}

export function callViolations(
  calls: Calls,
  absences: readonly Absence[],
  wipedServers: readonly WallTime[],
): { found: Violation[]; count: CallCount } {
  const found: Violation[] = [];
  let leftOut = 0;
  let judged = 0;
  let recorded = 0;
  const add = (text: string, evidence: readonly string[]): void => void found.push({ invariant: 5, text, evidence });
  for (const [callId, sides] of calls.truth) {
    const answeredAt = Math.min(...sides.map((side) => side.answeredAt));
    const endedAt = Math.min(...sides.map((side) => side.endedAt));
    if (spoiled(calls, callId, answeredAt, endedAt, absences)) {
      leftOut += 1;
      continue;
    }
    judged += 1;
    if (droppedBy(sides)) add(`${callId} was ended by nobody: each party heard the other one go.`, sides.map(seen));
    const record = calls.records.get(callId);
    if (record === undefined) {
      if (wipedServers.some((at) => Math.abs(at - endedAt) < 2 * uncollectedMs)) leftOut += 1;
      else add(`${callId} was answered and ended at ${timeOf(endedAt)}, and has no record.`, sides.map(seen));
      continue;
    }
    recorded += 1;
    const wrongMs = Math.abs(record.durationMs - (endedAt - answeredAt));
    if (wrongMs > record.durationErrorMs + partyErrorMs) {
      add(`${callId}: ${record.durationMs} ms recorded (± ${record.durationErrorMs}), ${endedAt - answeredAt} ms true.`, [
        ...sides.map(seen),
        `record by ${record.writtenBy} (${record.origin}): answer by ${record.answer.source}, end by ${record.end.source} at ${timeOf(record.end.at)}`,
      ]);
    }
  }
  for (const [callId, record] of calls.records) {
    if (calls.truth.has(callId)) continue;
    if (spoiled(calls, callId, record.answer.at, record.end.at + record.end.errorMs, absences)) leftOut += 1;
    else
      add(`${callId} has a record by ${record.writtenBy} (${record.origin}), but nobody answered it.`, [`ended ${timeOf(record.end.at)}`]);
  }
  return { found, count: { truth: judged, records: recorded, leftOut } };
}

/** Both parties say that the other one hung up: so it was control that took the connection away. */
function droppedBy(sides: readonly SeenCall[]): boolean {
  const calling = sides.find(({ side }) => side === "calling");
  const called = sides.find(({ side }) => side === "called");
  return calling?.releasedBy === "called" && called?.releasedBy === "calling";
}

function seen({ side, endpoint, answeredAt, endedAt, releasedBy }: SeenCall): string {
  return `${side} party at ${endpoint}: ${timeOf(answeredAt)} to ${timeOf(endedAt)}, released by the ${releasedBy} party`;
}
