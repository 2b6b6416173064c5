/**
 * The records of the last moments, by endpoint. A hang-up may be heard only when its call is over and recorded: its datagram was lost and
 * sent again, or it waited at a gateway that was read last. The event tells its age; if its party was the first to hang up, the record is
 * written once more with that end, and the receiver keeps the better one.
 */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { CallEngine } from "./call-engine.ts";
import { type CallRecord, firstOf, partyHeard, type RecordedInstant } from "./call-record.ts";
import type { EndpointEvent } from "./endpoint-event.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { cause } from "./q850.ts";
import { durationOf } from "./record-builder.ts";

/** As long as a gateway tries to tell an event before it begins anew, and some more. */
const keptMs = 10_000;

export function storeRecord(engine: CallEngine, record: CallRecord): void {
  engine.effects.push({ kind: "store-record", record });
  const { recent, now } = engine;
  for (const [row, { at }] of recent) {
    if (now.mono - at <= keptMs) break;
    recent.delete(row);
  }
  for (const { gateway, endpoint } of [record.calling, record.called]) {
    const row = gateway === null || endpoint === null ? null : engine.state.endpoints.find(gateway, endpoint);
    if (row === null) continue;
    const before = recent.get(row);
    const told = before?.record.callId === record.callId && before.told;
    recent.delete(row); // re-inserted at the end, so that the oldest stay first
    recent.set(row, { record, at: now.mono, told });
  }
}

/**
 * The wall clock moved: what is heard from now on is dated by the new one. Sleep sets no clock back: a step back is the same for every instant
 * of before. Of one forward nobody knows.
 */
export function moveRecent({ recent }: CallEngine, step: number): void {
  if (step > 0) {
    recent.clear();
    return;
  }
  const moved = (instant: RecordedInstant): RecordedInstant => ({ ...instant, at: instant.at + step });
  for (const [row, { record, at, told }] of recent) {
    const { start, answer, end } = record;
    recent.set(row, { record: { ...record, start: moved(start), answer: moved(answer), end: moved(end) }, at, told });
  }
}

/** The party lifted no later than the recorded call was answered: that is its answer, told late. Whoever lifts after it wants to call. */
export function isRecordedAnswer(engine: CallEngine, row: EndpointRow, { at, errorMs }: EndpointEvent): boolean {
  const record = engine.recent.get(row)?.record;
  if (record === undefined || record.end.source === "poll" || at >= record.end.at) return false;
  return at - errorMs <= record.answer.at + record.answer.errorMs;
}

/** This party hung up too, and nobody had heard of it. */
export function noteLateHangUp(engine: CallEngine, row: EndpointRow, event: EndpointEvent): void {
  const known = engine.recent.get(row);
  if (known === undefined || known.record.end.source === "poll") return;
  known.told = true;
  const { record } = known;
  const side = sideAt(record, row);
  if (event.at >= record.end.at) {
    noteMayBeFirst(engine, record, side, event);
    return;
  }
  // Before the answer a called party hangs nothing up that belongs to this call.
  if (event.at < (side === "calling" ? record.start : record.answer).at) return;
  // Where the record leaves open whether the other party had gone before, this event does so too.
  const openMs = event.at - (record.end.at - record.end.errorMs);
  const end = { at: event.at, source: "signalling", errorMs: Math.max(event.errorMs, openMs) } as const;
  storeRecord(engine, {
    ...record,
    end,
    ...durationOf(record.answer, end),
    cause: event.event.kind === "release" ? event.event.cause : cause.normalClearing,
    releasedBy: side,
    writtenAt: engine.now.wall,
  });
}

/**
 * The gateway restarted, and what it was about to tell again is lost with it: the party there may have hung up before the one that was heard.
 * The record is written once more with that doubt.
 */
export function doubtRecent(engine: CallEngine, gateway: NodeName, restartedAt: WallTime): void {
  for (const [row, { record, at, told }] of [...engine.recent]) {
    if (row.gateway !== gateway || told || engine.now.mono - at > keptMs) continue;
    const heard = partyHeard(record);
    if (heard === null || heard === sideAt(record, row)) continue;
    const errorMs = record.end.at - Math.max(record.answer.at, restartedAt - keptMs);
    if (errorMs <= record.end.errorMs) continue;
    const end = { ...record.end, errorMs };
    storeRecord(engine, { ...record, end, ...durationOf(record.answer, end), writtenAt: engine.now.wall });
  }
}

function sideAt({ calling }: CallRecord, row: EndpointRow): "calling" | "called" {
  return calling.endpoint === row.endpoint && calling.gateway === row.gateway ? "calling" : "called";
}

/** Its instant is the later one, but so inexact that it may have been the first all the same: the record leaves both open. */
function noteMayBeFirst(engine: CallEngine, record: CallRecord, side: "calling" | "called", { at, errorMs, event }: EndpointEvent): void {
  if (side === record.releasedBy || record.releasedBy === null || at - errorMs >= record.end.at - record.end.errorMs) return;
  const end = firstOf(record.end, { at, source: "signalling", errorMs });
  const given = event.kind === "release" ? event.cause : cause.normalClearing;
  storeRecord(engine, { ...record, end, ...durationOf(record.answer, end), cause: given, releasedBy: side, writtenAt: engine.now.wall });
}
