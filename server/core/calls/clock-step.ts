/**
 * This server's wall clock moved against its monotonic one: it was set, or the machine slept. Nobody can tell which, so every instant that
 * was placed on wall time before is off by up to the step: its error says so, and what is read anew takes its place.
 */
import { clockStep, type Now } from "../time.ts";
import { type CallEngine, count, journal } from "./call-engine.ts";
import type { RecordedInstant } from "./call-record.ts";
import type { EndpointEvent } from "./endpoint-event.ts";
import { noEvents } from "./endpoint-table.ts";
import { legsOf } from "./live-call.ts";
import { moveRecent } from "./recent-records.ts";

/** Looked at before each event. */
export function lookAtClocks(engine: CallEngine, now: Now): void {
  const before = engine.clocksAt;
  if (before === null) {
    engine.clocksAt = now;
    return;
  }
  const step = clockStep(before, now);
  if (step === 0) return;
  engine.clocksAt = now;
  count(engine, "clocks.stepped");
  journal(engine, "clock-stepped", "warn", `Wall time moved by ${Math.round(step)} ms: the errors of calls in progress include it.`, {
    step,
  });
  moveRecent(engine, step);
  doubtCalls(engine, Math.abs(step));
  moveWaiting(engine, step);
  doubtAudits(engine, Math.abs(step), Math.max(0, step));
  backwards(engine, Math.min(0, step));
}

function widened<T extends RecordedInstant | null>(instant: T, byMs: number): T {
  return instant === null ? instant : { ...instant, errorMs: instant.errorMs + byMs };
}

function doubtCalls(engine: CallEngine, byMs: number): void {
  for (const [callId, { call, at }] of engine.letGo) engine.letGo.set(callId, { call, at: at - byMs });
  for (const call of [...engine.state.calls(), ...[...engine.letGo.values()].map((one) => one.call)]) {
    call.start = widened(call.start, byMs);
    call.answer = widened(call.answer, byMs);
    call.earlyAnswer = widened(call.earlyAnswer, byMs);
    call.end = widened(call.end, byMs);
    call.heardErrorMs += byMs;
  }
}

/**
 * What waited is replayed, and recorded, on the clock of after the step. Sleep moves no clock back: that it was set is certain there. Else an
 * event that is kept for a gateway's return cannot be told from one of a later call: an audit of the hooks has to find who is gone. A gateway
 * that is lost with the sleep may be lost a moment after the step is seen.
 */
function moveWaiting(engine: CallEngine, step: number): void {
  const moved = (event: EndpointEvent): EndpointEvent =>
    step < 0 ? { ...event, at: event.at + step } : { ...event, errorMs: event.errorMs + step, sleptOver: true };
  for (const row of engine.state.endpoints.all()) {
    if (row.waiting.length === 0) continue;
    row.waiting = step > 0 && !engine.owned.has(row.gateway) ? noEvents : row.waiting.map(moved);
  }
}

/** `sleptMs`: the monotonic clock may have stood still so long, so that a row was seen that much earlier than it says. */
function doubtAudits(engine: CallEngine, byMs: number, sleptMs: number): void {
  engine.state.connections.doubt(byMs, sleptMs);
  for (const [callId, rows] of engine.history)
    engine.history.set(
      callId,
      rows.map((row) => ({ ...row, clockErrorMs: row.clockErrorMs + byMs })),
    );
  for (const [callId, lost] of engine.lost)
    engine.lost.set(callId, { ...lost, lastSeenAt: lost.lastSeenAt - byMs, restartedAt: lost.restartedAt + byMs });
}

/** Set back: what was before must not look as if it were still to come. */
function backwards(engine: CallEngine, step: number): void {
  if (engine.silentSince !== null) engine.silentSince += step;
  if (engine.heardAt !== null) engine.heardAt += step;
  for (const adoption of engine.adoptions.values()) if (adoption.silentSince !== null) adoption.silentSince += step;
  for (const call of engine.state.calls()) {
    for (const leg of legsOf(call)) {
      leg.askedAt += step;
      if (leg.upAt !== 0) leg.upAt += step;
    }
  }
  for (const row of engine.state.endpoints.all()) {
    row.hookAt += step;
    row.hookSince += step;
    row.auditedAt += step;
  }
}
