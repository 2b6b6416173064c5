/**
 * A call that this server controls, as its state machine keeps it. Mutated in place, only by the files of this folder.
 *
 *   collecting ─▶ connecting-calling ─▶ connecting-called ─▶ ringing ─▶ talking ─▶ releasing ─▶ (gone)
 *        └──────────────┴───────────────────┴──────────────┴────────────────────────▲
 */

import type { Epoch, NodeName } from "../identity.ts";
import type { Instant, WallTime } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import type { Call, CallLeg, CallPhase } from "./call.ts";
import type { CallRecord, RecordedInstant, RecordOrigin, RecordOutcome } from "./call-record.ts";
import type { Carries, Connection, MediaCounters, QosService } from "./connection.ts";
import { type EndpointEvent, latestOf } from "./endpoint-event.ts";
import type { EndpointRow } from "./endpoint-table.ts";

export const stages = ["collecting", "connecting-calling", "connecting-called", "ringing", "talking", "releasing"] as const;
export type Stage = (typeof stages)[number];

/** none: not asked for; creating: asked, not answered; up; deleting: delete asked; gone. */
export type LegStage = "none" | "creating" | "up" | "deleting" | "gone";

export type Side = "calling" | "called";

export interface LiveLeg {
  readonly side: Side;
  readonly row: EndpointRow;
  readonly number: string | null;
  stage: LegStage;
  /** When its connection came up, on this server's clock (the gateway's stamp for an adopted one). */
  upAt: WallTime;
  /** When its connection was asked for: what its party did before belongs to another call. */
  askedAt: WallTime;
  /** Complete polls in a row that lack it. */
  missedPolls: number;
  connectionId: string | null;
  localAddress: string | null;
  /** Counters of the deleted connection. */
  media: MediaCounters | null;
  /** Whether this server has seen the leg itself: made it, or found it in an audit since it took over. */
  confirmed: boolean;
}

export interface RouteAttempt {
  readonly gateways: readonly NodeName[];
  /** Channels tried so far. */
  tried: number;
}

export interface LiveCall {
  readonly callId: string;
  stage: Stage;
  readonly calling: LiveLeg;
  called: LiveLeg | null;
  digits: string;
  route: RouteAttempt | null;
  start: RecordedInstant;
  answer: RecordedInstant | null;
  /** The called party answered before its connection was known to exist. */
  earlyAnswer: RecordedInstant | null;
  end: RecordedInstant | null;
  /** ± ms of the end as it was heard, without the doubt whether the other party had gone before. */
  heardErrorMs: number;
  /**
   * One party was heard to hang up, and the other one not at all since its gateway was gained: that it had hung up before may wait there to be
   * told, until its delete is done.
   */
  farUnheard: boolean;
  /** When this server ended the call by itself, until the first of its deletes is done: so long it may have gone on. */
  orderedAt: Instant | null;
  cause: number | null;
  releasedBy: CallRecord["releasedBy"];
  outcome: RecordOutcome;
  readonly origin: RecordOrigin;
  readonly carries: Carries;
  readonly codec: string | null;
  readonly qos: QosService | null;
  /** The record waits (until the release deadline) for the exact end from this gateway's history. */
  awaitingHistoryOf: NodeName | null;
  /** Only a read that began after this can tell. */
  awaitingSince: Instant;
  /** What became of the deletes of its legs: all of them out of reach, because control was lost, means that whoever has it now decides. */
  deletes: "none" | "out-of-reach" | "sent";
  /** Of a call that is going: when it is closed with what is known. */
  releaseBy: Instant;
  /** The end that its record tells; null = not written yet. */
  recordedEnd: RecordedInstant | null;
}

export function legsOf(call: LiveCall): LiveLeg[] {
  return call.called ? [call.calling, call.called] : [call.calling];
}

export function legAt(call: LiveCall, row: EndpointRow): LiveLeg | null {
  if (call.calling.row === row) return call.calling;
  return call.called?.row === row ? call.called : null;
}

/** Whether the party at this leg did this before it had to do with the call: a caller begins it, the called one is asked in, and answers. */
export function isBefore(
  { start, called, answer }: LiveCall,
  side: Side,
  happened: Pick<EndpointEvent, "at" | "errorMs" | "lateMs">,
): boolean {
  const answeredAt = answer === null ? 0 : answer.at - answer.errorMs;
  const since = side === "calling" ? start.at - start.errorMs : Math.max(called?.askedAt ?? 0, answeredAt);
  return latestOf(happened) < since;
}

/** Of the audited connections of a call, standing or ended, the one of this leg. */
export function connectionAt<T extends Pick<Connection, "gateway" | "endpoint">>(known: readonly T[], leg: LiveLeg): T | null {
  for (const one of known) {
    if (one.gateway === leg.row.gateway && (one.endpoint === leg.row.endpoint || one.endpoint === null)) return one;
  }
  return null;
}

export function phaseOf(stage: Stage): CallPhase {
  switch (stage) {
    case "collecting":
    case "connecting-calling":
    case "connecting-called":
      return "setting-up";
    case "ringing":
    case "talking":
    case "releasing":
      return stage;
    default:
      return unreachable(stage);
  }
}

/** True while a call holds its connections and both parties may speak: what the digest covers and a failover must not lose. */
export function isEstablished(stage: Stage): boolean {
  return stage === "talking";
}

/** The call as the rest of the product sees it. `audited` = the connection of a leg in the last audit, where there is one. */
export function callOf(call: LiveCall, epochs: readonly Epoch[], audited: (leg: LiveLeg) => Connection | null): Call {
  const view = (leg: LiveLeg): CallLeg => {
    const connection = audited(leg);
    return {
      gateway: leg.row.gateway,
      endpoint: leg.row.endpoint,
      connectionId: leg.connectionId,
      number: leg.number,
      localAddress: leg.localAddress ?? connection?.localAddress ?? null,
      media: leg.media ?? connection?.media ?? null,
    };
  };
  return {
    callId: call.callId,
    phase: phaseOf(call.stage),
    calling: view(call.calling),
    called: call.called ? view(call.called) : null,
    dialled: call.digits === "" ? null : call.digits,
    start: call.start,
    answer: call.answer,
    carries: call.carries,
    codec: call.codec,
    qos: call.qos,
    origin: call.origin,
    epochs,
    stale: legsOf(call).some((leg) => !leg.confirmed),
  };
}
