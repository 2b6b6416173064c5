/**
 * What audits mean for the calls: rows confirm and complete what is known, complete polls end what is gone, a restarted gateway has lost
 * everything of its boot before, and what the gateway and this server disagree about is counted and, where it lasts, cleaned up.
 */
import type { NodeName } from "../identity.ts";
import type { Instant, WallTime } from "../time.ts";
import { unreachable } from "../unreachable.ts";
import { considerCall, endVanishedLeg, pairAnew, resumeAdoption } from "./call-adoption.ts";
import {
  type AuditedEndpointConnection,
  type CallEngine,
  count,
  deleteStray,
  journal,
  type Reconciliation,
  requestFor,
  stillAuditing,
} from "./call-engine.ts";
import type { AuditedEndpoint } from "./call-event.ts";
import { loseLeg } from "./call-release.ts";
import { endLetGo, forgetUnseen } from "./calls-let-go.ts";
import { type ActivePoll, defaultPollPolicy, type EndedLeg, PollJudge } from "./complete-poll.ts";
import { type Connection, legKeyText, seenWall } from "./connection.ts";
import { noteMode } from "./cut-through-again.ts";
import type { Disagreement, Ghost } from "./disagreement.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { giveUpHistory } from "./far-party.ts";
import { closeHalfKnownCall, isSeizedAgain, rowOf } from "./half-known-call.ts";
import { hasEndedThere } from "./kept-history.ts";
import { type LiveCall, type LiveLeg, legAt, legsOf } from "./live-call.ts";
import { cause } from "./q850.ts";
import { doubtRecent } from "./recent-records.ts";
import { type AssumedEnd, betweenInstants, lostEnd } from "./record-builder.ts";
import { speaksElsewhere } from "./speaks-elsewhere.ts";
import { closeWhatStandsAlone } from "./stands-alone.ts";
import { farewell } from "./stray-leg.ts";
import { noteAudited } from "./unseen-event.ts";

export function judgeOf(engine: CallEngine, gateway: NodeName): PollJudge {
  let judge = engine.judges.get(gateway);
  if (!judge) {
    judge = new PollJudge({ ...defaultPollPolicy, missedPolls: engine.policy.missedPolls });
    engine.judges.set(gateway, judge);
  }
  return judge;
}

/** `startedAt`: when the audit began, so that a call which ended since is not taken for a new one. */
export function seeRows(engine: CallEngine, startedAt: number, rows: readonly Connection[]): void {
  const { state } = engine;
  const touched = new Set<string>();
  for (const row of rows) {
    if (row.callId !== null && state.endedSince(row.callId, startedAt)) continue;
    if (isSettled(engine, row) || hasEndedThere(engine, row)) continue;
    const merged = state.connections.upsert(joinAudited(engine, placed(engine, row)));
    if (merged.callId !== null) touched.add(merged.callId);
  }
  for (const callId of touched) considerCall(engine, callId);
}

/** Told already while the walk went on, and its call has been found whole: there is nothing to learn from it again. */
function isSettled({ state, history }: CallEngine, row: Connection): boolean {
  if (row.callId === null || history.size > 0 || state.connections.get(row) !== row) return false;
  const call = state.get(row.callId);
  return call?.calling.confirmed === true && call.called?.confirmed === true;
}

/** A line is found by its number where the gear does not name the endpoint. */
function placed(engine: CallEngine, row: Connection): Connection {
  if (row.endpoint !== null || row.localNumber === null) return row;
  const spec = engine.state.numbering.byNumber.get(row.localNumber);
  return spec?.gateway === row.gateway ? { ...row, endpoint: spec.endpoint } : row;
}

function unmatchedKey(callId: string, gateway: NodeName): string {
  return `${callId}@${gateway}`;
}

/** What MGCP said of this leg before SNMP knew it. */
function joinAudited(engine: CallEngine, row: Connection): Connection {
  if (row.callId === null || engine.unmatched.size === 0) return row;
  const key = unmatchedKey(row.callId, row.gateway);
  const waiting = engine.unmatched.get(key);
  const match = waiting?.find((audited) => belongsTo(row, audited)) ?? null;
  if (!waiting || !match) return row;
  const rest = waiting.filter((audited) => audited !== match);
  if (rest.length > 0) engine.unmatched.set(key, rest);
  else engine.unmatched.delete(key);
  return joined(row, match);
}

function belongsTo(row: Connection, audited: AuditedEndpointConnection): boolean {
  if (row.endpoint !== null) return row.endpoint === audited.endpoint;
  return row.remoteAddress === null || audited.remoteAddress === null || row.remoteAddress === audited.remoteAddress;
}

function joined(row: Connection, audited: AuditedEndpointConnection): Connection {
  return {
    ...row,
    endpoint: audited.endpoint,
    connectionId: audited.connectionId,
    localAddress: audited.localAddress ?? row.localAddress,
    remoteAddress: audited.remoteAddress ?? row.remoteAddress,
  };
}

export function seeEndpoints(engine: CallEngine, gateway: NodeName, audited: readonly AuditedEndpoint[], askedAt: Instant): void {
  const { state } = engine;
  const asked = engine.now.wall - (engine.now.mono - askedAt);
  const touched = new Set<string>();
  for (const one of audited) {
    const row = state.endpoints.find(gateway, one.endpoint);
    if (!row) {
      count(engine, "audits.unknownEndpoint");
      continue;
    }
    noteAudited(engine, row, one.offHook, asked);
    for (const connection of one.connections) {
      if (connection.callId === null || state.hasEnded(connection.callId)) continue;
      noteMode(engine, connection.callId, connection.mode);
      const found = { ...connection, endpoint: one.endpoint };
      const legs = state.connections.ofCall(connection.callId).filter((leg) => leg.gateway === gateway);
      const leg = legs.find((candidate) => candidate.endpoint === one.endpoint) ?? legs.find((candidate) => belongsTo(candidate, found));
      if (leg) {
        state.connections.upsert({ ...joined(leg, found), seenAt: engine.now.mono });
        touched.add(connection.callId);
      } else {
        const key = unmatchedKey(connection.callId, gateway);
        engine.unmatched.set(key, [
          ...(engine.unmatched.get(key) ?? []).filter((other) => other.connectionId !== found.connectionId),
          found,
        ]);
      }
    }
  }
  for (const callId of touched) considerCall(engine, callId);
}

export function seePoll(engine: CallEngine, poll: ActivePoll): void {
  const { gateway } = poll;
  const judgement = judgeOf(engine, gateway).judge(poll, engine.state.connections.ofGateway(gateway));
  count(engine, `polls.${judgement.kind}`);
  switch (judgement.kind) {
    case "failed":
      return;
    case "partial":
      seeRows(engine, poll.startedAt, judgement.rows);
      return;
    case "restarted":
      loseConnections(engine, { ...judgement, gateway });
      seeRows(engine, poll.startedAt, judgement.rows);
      return;
    case "complete":
      for (const ended of judgement.ended) endLeg(engine, ended);
      seeRows(engine, poll.startedAt, judgement.rows);
      forgetUnseen(engine, gateway, poll.startedWall);
      resumeAdoption(engine, gateway);
      reconcile(engine, poll, judgement.rows);
      closeWhatStandsAlone(engine);
      return;
    default:
      unreachable(judgement);
      return;
  }
}

function endLeg(engine: CallEngine, ended: EndedLeg): void {
  const { connection } = ended;
  const { state } = engine;
  state.connections.remove(connection);
  if (connection.callId === null) return;
  const call = state.get(connection.callId);
  const row = rowOf(engine, connection);
  const leg = call && row ? legAt(call, row) : null;
  if (call && leg && state.connectionOf(call, leg)) return; // known by another row as well
  if (call && pairAnew(engine, call)) return;
  const end = betweenInstants(surelyUpAt(engine, ended), ended.goneAt);
  if (call && leg && leg.stage === "up" && call.stage !== "releasing") endVanishedLeg(engine, call, leg, end);
  else if (!call) {
    considerCall(engine, connection.callId);
    if (speaksElsewhere(engine, connection, [connection, ...state.connections.ofCall(connection.callId)])) return;
    closeIfAlone(engine, connection.callId, { end, cause: cause.normalUnspecified, releasedBy: null, outcome: "answered" });
  }
}

/** Of another server's gateway nobody tells this one who hung up, and a connection stands until that server deletes it. */
function surelyUpAt({ owned, policy }: CallEngine, { connection, lastSeenAt }: EndedLeg): WallTime {
  if (owned.has(connection.gateway)) return lastSeenAt;
  const answered = connection.connectAt ?? connection.setupAt ?? lastSeenAt;
  return Math.min(lastSeenAt, Math.max(answered, lastSeenAt - policy.historyMarginMs));
}

/** The far leg, at a gateway that another server owns, is proved gone: nobody else will end the leg that is left here. */
function closeIfAlone(engine: CallEngine, callId: string, assumed: AssumedEnd): void {
  const legs = engine.state.connections.ofCall(callId);
  if (!engine.incomplete.has(callId) || engine.state.get(callId) || legs.length !== 1 || !engine.owned.has(legs[0]!.gateway)) return;
  closeHalfKnownCall(engine, callId, assumed, "its other leg is gone");
}

interface Restart {
  readonly gateway: NodeName;
  readonly lastSeenAt: WallTime;
  readonly restartedAt: WallTime;
  /** What the audit read that tells of it. */
  readonly rows?: readonly Connection[];
  /** Only these lost their connections; absent = all of them did. */
  readonly endpoints?: readonly string[];
}

/**
 * Every connection that the gateway had before it restarted is lost; when, is known within the two instants. What was read since stands, even
 * where it seems older, because the clock was set forward.
 */
export function loseConnections(engine: CallEngine, { gateway, lastSeenAt, restartedAt, rows = [], endpoints }: Restart): void {
  const { state } = engine;
  const named = endpoints && new Set(endpoints);
  // A connection of which nobody said at which endpoint it is may be at another one.
  const concerns = (endpoint: string | null): boolean => named === undefined || (endpoint !== null && named.has(endpoint));
  if (named === undefined) {
    judgeOf(engine, gateway).noteRestart(restartedAt);
    doubtRecent(engine, gateway, restartedAt);
  }
  let lost = 0;
  const seen = new Map<string, Connection>();
  const read = rows.flatMap((row) => (row.callId === null ? [] : `${row.callId} ${placed(engine, row).endpoint ?? ""}`));
  const standing = new Set(read);
  // Some gear does not name the endpoint: then the call alone tells.
  const stands = (callId: string | null, { endpoint }: EndpointRow): boolean =>
    !concerns(endpoint) || standing.has(`${callId} ${endpoint}`) || standing.has(`${callId} `);
  lost += endLetGo(engine, { gateway, lastSeenAt, restartedAt }, stands);
  for (const connection of [...state.connections.ofGateway(gateway).values()]) {
    const { callId } = connection;
    if (!concerns(connection.endpoint) || mayBeYounger(engine, connection, restartedAt)) continue;
    state.connections.remove(connection);
    if (callId === null) continue;
    seen.set(callId, connection);
    if (state.get(callId)) continue;
    if (engine.adoptions.size === 0) continue;
    engine.lost.set(callId, { connection, lastSeenAt, restartedAt });
    if (!stillAuditing(engine)) closeIfAlone(engine, callId, lostEnd(lastSeenAt, restartedAt));
  }
  for (const pending of engine.pending.values())
    if (pending.purpose === "create" && pending.row.gateway === gateway && concerns(pending.row.endpoint)) pending.overtaken = true;
  for (const row of state.endpoints.ofGateway(gateway)) {
    if (!concerns(row.endpoint)) continue;
    const call = row.callId === null ? null : state.get(row.callId);
    row.waiting = row.waiting.filter((event) => event.at > restartedAt);
    // Who had lifted must do so again before a digit counts; of a gateway that is another server's that one was told since.
    if (row.hookAt <= restartedAt && !stands(row.callId, row)) row.offHook = engine.owned.has(gateway) ? false : null;
    if (!call) continue;
    // Both legs may stand on this gateway: each is gone before the call ends, so that nothing is deleted that does not exist.
    // A called leg that was not asked for yet has lost nothing.
    const here = legsOf(call).filter((leg) => leg.row.gateway === gateway && (leg.stage !== "none" || leg.side === "calling"));
    const legs = here.filter((leg) => begunAt(call, leg) < restartedAt && !stands(call.callId, leg.row));
    if (legs.length === 0) continue;
    if (call.awaitingHistoryOf === gateway) {
      // What was to tell the end is lost with the connection.
      giveUpHistory(engine, call);
      if (call.end?.source === "poll") Object.assign(call, { outcome: "lost", cause: cause.networkOutOfOrder, releasedBy: "network" });
    }
    for (const leg of legs) state.setLegStage(leg, "gone");
    lost += legs.length;
    const end = betweenInstants(Math.max(lastSeenAt, call.answer?.at ?? 0), restartedAt);
    loseLeg(engine, call, legs[0]!.side, { cause: cause.networkOutOfOrder, by: "network", at: end, outcome: "lost" });
    // Let go, because its other leg is out of reach: somebody may have answered there, of whom that gateway tells when it is back.
    if (!state.get(call.callId) && !state.hasEnded(call.callId))
      engine.lost.set(call.callId, { connection: seen.get(call.callId) ?? null, lastSeenAt, restartedAt });
  }
  if (lost > 0) {
    const what = endpoints === undefined ? gateway : `${endpoints.length} endpoints of ${gateway}`;
    journal(engine, "legs-lost", "alarm", `${what} restarted: ${lost} connections of calls are lost.`, {
      gateway,
      lost,
      lastSeenAt,
      restartedAt,
    });
  }
}

/** A caller whose leg is not there yet was there from the start of the call: at the earliest, because the clock may have been set since. */
function begunAt({ start }: LiveCall, { side, upAt, askedAt }: LiveLeg): WallTime {
  return upAt || (side === "called" && askedAt) || start.at - start.errorMs;
}

/** The news may be older than what was read meanwhile. Where the clock was set back, set-ups of before look as if they were to come: that it was seen since tells. */
function mayBeYounger({ now }: CallEngine, row: Connection, restartedAt: WallTime): boolean {
  return row.setupAt !== null && row.setupAt + row.clockErrorMs > restartedAt && seenWall(row, now) > restartedAt;
}

/** Where the gateway's table and this server's calls disagree after a complete poll. */
function reconcile(engine: CallEngine, poll: ActivePoll, rows: readonly Connection[]): void {
  const { state, policy } = engine;
  const { gateway } = poll;
  const before = engine.reconciled.get(gateway);
  const ghosts = new Map<string, Ghost>();
  const settled = engine.adoptions.get(gateway)?.state !== "auditing";
  if (engine.owned.has(gateway)) {
    for (const row of rows) {
      const young = row.setupAt !== null && row.setupAt > poll.startedWall - policy.strayAgeMs;
      if (row.callId === null || state.get(row.callId) || engine.incomplete.has(row.callId)) continue;
      if (state.endedSince(row.callId, poll.startedAt)) continue;
      // This server ended its call: a command for it that came through late is no riddle.
      const over = state.hasEnded(row.callId);
      if (!over && (young || !settled)) continue;
      const key = legKeyText(row);
      const known = before?.ghosts.get(key);
      const leg = state.connections.get(row) ?? row;
      const polls = (known?.polls ?? 0) + 1;
      ghosts.set(key, { endpoint: leg.endpoint, callId: row.callId, since: known?.since ?? engine.now.mono, polls });
      if (over || polls >= policy.missedPolls) deleteGhost(engine, leg);
    }
  }
  engine.reconciled.set(gateway, { ghosts, orphans: findOrphans(engine, poll, before?.orphans) });
}

function deleteGhost(engine: CallEngine, leg: Connection): void {
  const row = rowOf(engine, leg);
  if (!row || leg.callId === null) return;
  count(engine, "ghosts.deleted");
  journal(engine, "ghost-deleted", "warn", `${leg.endpoint} held a connection that belongs to no call: it was deleted.`, {
    gateway: leg.gateway,
    endpoint: leg.endpoint,
    callId: leg.callId,
  });
  const free = row.callId === null;
  // A channel that was tried in vain stays seized otherwise: the party there would answer later, in the next call for it.
  const request = free ? requestFor(row, isSeizedAgain(row, leg) ? [] : farewell(row)) : null;
  deleteStray(engine, row, leg.callId, leg.connectionId, free, request);
}

/** Legs here that the gateway has never reported: the judge of polls cannot miss what it has not seen. */
function findOrphans(engine: CallEngine, poll: ActivePoll, before: Reconciliation["orphans"] | undefined): Reconciliation["orphans"] {
  const { state, policy } = engine;
  const orphans = new Map<string, Disagreement>();
  for (const row of state.endpoints.ofGateway(poll.gateway)) {
    const call = row.callId === null ? null : state.get(row.callId);
    const leg = call ? legAt(call, row) : null;
    if (!call || !leg || leg.stage !== "up" || leg.upAt > poll.startedWall - policy.strayAgeMs) continue;
    if (state.connectionOf(call, leg)) {
      leg.missedPolls = 0;
      continue;
    }
    const key = `${row.endpoint} ${call.callId}`;
    orphans.set(key, { endpoint: row.endpoint, callId: call.callId, since: before?.get(key)?.since ?? engine.now.mono });
    leg.missedPolls += 1;
    if (leg.missedPolls < policy.missedPolls || call.stage === "releasing") continue;
    endVanishedLeg(engine, call, leg, betweenInstants(call.answer?.at ?? leg.upAt, poll.endedWall));
  }
  return orphans;
}
