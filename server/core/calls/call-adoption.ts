/**
 * Taking over calls (B6): as each answer of an audit comes, the calls that it completes are adopted at once; nothing waits for the rest.
 * A call needs two legs, of which at least one was found by this server since it took over; the other may be inherited from the standby's
 * own audits, unless it only rang, and stays marked unconfirmed until its gateway's answer is there. What cannot be adopted is decided only
 * when every gateway has been read to its end: unreachable is unknown.
 */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import { type CallEngine, count, type GatewayAdoption, journal, requestFor, requestNotification, stillAuditing } from "./call-engine.ts";
import { loseLeg } from "./call-release.ts";
import { answerCall, cutThrough } from "./call-setup.ts";
import { forgetLetGo } from "./calls-let-go.ts";
import { isAnsweredEarlier } from "./channel-in-vain.ts";
import { type Connection, seenWall } from "./connection.ts";
import { isConnected } from "./connection-table.ts";
import { cutThroughAgain } from "./cut-through-again.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { isFound } from "./far-party.ts";
import { closeHalfKnownCall, halfKnownCallAt, isToldEnded, rowOf, withoutFoundVain } from "./half-known-call.ts";
import { hasCalledEnded, isMispaired, pairOf, ringsElsewhere } from "./leg-pair.ts";
import { connectionAt, type LiveCall, type LiveLeg, legAt, legsOf, phaseOf, type Side, type Stage } from "./live-call.ts";
import { cause } from "./q850.ts";
import { answerOf, betweenInstants, lostEnd, startOf } from "./record-builder.ts";
import { isEverythingRead, speaksElsewhere } from "./speaks-elsewhere.ts";
import { deleteStrayLegs } from "./stray-leg.ts";
import { applyHistory } from "./told-by-history.ts";
import { endHalfDialled, suspectUnseen } from "./unseen-event.ts";

export function beginAdoption(engine: CallEngine, gateway: NodeName, silentSince: WallTime | null): void {
  engine.adoptions.set(gateway, { gateway, startedAt: engine.now.mono, silentSince, state: "auditing", historyRead: false });
  engine.auditing.add(gateway);
}

/** Looks at a call again because something new is known about one of its legs. */
export function considerCall(engine: CallEngine, callId: string): void {
  const { state } = engine;
  const call = state.get(callId);
  if (call) {
    confirmCall(engine, call);
    return;
  }
  if (state.hasEnded(callId) || engine.adoptions.size === 0) return;
  const legs = state.connections.ofCall(callId);
  const rows = engine.history.get(callId) ?? [];
  const ended = isToldEnded(engine, rows, legs);
  const found = legs.filter((leg) => isFound(engine, leg));
  const known = ended ? withoutFoundVain(engine, rows, legs) : null;
  if (known && known.active.length < 2) {
    const { history, active } = known;
    // Both ends are certain: two history rows, not both of channels that were tried, or one and a far leg that was found running.
    const histories = history.filter((row) => row.connectAt !== null || row.releasedHere === true);
    const bothEnded = histories.length >= 2 && !histories.every((row) => row.origin === "originate");
    // A called leg may be of a channel tried in vain, even if somebody answered there: another gateway may have the call's own.
    const caller = histories.find((row) => row.origin !== "originate");
    const far = active.length === 1 && found.includes(active[0]!) ? active[0]! : null;
    const farEnded = far !== null && ((caller !== undefined && !isAnsweredEarlier(far, caller)) || !stillAuditing(engine));
    if (bothEnded || farEnded) {
      closeHalfKnownCall(engine, callId, null, "it ended while nobody was in control");
      return;
    }
  }
  if (ended && hasCalledEnded(engine, legs)) {
    closeHalfKnownCall(engine, callId, null, "its called party was gone");
    return;
  }
  if (found.length === 0) return;
  if (legs.length >= 2 && adopt(engine, callId, legs, false)) return;
  engine.incomplete.add(callId);
}

/** `last`: nothing more will be learnt. False where the call cannot be adopted (yet). */
function adopt(engine: CallEngine, callId: string, legs: readonly Connection[], last: boolean): boolean {
  const { state } = engine;
  const pair = pairOf(engine, legs);
  if (!pair || speaksElsewhere(engine, pair.called, legs)) return false;
  const callingRow = rowOf(engine, pair.calling);
  const calledRow = rowOf(engine, pair.called);
  if (!callingRow || !calledRow || callingRow === calledRow) return false;
  const connected = isConnected(pair.called) || isConnected(pair.calling);
  const commandable = [pair.calling, pair.called].every((leg) => leg.connectionId !== null && engine.owned.has(leg.gateway));
  const answer = connected ? answerOf(pair.calling, pair.called) : null;
  const halfConnected = connected && !(isConnected(pair.called) && isConnected(pair.calling));
  if (!connected && !commandable) return false; // a ringing call needs commands to both legs
  // So does one that was answered a moment before, and perhaps in vain.
  if (halfConnected && !last && (!commandable || ringsElsewhere(pair, legs))) return false;
  // What rang before the takeover may have been given up since, and its channel have a new call.
  if (!last && !isConnected(pair.called) && !isFound(engine, pair.called)) return false;
  if (!makeRoom(engine, callingRow, pair.calling, callId) || !makeRoom(engine, calledRow, pair.called, callId)) return false;
  const start = startOf(pair.calling, pair.called) ?? answer ?? betweenInstants(engine.now.wall, engine.now.wall);
  const call: LiveCall = {
    callId,
    stage: "collecting",
    calling: adoptedLeg(engine, "calling", callingRow, pair.calling, pair.called.peerNumber),
    called: adoptedLeg(engine, "called", calledRow, pair.called, pair.calling.peerNumber),
    digits: pair.calling.peerNumber ?? "",
    route: null,
    start,
    answer: connected ? (answer ?? start) : null,
    earlyAnswer: null,
    end: null,
    heardErrorMs: 0,
    farUnheard: false,
    orderedAt: null,
    cause: null,
    releasedBy: null,
    outcome: "answered",
    origin: "adopted",
    carries: pair.called.carries ?? pair.calling.carries ?? "speech",
    codec: pair.called.codec ?? pair.calling.codec,
    qos: pair.called.qos ?? pair.calling.qos,
    awaitingHistoryOf: null,
    awaitingSince: 0,
    deletes: "none",
    releaseBy: 0,
    recordedEnd: null,
  };
  state.add(call);
  const stage: Stage = connected ? "talking" : "ringing";
  const ringingMs = engine.now.wall - start.at;
  const deadline = connected ? null : engine.now.mono + Math.max(engine.policy.adoptedRingMs, engine.policy.noAnswerMs - ringingMs);
  state.setStage(call, stage, deadline);
  engine.incomplete.delete(callId);
  engine.tally.adopted += 1;
  tellAdopted(engine, call);
  if (stage === "ringing") ringAgain(engine, call);
  else if (halfConnected && commandable) cutThrough(engine, call);
  else cutThroughAgain(engine, call);
  suspectUnseen(engine, call);
  if (legs.length > 2) deleteStrayLegs(engine, call);
  // What its parties did meanwhile happens now. Who lifted before the caller gave up has answered.
  if (waitsSince(calledRow) <= waitsSince(callingRow)) engine.freed.push(calledRow, callingRow);
  else engine.freed.push(callingRow, calledRow);
  return true;
}

function waitsSince(row: EndpointRow): WallTime {
  return row.waiting[0]?.at ?? Number.POSITIVE_INFINITY;
}

/** Both legs are known, and an endpoint of them is still taken by a call that is going, or by what is deleted behind one. */
function waitsForRoom(engine: CallEngine, callId: string, legs: readonly Connection[]): boolean {
  const pair = pairOf(engine, legs);
  if (!pair) return false;
  return [pair.calling, pair.called].some((leg) => {
    const holder = rowOf(engine, leg)?.callId ?? callId;
    const call = engine.state.get(holder);
    return holder !== callId && (call === null || call.stage === "releasing");
  });
}

/** An endpoint became free: a call whose leg stands there can be adopted now, and decided if it was the last one left open. */
export function considerCallAt(engine: CallEngine, row: EndpointRow): void {
  const callId = row.callId === null ? halfKnownCallAt(engine, row)?.callId : null;
  if (!callId || engine.state.connections.ofCall(callId).length < 2) return;
  considerCall(engine, callId);
  if (!stillAuditing(engine)) decideTheRest(engine);
}

/** True where the endpoint is free for this call. */
function makeRoom(engine: CallEngine, row: EndpointRow, leg: Connection, callId: string): boolean {
  if (row.callId === null || row.callId === callId) return row.callId === null;
  const holder = engine.state.get(row.callId);
  if (holder) givesWay(engine, holder, row, leg);
  return false; // its endpoint is free when the far leg is gone: then this call is adopted
}

/** An endpoint belongs to one call: a leg that was found there proves that an inherited one is over. */
function givesWay(engine: CallEngine, holder: LiveCall, row: EndpointRow, found: Connection): boolean {
  const held = legAt(holder, row);
  if (held === null || held.confirmed || held.stage === "gone" || !isFound(engine, found)) return false;
  endVanishedLeg(engine, holder, held, betweenInstants(holder.answer?.at ?? holder.start.at, engine.now.wall));
  return true;
}

/** True where another call's connection was found at this endpoint, so that what its party does is of that one: the inherited call ends. */
export function givesWayAt(engine: CallEngine, holder: LiveCall, row: EndpointRow): boolean {
  // A call that began since every gateway was gained is known from its own signalling.
  if (engine.gainedAt === null || holder.start.at > engine.gainedAt || legAt(holder, row)?.confirmed !== false) return false;
  const standing = engine.state.connections.atEndpoint(row);
  if (standing === null || standing.callId === null || standing.callId === holder.callId) return false;
  return givesWay(engine, holder, row, standing);
}

function adoptedLeg(engine: CallEngine, side: Side, row: EndpointRow, leg: Connection, numberElsewhere: string | null): LiveLeg {
  return {
    side,
    row,
    number: leg.localNumber ?? row.number ?? numberElsewhere,
    stage: "up",
    // No later than it was seen: its set-up may have been read before the clock was set back.
    upAt: leg.setupAt === null ? 0 : Math.min(leg.setupAt, seenWall(leg, engine.now)),
    askedAt: leg.setupAt === null ? 0 : leg.setupAt - leg.clockErrorMs,
    missedPolls: 0,
    connectionId: leg.connectionId,
    localAddress: leg.localAddress,
    media: null,
    confirmed: isFound(engine, leg),
  };
}

/** Pointing an endpoint to its new controller silences its signals. */
function ringAgain(engine: CallEngine, call: LiveCall): void {
  const called = call.called!;
  if (called.row.kind === "line")
    requestNotification(engine, called.row, call.callId, requestFor(called.row, [{ kind: "ringing", callingNumber: call.calling.number }]));
  if (call.calling.row.kind === "line")
    requestNotification(engine, call.calling.row, call.callId, requestFor(call.calling.row, [{ kind: "ringback" }]));
}

function tellAdopted(engine: CallEngine, call: LiveCall): void {
  const confirmed = legsOf(call).every((leg) => leg.confirmed);
  if (confirmed) engine.tally.confirmed += 1;
  const gateways = [...new Set(legsOf(call).map((leg) => leg.row.gateway))];
  engine.effects.push({ kind: "call-adopted", callId: call.callId, phase: phaseOf(call.stage), gateways, confirmed });
}

/** True where the call has been adopted anew, with the leg that is its called party's. */
export function pairAnew(engine: CallEngine, call: LiveCall): boolean {
  const { state, tally } = engine;
  if (!isMispaired(engine, call, state.connections.ofCall(call.callId))) return false;
  if (legsOf(call).every((leg) => leg.confirmed)) tally.confirmed -= 1;
  tally.adopted -= 1;
  engine.freed.push(...legsOf(call).map((leg) => leg.row));
  state.letGo(call);
  if (engine.adoptions.size > 0) considerCall(engine, call.callId);
  else adopt(engine, call.callId, state.connections.ofCall(call.callId), true);
  const anew = state.get(call.callId);
  if (anew !== null) deleteStrayLegs(engine, anew);
  return true;
}

function confirmCall(engine: CallEngine, call: LiveCall): void {
  if (pairAnew(engine, call)) return;
  deleteStrayLegs(engine, call);
  let news = false;
  const known = engine.state.connections.ofCall(call.callId);
  for (const leg of legsOf(call)) {
    const connection = ownConnection(known, leg);
    if (!connection) continue;
    leg.connectionId ??= connection.connectionId;
    leg.localAddress ??= connection.localAddress;
    if (leg.confirmed || !isFound(engine, connection)) continue;
    leg.confirmed = true;
    news = true;
    if (leg.row.waiting.length > 0) engine.freed.push(leg.row); // its party may have answered
  }
  answeredElsewhere(engine, call, known);
  betterAnswer(call, known);
  if (news && call.origin === "adopted" && call.stage !== "releasing" && legsOf(call).every((leg) => leg.confirmed))
    tellAdopted(engine, call);
  if (call.stage === "talking") cutThroughAgain(engine, call);
  applyHistory(engine, call);
}

/** The connection of this leg; not that of an earlier try at the same channel, which a poll that began before its end still shows. */
function ownConnection(known: readonly Connection[], leg: LiveLeg): Connection | null {
  const connection = connectionAt(known, leg);
  if (connection === null) return null;
  const otherId = leg.connectionId !== null && connection.connectionId !== null && connection.connectionId !== leg.connectionId;
  const older = connection.setupAt !== null && connection.setupAt + connection.clockErrorMs < leg.askedAt;
  return otherId || older ? null : connection;
}

/** The party lifted while its gateway was another server's, which was told of it: the gateway's stamp is all that comes here. */
function answeredElsewhere(engine: CallEngine, call: LiveCall, known: readonly Connection[]): void {
  const connection = call.stage === "ringing" && call.called ? ownConnection(known, call.called) : null;
  const stamped = connection !== null && isFound(engine, connection) ? answerOf(null, connection) : null;
  if (stamped === null) return;
  answerCall(engine, call, stamped);
  engine.freed.push(call.called!.row); // it may have hung up already
}

/** An answer that this server saw is only less exact than this, ms, where its clock was set since. */
const doubtfulMs = 100;

/** The called leg's own stamp, where the call was adopted by what was known of the calling one. */
function betterAnswer(call: LiveCall, known: readonly Connection[]): void {
  if (call.origin !== "adopted" && (call.answer?.errorMs ?? 0) <= doubtfulMs) return;
  const connection = call.called ? ownConnection(known, call.called) : null;
  const stamped = connection === null ? null : answerOf(connectionAt(known, call.calling), connection);
  if (stamped !== null && call.answer !== null && stamped.errorMs < call.answer.errorMs) call.answer = stamped;
}

/** Two complete polls lack a leg that this server relied on: the call ended between them; the history, if it can be read, says when exactly. */
export function endVanishedLeg(
  engine: CallEngine,
  call: LiveCall,
  leg: LiveLeg,
  at: LiveCall["end"],
  outcome: LiveCall["outcome"] = "answered",
): void {
  count(engine, "legs.vanished");
  journal(
    engine,
    "leg-vanished",
    "warn",
    `${leg.row.endpoint} does not report its connection of call ${call.callId} any more: the call is ended.`,
    {
      callId: call.callId,
      endpoint: leg.row.endpoint,
      confirmed: leg.confirmed,
      missedPolls: leg.missedPolls,
      known: engine.state.connections
        .ofCall(call.callId)
        .map(({ gateway, endpoint, setupTicks, index, seenAt }) => ({ gateway, endpoint, setupTicks, index, seenAt })),
    },
  );
  if (call.stage === "talking" && at) {
    call.awaitingHistoryOf = leg.row.gateway;
    call.awaitingSince = engine.now.mono;
    engine.effects.push({ kind: "read-history", gateway: leg.row.gateway, since: at.at - at.errorMs - engine.policy.historyMarginMs });
  }
  loseLeg(engine, call, leg.side, { cause: cause.normalUnspecified, by: null, at, outcome });
}

/** Every part of one gateway's audit is over. */
export function finishAudit(engine: CallEngine, adoption: GatewayAdoption, complete: boolean): void {
  adoption.state = complete ? "complete" : "failed";
  engine.auditing.delete(adoption.gateway);
  const { gateway } = adoption;
  if (complete) forgetLetGo(engine, gateway);
  else
    journal(engine, "adoption-audit-failed", "alarm", `${gateway} could not be read to its end: its calls stay unknown until it can.`, {
      gateway,
    });
  const waits = (row: EndpointRow) => {
    const callId = engine.state.connections.atEndpoint(row)?.callId ?? null;
    return callId !== null && engine.incomplete.has(callId);
  };
  for (const row of engine.state.endpoints.ofGateway(gateway)) {
    if (row.waiting.length > 0 && !waits(row)) engine.freed.push(row);
    else if (complete) endHalfDialled(engine, row);
    row.auditedOffHook = row.auditedOffHook === true ? null : row.auditedOffHook;
  }
  settleAudits(engine, (row) => row.gateway !== gateway || waits(row));
}

/** Where no gateway is being read any more: nothing more comes from here, and who hung up at a leg whose other one is another server's ends the call. */
export function settleAudits(engine: CallEngine, mayHappen: (row: EndpointRow) => boolean): void {
  if (stillAuditing(engine)) return;
  decideTheRest(engine);
  for (const row of engine.state.endpoints.all()) if (row.waiting.length > 0 && mayHappen(row)) engine.freed.push(row);
}

/** A later poll got through where the takeover's audit did not: with the history read as well, the gateway is known after all. */
export function resumeAdoption(engine: CallEngine, gateway: NodeName): void {
  const adoption = engine.adoptions.get(gateway);
  if (adoption?.state !== "failed") return;
  if (adoption.historyRead) finishAudit(engine, adoption, true);
  else {
    const since = (adoption.silentSince ?? engine.now.wall) - engine.policy.historyMarginMs;
    engine.effects.push({ kind: "read-history", gateway, since });
  }
}

/** Nothing more is coming from the gateways in reach: each call that is still incomplete is adopted as it is, kept waiting, or closed. */
function decideTheRest(engine: CallEngine): void {
  const everythingRead = isEverythingRead(engine);
  for (const callId of new Set([...engine.incomplete, ...engine.history.keys(), ...engine.lost.keys()])) {
    if (engine.state.get(callId)) continue;
    if (engine.state.hasEnded(callId)) {
      engine.history.delete(callId);
      continue;
    }
    const legs = engine.state.connections.ofCall(callId);
    const lost = engine.lost.get(callId);
    if (legs.length >= 2 && (adopt(engine, callId, legs, true) || waitsForRoom(engine, callId, legs))) continue;
    const history = engine.history.get(callId) ?? [];
    if (isToldEnded(engine, history, legs) && withoutFoundVain(engine, history, legs).active.length < 2)
      closeHalfKnownCall(engine, callId, null, "it ended while nobody was in control");
    else if (lost) closeHalfKnownCall(engine, callId, lostEnd(lost.lastSeenAt, lost.restartedAt), "a gateway restarted in the gap");
    else if (legs.length === 0) engine.history.delete(callId);
    else if (everythingRead)
      closeHalfKnownCall(engine, callId, gapEnd(engine, legs), legs.length < 2 ? "its other leg is gone" : "it was only half set up");
  }
  if (!everythingRead || engine.incomplete.size > 0) return;
  for (const [gateway, adoption] of engine.adoptions) if (adoption.state === "complete") engine.adoptions.delete(gateway);
}

/**
 * One leg stands, the other is in no table and no history that was read: it ended before the histories were asked for, if it ever was.
 * Where a gateway may have forgotten its history, or was read for another reason, it may have ended until now.
 */
function gapEnd(engine: CallEngine, legs: readonly Connection[]) {
  const { now, adoptions, judges, policy } = engine;
  const from = legs[0]?.connectAt ?? legs[0]?.setupAt ?? (engine.silentSince ?? 0) - policy.historyMarginMs;
  let until = 0;
  for (const gateway of engine.state.endpoints.gateways()) {
    const silentSince = adoptions.get(gateway)?.silentSince ?? now.wall;
    const asked = silentSince - policy.historyMarginMs;
    const bootedAt = judges.get(gateway)?.bootedAt ?? null;
    until = Math.max(until, bootedAt === null || bootedAt > asked - bootRoundingMs ? now.wall : asked);
  }
  const end = betweenInstants(Math.min(from, until), until);
  return { end, cause: cause.normalUnspecified, releasedBy: null, outcome: "answered" } as const;
}

/** A boot is known to the second. */
const bootRoundingMs = 1_000;
