/**
 * Calls of the controller before that cannot be kept: they ended in the gap, or only a part of them is left.
 * The leg that still runs is deleted, and an answered call gets its record, with the end that the gateways' history tells or the evidence bounds.
 */

import { type CallEngine, count, deleteStray, endedInGap, forgetCall, requestFor, tellRecovered } from "./call-engine.ts";
import type { RecordedInstant } from "./call-record.ts";
import { type KnownLegs, withoutVain } from "./channel-in-vain.ts";
import type { Connection, EndedConnection } from "./connection.ts";
import { isConnected } from "./connection-table.ts";
import { type EndpointEvent, endsCall, type Signal } from "./endpoint-event.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { isFound, sinceSeenMs } from "./far-party.ts";
import { cause } from "./q850.ts";
import { noteLateHangUp, storeRecord } from "./recent-records.ts";
import { type AssumedEnd, earlierOf, endingLeg, endOf, endTold, lostEnd, recordFromHistory } from "./record-builder.ts";
import { speaksElsewhere, withoutElsewhere } from "./speaks-elsewhere.ts";

/** The endpoint of an audited leg, where the configuration knows it. */
export function rowOf(engine: CallEngine, leg: Pick<Connection, "gateway" | "endpoint">): EndpointRow | null {
  return leg.endpoint === null ? null : engine.state.endpoints.find(leg.gateway, leg.endpoint);
}

/** The history that was read tells the end of this call, and not only of a channel tried in vain. */
export function isToldEnded(engine: CallEngine, rows: readonly EndedConnection[], legs: readonly Connection[]): boolean {
  const { history, active } = withoutElsewhere(engine, { history: rows, active: legs });
  return endingLeg(history, active) !== null;
}

/** Ends what is left of the call and writes its record. `assumed` = the end where it is known otherwise than by a history row. */
export function closeHalfKnownCall(engine: CallEngine, callId: string, assumed: AssumedEnd | null, reason: string): void {
  const { state } = engine;
  const standing = [...state.connections.ofCall(callId)];
  const { history, active } = withoutElsewhere(engine, { history: engine.history.get(callId) ?? [], active: standing });
  const lost = engine.lost.get(callId);
  const from = Math.min(...[...active, ...history].map((leg) => leg.setupAt ?? engine.now.wall), engine.now.wall);
  const ended = assumed ?? heardFirst(engine, active, toldEnd(engine, history, lost?.connection ? [lost.connection] : active));
  const record = recordFromHistory({ callId, history, active: lost?.connection ? [...active, lost.connection] : active }, ended, {
    self: engine.self,
    writtenAt: engine.now.wall,
    epochs: state.epochs.during(from, endingLeg(history)?.endAt ?? assumed?.end.at ?? engine.now.wall),
  });
  for (const leg of standing) deleteLeg(engine, callId, leg, record?.cause ?? cause.temporaryFailure);
  forgetCall(engine, callId);
  if (record) {
    // One that ended before has its record by the server of then, if that could still write it: this one is for the case that it could not.
    if (endedInGap(engine, record.end)) tellRecovered(engine, callId, (endingLeg(history) ?? active[0])?.gateway ?? null);
    storeRecord(engine, record);
    return;
  }
  if (standing.length === 0) return;
  engine.tally.givenUp += 1;
  engine.effects.push({ kind: "call-given-up", callId, reason });
}

/** A party that is heard to hang up, and waits for the call to be known whole, may have done so before the other one, whose end is told. */
function heardFirst(engine: CallEngine, active: readonly Connection[], told: AssumedEnd | null): AssumedEnd | null {
  if (told === null) return null;
  let first = told;
  for (const leg of active) {
    const event = rowOf(engine, leg)?.waiting.find(endsCall) ?? null;
    if (event === null || event.at <= (leg.connectAt ?? leg.setupAt ?? 0)) continue;
    first = earlierOf(first, hangUpHeard(leg, event, 0));
  }
  return first;
}

/**
 * The end that the history tells. Where it tells of one side only and the other one is not found standing, that party may have hung up
 * before: its gateway is not read, or what was read begins later, or was lost by a restart.
 */
function toldEnd(engine: CallEngine, rows: readonly EndedConnection[], legs: readonly Connection[]): AssumedEnd | null {
  const { history, active } = withoutFoundVain(engine, rows, legs);
  const ending = endingLeg(history, active);
  if (ending === null) return null;
  const told = endOf(ending);
  const far = active[0] ?? null;
  const both = history.some((row) => row.origin !== ending.origin && (row.connectAt !== null || row.releasedHere === true));
  if (both || (far !== null && isFound(engine, far))) return endTold(history, active);
  const lost = far === null ? undefined : engine.lost.get(far.callId ?? "");
  // The far gateway restarted: the call was over then at the latest.
  if (lost !== undefined && lost.connection === far && told.end.at > lost.restartedAt) return lostEnd(lost.lastSeenAt, lost.restartedAt);
  const spokenMs = Math.max(0, ending.endAt - (ending.connectAt ?? ending.setupAt));
  const doubtMs = far === null ? spokenMs : Math.min(spokenMs, sinceSeenMs(engine, far, ending.endAt));
  return { ...told, end: { ...told.end, errorMs: Math.max(told.end.errorMs, ending.clockErrorMs + doubtMs) } };
}

/**
 * Without what is certainly of a channel tried in vain. Nothing is, while a leg is known from before the takeover only: its answer may be
 * missing. Of those that were found, one that nobody answered is, as soon as the caller was cut through.
 */
export function withoutFoundVain(engine: CallEngine, history: readonly EndedConnection[], legs: readonly Connection[]): KnownLegs {
  if (!legs.every((leg) => isFound(engine, leg))) return { history, active: legs };
  const isThrough = [...history, ...legs].some((leg) => leg.origin === "answer" && leg.connectAt !== null);
  const active = isThrough ? legs.filter((leg) => leg.origin !== "originate" || isConnected(leg)) : legs;
  return withoutVain({ history, active });
}

function deleteLeg(engine: CallEngine, callId: string, leg: Connection, given: number): void {
  const row = rowOf(engine, leg);
  if (!row || !engine.owned.has(row.gateway)) return;
  // Its endpoint has another call by now, whose party needs no word of this one.
  if (row.callId !== null) {
    if (row.callId !== callId && leg.connectionId !== null) deleteStray(engine, row, callId, leg.connectionId, false, null);
    return;
  }
  const signal: Signal = row.kind === "trunk" ? { kind: "release", cause: given } : { kind: "reorder-tone" };
  // Not found since the takeover, it may have ended long ago, and a party be there that has nothing to do with it.
  const gone = !isFound(engine, leg) || (row.kind === "line" ? row.offHook === false : isSeizedAgain(row, leg));
  deleteStray(engine, row, callId, leg.connectionId, true, requestFor(row, gone ? [] : [signal]));
}

/** The party of this leg is gone, and the network has another call for the channel: a release would be that one's. */
export function isSeizedAgain(row: EndpointRow, leg: Connection): boolean {
  return row.waiting.some(({ event, at }) => event.kind === "seizure" && (leg.setupAt === null || at > leg.setupAt + leg.clockErrorMs));
}

/** The connection at this endpoint whose call is known by it alone; null where there is none. */
export function halfKnownCallAt(engine: CallEngine, row: EndpointRow): Connection | null {
  if (engine.incomplete.size === 0) return null;
  const leg = engine.state.connections.atEndpoint(row);
  return leg !== null && leg.callId !== null && engine.incomplete.has(leg.callId) ? leg : null;
}

/**
 * Control of the gateway is lost while a hang-up still waits for its call to be adopted: the gateway was told that it is known, and tells
 * nobody else. What is known of the call is enough for a record of its end.
 */
export function recordWaitingHangUp(engine: CallEngine, row: EndpointRow): void {
  const event = row.waiting.find(endsCall);
  const leg = event === undefined ? null : engine.state.connections.atEndpoint(row);
  const callId = leg?.callId ?? null;
  if (event === undefined || leg === null || callId === null || engine.state.get(callId) || engine.state.hasEnded(callId)) return;
  if (leg.setupAt === null || event.at < leg.setupAt - leg.clockErrorMs) return;
  const assumed = { ...hangUpHeard(leg, event, 0), end: endedBefore(engine, leg, event) };
  const standing = engine.state.connections.ofCall(callId);
  if (speaksElsewhere(engine, leg, standing)) return;
  const known = withoutElsewhere(engine, { history: engine.history.get(callId) ?? [], active: standing });
  const epochs = engine.state.epochs.during(leg.setupAt, event.at);
  const writer = { self: engine.self, writtenAt: engine.now.wall, epochs };
  const record = recordFromHistory({ callId, ...known }, assumed, writer);
  if (record !== null) storeRecord(engine, record);
}

/**
 * The leg may have ended under the server before, and its party only hung up after that; so may the call have ended at the far leg, where that
 * is another server's or not known at all. It did not go on in any case: whoever takes it for standing later, because nobody told of the
 * hang-up again, is contradicted.
 */
function endedBefore(engine: CallEngine, leg: Connection, { at, errorMs }: EndpointEvent): RecordedInstant {
  const legs = engine.state.connections.ofCall(leg.callId!);
  const far = legs.find((other) => other !== leg && !speaksElsewhere(engine, other, legs)) ?? null;
  const unwatched = [leg, ...(far === null || engine.owned.has(far.gateway) ? [] : [far])];
  const doubtMs = far === null ? Number.POSITIVE_INFINITY : Math.max(...unwatched.map((one) => sinceSeenMs(engine, one, at)));
  const earliest = Math.max(at - doubtMs, leg.connectAt ?? leg.setupAt ?? 0);
  const halfMs = Math.max(0, at - earliest) / 2;
  return { at: at - halfMs, source: "signalling", errorMs: halfMs + errorMs };
}

function hangUpHeard(leg: Connection, { at, errorMs, event }: EndpointEvent, doubtMs: number): AssumedEnd {
  return {
    end: { at, source: "signalling", errorMs: Math.max(errorMs, doubtMs) },
    cause: event.kind === "release" ? event.cause : cause.normalClearing,
    releasedBy: leg.origin === "originate" ? "called" : "calling",
    outcome: "answered",
  };
}

/** A party hangs up whose call is known by this leg only, because the far gateway is out of reach: the call ends now, or this channel in vain. */
export function endHalfKnownCall(engine: CallEngine, row: EndpointRow, event: EndpointEvent): void {
  const leg = halfKnownCallAt(engine, row);
  if (leg === null || leg.callId === null) {
    count(engine, "events.late");
    noteLateHangUp(engine, row, event);
    return;
  }
  const { callId } = leg;
  const legs = engine.state.connections.ofCall(callId);
  if (speaksElsewhere(engine, leg, legs)) {
    deleteStray(engine, row, callId, leg.connectionId, false, requestFor(row, []));
    return;
  }
  // Nobody can say that the far party was still there since it was seen: its gateway may be another server's, which is told when it hangs up.
  const far = legs.find((other) => other !== leg && !speaksElsewhere(engine, other, legs)) ?? null;
  const spokenMs = Math.max(0, event.at - (leg.connectAt ?? leg.setupAt ?? 0));
  // Nor, where this leg is known from before the takeover only, that its party hung up in this call and not in one since.
  const seenMs = [far, isFound(engine, leg) ? null : leg].map((one) => (one === null ? 0 : sinceSeenMs(engine, one, event.at)));
  const doubtMs = far === null ? spokenMs : Math.min(spokenMs, Math.max(...seenMs));
  const assumed = hangUpHeard(leg, event, doubtMs);
  const told = isToldEnded(engine, engine.history.get(callId) ?? [], legs);
  closeHalfKnownCall(engine, callId, told ? null : assumed, "its party hung up while the far gateway was out of reach");
}
