/**
 * Conservation (A15): every call in which both parties could speak has exactly one record, whoever wrote it and however often, and its
 * duration is right within the record's own stated error. Calls of a gateway that restarted may be lost where no server that lived on had
 * known them; nothing else may.
 */
import { betterRecord, type CallRecord } from "../../core/calls/call-record.ts";
import type { CallsPlane } from "../calls/calls-plane.ts";
import type { TrueCall } from "../calls/truth.ts";

export const oneRecordPerAnsweredCall = "Each answered call has one record, and its duration is right within the stated error.";

/** What the clocks of the world, and links slower than a server may assume, add to every instant, in ms. */
export interface Allowance {
  readonly instantMs: number;
  /** Of a duration: the rates of the clocks by which it was measured. */
  readonly rate: number;
}

/** A call shorter than this may have been over before the news of its answer arrived. */
const tooShortMs = 250;

/** The records that a console would keep: the better of each call's. */
export function keptRecords(records: readonly CallRecord[]): Map<string, CallRecord> {
  const kept = new Map<string, CallRecord>();
  for (const record of records) {
    const known = kept.get(record.callId);
    kept.set(record.callId, known ? betterRecord(known, record) : record);
  }
  return kept;
}

export function recordProblems(plane: Pick<CallsPlane, "truth" | "records" | "wasSeenToReboot">, allowance: Allowance): string[] {
  const kept = keptRecords(plane.records());
  const problems: string[] = [];
  for (const call of plane.truth.calls.values()) {
    const record = kept.get(call.callId) ?? null;
    kept.delete(call.callId);
    const problem = record === null ? missing(call, plane.wasSeenToReboot(call.callId)) : wrong(call, record, allowance);
    if (problem !== null) problems.push(`call ${call.callId.replace(/^0+/, "")}: ${problem}`);
  }
  for (const callId of kept.keys()) problems.push(`a record of call ${callId}, which never was`);
  return problems;
}

function missing(call: TrueCall, seenToReboot: boolean): string | null {
  const { answeredAt, throughAt, endedAt, rebooted } = call;
  if (answeredAt === null || throughAt === null || endedAt === null || (rebooted && !seenToReboot)) return null;
  const spokenMs = endedAt - throughAt;
  return spokenMs < tooShortMs
    ? null
    : `answered at ${answeredAt.toFixed(0)}, ended at ${endedAt.toFixed(0)} by ${call.endedBy}, has no record`;
}

function wrong(call: TrueCall, record: CallRecord, allowance: Allowance): string | null {
  const { answeredAt, endedAt } = call;
  // Somebody lifted as the gateway restarted: whether the call that rang there was still up, nobody could know.
  if (answeredAt === null && call.rebooted && record.outcome === "lost" && record.durationMs <= record.durationErrorMs) return null;
  if (answeredAt === null) return `nobody answered, but ${record.writtenBy} recorded ${record.durationMs} ms`;
  if (endedAt === null) return `it goes on, but ${record.writtenBy} recorded its end`;
  // Lost with its gateway: whether its other party, at a gateway out of reach, had hung up before, nobody could know.
  if (call.rebooted && record.outcome === "lost") return null;
  const trueMs = Math.max(0, endedAt - answerMeant(call, answeredAt, record, endedAt));
  // A gateway restarted: until the last leg was gone, the party at the other end may have thought that it went on.
  const lastMs = call.endedBy === "reboot" ? Math.max(trueMs, ...call.legs.map((leg) => (leg.endedAt ?? endedAt) - answeredAt)) : trueMs;
  const offMs = Math.max(trueMs - record.durationMs, record.durationMs - lastMs);
  const allowedMs =
    record.durationErrorMs + 2 * Math.max(0, allowance.instantMs + call.lateMs) + (trueMs + record.durationMs) * allowance.rate;
  if (offMs <= allowedMs) return null;
  return (
    `it lasted ${trueMs.toFixed(0)} ms (to ${endedAt.toFixed(0)}, ended by ${call.endedBy}), recorded by ${record.writtenBy} as ` +
    `${record.durationMs.toFixed(0)} ± ${record.durationErrorMs.toFixed(0)} ms (${record.origin}, ${record.end.source})`
  );
}

/**
 * Of several channels that were answered and held to the end, while nobody could cut any of them through, each is as good an answer as the
 * others.
 */
function answerMeant(call: TrueCall, answeredAt: number, record: CallRecord, endedAt: number): number {
  if (call.throughAt !== null) return answeredAt;
  const held = call.legs.filter(
    (leg) => leg.side === "called" && (leg.hungUpAt ?? endedAt) >= endedAt && (leg.endedAt ?? endedAt) >= endedAt,
  );
  const answers = held.flatMap((leg) => leg.connectedAt ?? []);
  const offMs = (at: number): number => Math.abs(Math.max(0, endedAt - at) - record.durationMs);
  return answers.reduce((best, at) => (offMs(at) < offMs(best) ? at : best), answeredAt);
}
