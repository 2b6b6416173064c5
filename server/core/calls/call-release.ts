/**
 * From the wish to end a call to its record: both connections are deleted, each party hears what it should,
 * and when the last answer is there (or does not come) the call becomes its record and is gone.
 */

import type { Instant } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import {
  type CallEngine,
  count,
  deleteConnection,
  endedInGap,
  journal,
  requestFor,
  requestNotification,
  tellRecovered,
} from "./call-engine.ts";
import type { CallRecord, RecordedInstant } from "./call-record.ts";
import type { Signal } from "./endpoint-event.ts";
import { doubtUnheard, giveUpHistory } from "./far-party.ts";
import { type LiveCall, type LiveLeg, legsOf, type Side } from "./live-call.ts";
import { cause as causes } from "./q850.ts";
import { storeRecord } from "./recent-records.ts";
import { recordOf } from "./record-builder.ts";

export interface Release {
  readonly cause: number;
  readonly by: CallRecord["releasedBy"];
  /** Null: it ends now, by this server's own doing. */
  readonly at: RecordedInstant | null;
  readonly outcome?: CallRecord["outcome"];
}

export function releaseCall(engine: CallEngine, call: LiveCall, release: Release): void {
  if (call.stage === "releasing") {
    count(engine, "events.late");
    return;
  }
  call.cause = release.cause;
  call.releasedBy = release.by;
  call.outcome = release.outcome ?? "answered";
  call.end = release.at ?? { at: engine.now.wall, source: "signalling", errorMs: engine.policy.ownReleaseErrorMs };
  call.orderedAt = release.at === null ? engine.now.mono : null;
  call.releaseBy = engine.now.mono + engine.policy.releaseMs;
  awaitDeletes(engine, call);
  for (const leg of legsOf(call)) releaseLeg(engine, call, leg);
  finishIfGone(engine, call);
}

function releaseLeg(engine: CallEngine, call: LiveCall, leg: LiveLeg): void {
  const signals = farewell(call, leg);
  const controlled = engine.owned.has(leg.row.gateway);
  switch (leg.stage) {
    case "up":
    case "creating":
      // A create under way is answered first, because commands keep their order at an endpoint; without its id the delete takes whatever is there.
      if (controlled) deleteConnection(engine, call, leg, requestFor(leg.row, signals));
      else {
        engine.state.setLegStage(leg, "gone");
        noteDelete(call, "out-of-reach");
      }
      return;
    case "none":
      engine.state.setLegStage(leg, "gone");
      // Only the calling party knows yet of the call.
      if (controlled && leg.side === "calling") requestNotification(engine, leg.row, call.callId, requestFor(leg.row, signals));
      return;
    case "deleting":
    case "gone":
      return;
    default:
      unreachable(leg.stage);
      return;
  }
}

/** One leg deleted is the end of its call, wherever the other one is. */
export function noteDelete(call: LiveCall, what: "out-of-reach" | "sent"): void {
  if (call.deletes !== "sent") call.deletes = what;
}

/** What this server ended by itself was over by now, and not before it said so. */
export function noteOver(engine: CallEngine, call: LiveCall): void {
  if (call.end !== null) call.end = overBy(call, call.end, engine.now.mono);
  call.orderedAt = null;
}

function overBy({ orderedAt }: LiveCall, end: RecordedInstant, latest: Instant): RecordedInstant {
  return orderedAt === null ? end : { ...end, errorMs: Math.max(end.errorMs, latest - orderedAt) };
}

/** What the party at this leg gets to hear. Whoever released hears nothing. */
function farewell(call: LiveCall, leg: LiveLeg): Signal[] {
  if (call.releasedBy === leg.side) return [];
  if (leg.row.kind === "trunk") return [{ kind: "release", cause: call.cause ?? causes.normalUnspecified }];
  if (leg.row.offHook === false) return [];
  // A called line that never answered is still on its hook: its ringing just stops.
  if (leg.side === "called" && !call.answer) return [];
  return [call.cause === causes.userBusy ? { kind: "busy-tone" } : { kind: "reorder-tone" }];
}

/** A leg is gone without this server's doing: its gateway restarted, or complete polls lack it. */
export function loseLeg(engine: CallEngine, call: LiveCall, side: Side, release: Release): void {
  const leg = side === "calling" ? call.calling : call.called!;
  engine.state.setLegStage(leg, "gone");
  if (call.stage === "releasing") finishIfGone(engine, call);
  else releaseCall(engine, call, release);
}

export function finishIfGone(engine: CallEngine, call: LiveCall): void {
  if (call.stage !== "releasing" || call.awaitingHistoryOf !== null) return;
  if (legsOf(call).every((leg) => leg.stage === "gone")) finishCall(engine, call);
}

function awaitDeletes(engine: CallEngine, call: LiveCall): void {
  engine.state.setStage(call, "releasing", Math.min(call.releaseBy, engine.now.mono + engine.policy.recordMs));
}

/** It is going for some time already: its record is written, and the deletes go on until they are answered or overdue. */
export function lookAtReleasing(engine: CallEngine, call: LiveCall): void {
  if (engine.now.mono >= call.releaseBy) {
    giveUpHistory(engine, call);
    finishOverdue(engine, call);
    return;
  }
  if (call.awaitingHistoryOf === null) recordCall(engine, call, call.releaseBy);
  awaitDeletes(engine, call);
}

/** The deletes were not all answered in time: what this server knows is enough for the record. */
function finishOverdue(engine: CallEngine, call: LiveCall): void {
  const unanswered = legsOf(call).filter((leg) => leg.stage !== "gone");
  if (unanswered.length > 0) {
    count(engine, "calls.releaseUnanswered");
    journal(engine, "release-unanswered", "warn", `Call ${call.callId} ended, but ${unanswered[0]!.row.endpoint} did not confirm it.`, {
      callId: call.callId,
      endpoints: unanswered.map((leg) => leg.row.endpoint),
    });
  }
  finishCall(engine, call);
}

export function finishCall(engine: CallEngine, call: LiveCall): void {
  const { state } = engine;
  const recorded = recordCall(engine, call);
  const rows = legsOf(call).map((leg) => leg.row);
  engine.notThrough.delete(call.callId);
  // What stands of it may be a call that another server carried on meanwhile: nothing of it is known to be over.
  if (call.deletes === "out-of-reach" && !recorded) state.letGo(call);
  else state.remove(call, engine.now.mono);
  engine.history.delete(call.callId);
  count(engine, recorded ? "calls.recorded" : "calls.unanswered");
  engine.freed.push(...rows);
}

/**
 * Writes its record, unless it is written and nothing new is known of the end; false for a call that was never answered. `latest`: when it
 * was over at last, should none of its deletes have been done yet.
 */
function recordCall(engine: CallEngine, call: LiveCall, latest: Instant = engine.now.mono): boolean {
  const { state } = engine;
  const told = call.end === null ? call : { ...call, end: doubtUnheard(call, overBy(call, call.end, latest)) };
  const written = recordOf(told, (leg) => state.connectionOf(call, leg), {
    self: engine.self,
    writtenAt: engine.now.wall,
    epochs: state.epochs.during(call.start.at, call.end?.at ?? engine.now.wall),
  });
  if (written === null) return false;
  if (call.end === call.recordedEnd) return true;
  // Adopted before the news came that it had ended in the gap already.
  const recovered = call.origin === "adopted" && endedInGap(engine, written.end);
  if (recovered && call.recordedEnd === null) {
    tellRecovered(engine, call.callId, (call.releasedBy === "called" ? call.called : call.calling)?.row.gateway ?? null);
  }
  storeRecord(engine, recovered ? { ...written, origin: "history" } : written);
  // Once the doubt is gone it is written again.
  call.recordedEnd = call.farUnheard ? told.end : call.end;
  return true;
}
