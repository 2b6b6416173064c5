/**
 * A call that this server takes for standing, and what a history says of it: that a leg has ended, when, and when it had been answered.
 */
import type { CallEngine } from "./call-engine.ts";
import { firstOf } from "./call-record.ts";
import { loseLeg } from "./call-release.ts";
import type { EndedConnection } from "./connection.ts";
import { connectionAt, type LiveCall, legsOf } from "./live-call.ts";
import { cause } from "./q850.ts";
import { endingLeg, endOf, endTold, notBefore } from "./record-builder.ts";

/** A history row of a leg that this call still counts on: it ended, at the stamped instant. */
export function applyHistory(engine: CallEngine, call: LiveCall): void {
  const rows = engine.history.get(call.callId);
  if (!rows) return;
  const known = engine.state.connections.ofCall(call.callId);
  // A channel tried in vain ended nothing; a caller did, whether or not the answer had reached it.
  const ofCall = ownRows(engine, call, rows).filter((row) => row.connectAt !== null || row.origin === "answer");
  const ending = endingLeg(ofCall, known) ?? (call.answer === null ? null : (ofCall[0] ?? null));
  if (call.stage === "releasing") {
    if (call.awaitingHistoryOf === null || !ending) return;
    const told = endTold(ofCall, known) ?? endOf(ending);
    // A party was heard to hang up: unless the other leg had ended before, or may have, it was the first.
    if (call.end?.source === "signalling" && told.end.at + ending.clockErrorMs >= call.end.at) {
      const byOther = told.releasedBy !== null && told.releasedBy !== call.releasedBy;
      if (byOther) call.end = { ...firstOf(call.end, told.end), source: call.end.source };
      return;
    }
    call.end = call.end?.source === "poll" ? notBefore(told.end, call.end, ending.clockErrorMs) : told.end;
    call.cause = told.cause ?? call.cause;
    call.releasedBy = told.releasedBy ?? call.releasedBy;
    call.outcome = told.outcome;
    const called = call.called && connectionAt(rows, call.called);
    if (called) answeredBeforeItEnded(call, called);
    return;
  }
  // The legs of an adopted call were all in the table: one that is not there any more is the one that this row is about. Of a call of
  // this server's own only its caller's or a connected one is: it ended while the gateway was another server's, a channel tried in vain never
  // was connected.
  const begun = call.stage === "talking" || call.stage === "ringing";
  const counts = (row: EndedConnection): boolean =>
    call.origin === "adopted" || (begun && (row.connectAt !== null || row.origin === "answer"));
  const counted = rows.filter(counts);
  for (const leg of legsOf(call)) {
    const row = connectionAt(counted, leg);
    if (!row || engine.state.connectionOf(call, leg)) continue;
    const told = endTold(ofCall, known) ?? endOf(ending ?? row);
    engine.history.delete(call.callId);
    if (leg.side === "called") answeredBeforeItEnded(call, row);
    loseLeg(engine, call, leg.side, { cause: told.cause ?? cause.normalUnspecified, by: told.releasedBy, at: told.end });
    return;
  }
}

/**
 * This server cut the caller through before it knew that the called party had gone: that its leg ended before the caller was connected is no
 * sign of a channel tried in vain then.
 */
function ownRows({ gainedAt }: CallEngine, call: LiveCall, rows: readonly EndedConnection[]): readonly EndedConnection[] {
  const calling = connectionAt(rows, call.calling);
  const called = call.called && connectionAt(rows, call.called);
  if (call.origin !== "adopted" || gainedAt === null || !called || calling?.connectAt == null || calling === called) return rows;
  if (calling.connectAt + calling.clockErrorMs < gainedAt || called.endAt >= calling.connectAt) return rows;
  return [{ ...calling, connectAt: null }, called];
}

/** Somebody was heard to answer there later than the leg ended: that was in another call, of another server. */
function answeredBeforeItEnded(call: LiveCall, { connectAt, endAt, clockErrorMs }: EndedConnection): void {
  if (call.answer === null || call.answer.at - call.answer.errorMs <= endAt + clockErrorMs) return;
  call.answer = connectAt === null ? null : { at: connectAt, source: "history", errorMs: clockErrorMs };
}
