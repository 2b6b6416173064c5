/**
 * The call engine's face: events in, effects out, in the order in which they must be performed. Pure: time and identity enter as arguments.
 * The same engine runs on the primary (it commands) and on the standby (it only watches, until gateways are gained).
 * Invariants: an endpoint belongs to at most one call; an answered call that ended yields one `store-record`, and another only
 * where more is learnt of its end later;
 * an audit that was not complete ends nothing.
 */
import type { NodeName } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import { beginAdoption, considerCall, considerCallAt, finishAudit, settleAudits } from "./call-adoption.ts";
import { judgeOf, loseConnections, seeEndpoints, seePoll, seeRows } from "./call-audit.ts";
import { type CallEngine, type CallTally, count, type Reconciliation } from "./call-engine.ts";
import type { CallEffect, CallEvent } from "./call-event.ts";
import type { CallPolicy } from "./call-policy.ts";
import { finishCall, finishIfGone, lookAtReleasing, releaseCall } from "./call-release.ts";
import { abandonCreate, tryNextChannel } from "./call-setup.ts";
import { CallState } from "./call-state.ts";
import { forgetLetGo, noteLetGo } from "./calls-let-go.ts";
import { lookAtClocks } from "./clock-step.ts";
import { finishCommand } from "./command-results.ts";
import type { AuditFreshness } from "./complete-poll.ts";
import { digitMapOf } from "./digit-analysis.ts";
import { endsCall } from "./endpoint-event.ts";
import { observeEndpoint, replayWaiting } from "./endpoint-events.ts";
import { noEvents } from "./endpoint-table.ts";
import { giveUpHistory, historyCame } from "./far-party.ts";
import { recordWaitingHangUp } from "./half-known-call.ts";
import { keepHistory } from "./kept-history.ts";
import { type LiveCall, legsOf } from "./live-call.ts";
import type { Numbering } from "./numbering.ts";
import { cause } from "./q850.ts";
import { endUnseen } from "./unseen-event.ts";

export interface CallControlOptions {
  readonly self: NodeName;
  readonly numbering: Numbering;
  readonly policy: CallPolicy;
  /** A fresh GUID, 32 hex digits. */
  readonly newCallId: () => string;
}

/** How far taking over calls has come. */
export interface AdoptionProgress extends Readonly<CallTally> {
  /** Gateways whose audit is not over. */
  readonly auditing: readonly NodeName[];
  /** Gateways that could not be read to their end. */
  readonly failed: readonly NodeName[];
  /** Calls of which one leg was found and that could not be decided yet. */
  readonly incomplete: number;
}

export class CallControl {
  readonly state: CallState;
  readonly #engine: CallEngine;

  constructor(options: CallControlOptions) {
    this.state = new CallState(options.numbering);
    this.#engine = {
      self: options.self,
      policy: options.policy,
      digitMap: digitMapOf(options.numbering),
      newCallId: options.newCallId,
      state: this.state,
      judges: new Map(),
      pending: new Map(),
      owned: new Map(),
      adoptions: new Map(),
      auditing: new Set(),
      history: new Map(),
      incomplete: new Set(),
      freed: [],
      unmatched: new Map(),
      notThrough: new Set(),
      lost: new Map(),
      letGo: new Map(),
      recent: new Map(),
      reconciled: new Map(),
      admission: { open: false, reason: "this server is not in control" },
      silentSince: null,
      heardAt: null,
      gainedAt: null,
      tally: { adopted: 0, confirmed: 0, givenUp: 0, recovered: 0 },
      counters: new Map(),
      nextCommandId: 1,
      now: { mono: 0, wall: 0 },
      clocksAt: null,
      effects: [],
    };
  }

  step(event: CallEvent, now: Now): readonly CallEffect[] {
    const engine = this.#engine;
    engine.now = now;
    engine.effects = [];
    lookAtClocks(engine, now);
    take(engine, event);
    settleFreed(engine);
    return engine.effects;
  }

  /** When a `deadline-passed` is due. */
  deadline(): Instant | null {
    return this.state.deadlines.next();
  }

  /** The gateways that it may command, and since when. */
  get owned(): ReadonlyMap<NodeName, Instant> {
    return this.#engine.owned;
  }

  get admissionOpen(): boolean {
    return this.#engine.admission.open;
  }

  adoption(): AdoptionProgress {
    const { tally, adoptions, auditing, incomplete } = this.#engine;
    const failed = [...adoptions.values()].filter((one) => one.state === "failed").map((one) => one.gateway);
    return { ...tally, auditing: [...auditing], failed, incomplete: incomplete.size };
  }

  freshness(gateway: NodeName): Readonly<AuditFreshness> {
    return judgeOf(this.#engine, gateway).freshness;
  }

  /** Ghosts and orphans at the last complete audit. */
  reconciliation(gateway: NodeName): Reconciliation {
    return this.#engine.reconciled.get(gateway) ?? { ghosts: new Map(), orphans: new Map() };
  }

  /** Commands that were given and whose result has not come. */
  get pendingCommands(): number {
    return this.#engine.pending.size;
  }

  get counters(): ReadonlyMap<string, number> {
    return this.#engine.counters;
  }
}

function take(engine: CallEngine, event: CallEvent): void {
  switch (event.kind) {
    case "endpoint-event":
      observeEndpoint(engine, event);
      return;
    case "command-finished":
      finishCommand(engine, event.result);
      return;
    case "epoch-began":
      engine.state.epochs.began(event.epoch, event.at);
      return;
    case "admission-changed":
      engine.admission = { open: event.open, reason: event.reason };
      return;
    case "gateway-gained":
      gain(engine, event);
      return;
    case "gateway-lost":
      letGo(engine, event.gateway);
      return;
    case "gateway-restarted":
      loseConnections(engine, event);
      return;
    case "service-changed":
      changeService(engine, event.gateway, event.endpoint, event.inService);
      return;
    case "rows-seen":
      seeRows(engine, event.startedAt, judgeOf(engine, event.gateway).rowsOfThisBoot(event.rows));
      return;
    case "poll-finished":
      seePoll(engine, event.poll);
      return;
    case "endpoints-audited":
      seeEndpoints(engine, event.gateway, event.endpoints, event.startedAt);
      return;
    case "history-read":
      seeHistory(engine, event);
      return;
    case "gateway-audited": {
      const adoption = engine.adoptions.get(event.gateway);
      if (adoption) finishAudit(engine, adoption, event.complete);
      return;
    }
    case "release-ordered": {
      const call = engine.state.get(event.callId);
      if (call) releaseCall(engine, call, { cause: event.cause, by: "operator", at: null });
      return;
    }
    case "deadline-passed":
      passDeadlines(engine);
      return;
    default:
      unreachable(event);
      return;
  }
}

function gain(engine: CallEngine, event: Extract<CallEvent, { kind: "gateway-gained" }>): void {
  if (engine.owned.size === 0) engine.tally.adopted = engine.tally.confirmed = engine.tally.givenUp = engine.tally.recovered = 0;
  engine.owned.set(event.gateway, engine.now.mono);
  for (const row of engine.state.endpoints.ofGateway(event.gateway)) {
    row.heard = false;
    row.auditedOffHook = null;
    if (!event.adopt) row.waiting = noEvents;
  }
  if (!event.adopt) {
    forgetLetGo(engine, event.gateway);
    return;
  }
  engine.silentSince = event.silentSince;
  engine.heardAt = event.silentSince === null ? null : Math.max(event.silentSince, event.heardAt ?? event.silentSince);
  engine.gainedAt = engine.now.wall;
  beginAdoption(engine, event.gateway, event.silentSince);
}

/** The gateway has another controller now, or none: calls that this server has no leg of any more are not its own to end or to bill. */
function letGo(engine: CallEngine, gateway: NodeName): void {
  engine.owned.delete(gateway);
  engine.adoptions.delete(gateway);
  const wasRead = engine.auditing.delete(gateway);
  engine.reconciled.delete(gateway);
  for (const row of engine.state.endpoints.ofGateway(gateway)) {
    if (row.waiting.length > 0) recordWaitingHangUp(engine, row);
    // The gateway was told that its hang-ups are known: should it come back with the call still up, they end it. See clock-step.ts for the others.
    row.waiting = row.waiting.filter((waiting) => endsCall(waiting) && !waiting.sleptOver);
    // What its party does from now on is told to somebody else.
    row.auditedOffHook = null;
    const call = row.callId === null ? null : engine.state.get(row.callId);
    if (!call) continue;
    if (legsOf(call).some((leg) => engine.owned.has(leg.row.gateway))) {
      doubtLegs(engine, call, gateway);
      continue;
    }
    // A call that ended under this server has its record here, whoever cleans up behind it.
    if (call.stage === "releasing" && call.answer) {
      giveUpHistory(engine, call);
      finishCall(engine, call);
    } else {
      noteLetGo(engine, call);
      engine.state.letGo(call);
    }
  }
  if (engine.owned.size > 0) {
    // It may have been the last one that others waited for: its own hang-ups are kept for when it comes back.
    if (wasRead) settleAudits(engine, (row) => engine.owned.has(row.gateway));
    return;
  }
  engine.incomplete.clear();
  engine.history.clear();
  engine.lost.clear();
  engine.letGo.clear();
  engine.unmatched.clear();
  engine.notThrough.clear();
}

/** Another server may end the legs there and put new calls in their places: should the gateway come back, they are to be found anew. */
function doubtLegs(engine: CallEngine, call: LiveCall, gateway: NodeName): void {
  const legs = legsOf(call);
  if (call.origin === "adopted" && legs.every((leg) => leg.confirmed)) engine.tally.confirmed -= 1;
  for (const leg of legs) if (leg.row.gateway === gateway) leg.confirmed = false;
}

function changeService(engine: CallEngine, gateway: NodeName, endpoint: string, inService: boolean): void {
  const row = engine.state.endpoints.find(gateway, endpoint);
  if (row) row.inService = inService;
  else count(engine, "events.unknownEndpoint");
}

function seeHistory(engine: CallEngine, event: Extract<CallEvent, { kind: "history-read" }>): void {
  const adoption = engine.adoptions.get(event.gateway);
  if (adoption && event.complete) adoption.historyRead = true;
  for (const callId of new Set(keepHistory(engine, event.gateway, event.rows))) considerCall(engine, callId);
  for (const row of engine.state.endpoints.ofGateway(event.gateway)) {
    const call = row.callId === null ? null : engine.state.get(row.callId);
    if (call?.awaitingHistoryOf !== event.gateway || (event.startedAt ?? engine.now.mono) < call.awaitingSince) continue;
    historyCame(engine, call, event.complete);
    finishIfGone(engine, call);
  }
}

function passDeadlines(engine: CallEngine): void {
  const { state, policy, now } = engine;
  state.dropEndedBefore(now.mono - policy.endedMemoryMs);
  for (let callId = state.deadlines.takeDue(now.mono); callId !== null; callId = state.deadlines.takeDue(now.mono)) {
    const call = state.get(callId);
    if (call) passDeadline(engine, call);
  }
}

function passDeadline(engine: CallEngine, call: LiveCall): void {
  const { stage } = call;
  switch (stage) {
    case "collecting":
      releaseCall(engine, call, {
        cause: call.digits === "" ? cause.timerExpired : cause.invalidNumberFormat,
        by: "network",
        at: null,
      });
      return;
    case "connecting-calling":
      releaseCall(engine, call, { cause: cause.networkOutOfOrder, by: "network", at: null });
      return;
    case "connecting-called":
      abandonCreate(engine, call, cause.networkOutOfOrder);
      tryNextChannel(engine, call, cause.networkOutOfOrder);
      return;
    case "ringing":
      releaseCall(engine, call, { cause: cause.noAnswer, by: "network", at: null });
      return;
    case "talking":
      endUnseen(engine, call);
      return;
    case "releasing":
      lookAtReleasing(engine, call);
      return;
    default:
      unreachable(stage);
      return;
  }
}

/** Endpoints that became free in this step: what waited there happens now. Bounded: each event waits at most once more. */
function settleFreed(engine: CallEngine): void {
  for (let row = engine.freed.shift(); row !== undefined; row = engine.freed.shift()) {
    considerCallAt(engine, row);
    replayWaiting(engine, row);
  }
}
