/**
 * Which connections of a call are its two legs. A channel that was tried in vain may have come to be after all, later than its command
 * waited, so that more than one called leg is known. The caller's media goes to the channel that was tried last, and the call is cut through
 * as soon as its party answers: its called leg is the one to which the caller sends, or was connected together with.
 */
import type { NodeName } from "../identity.ts";
import type { CallEngine } from "./call-engine.ts";
import type { CallState } from "./call-state.ts";
import type { Connection } from "./connection.ts";
import { isConnected } from "./connection-table.ts";
import { isFound } from "./far-party.ts";
import { rowOf } from "./half-known-call.ts";
import type { LiveCall, LiveLeg } from "./live-call.ts";
import { speaksElsewhere } from "./speaks-elsewhere.ts";

export interface Pair {
  readonly calling: Connection;
  readonly called: Connection;
}

export function pairOf(engine: CallEngine, legs: readonly Connection[]): Pair | null {
  const calling = legs.find((leg) => leg.origin === "answer") ?? null;
  const called = calledOf(engine, legs, calling);
  if (called && calling) return { called, calling };
  const rest = legs.filter((leg) => leg !== called && leg !== calling);
  const other = rest.length === 1 && rest[0]!.origin === null ? rest[0]! : null;
  if (!other) return null;
  if (called) return { called, calling: other };
  return calling ? { called: other, calling } : null;
}

/** The caller may have been pointed to, or be through to, another channel than this one: at a gateway that is not read yet. */
export function ringsElsewhere({ calling, called }: Pair, legs: readonly Connection[]): boolean {
  const isThrough = isConnected(calling);
  if (isThrough ? isConnected(called) : calling.remoteAddress === null) return false;
  if (called.localAddress !== null && calling.remoteAddress !== null) return called.localAddress !== calling.remoteAddress;
  return legs.filter((leg) => leg.origin === "originate").length > 1;
}

function calledOf(engine: CallEngine, legs: readonly Connection[], calling: Connection | null): Connection | null {
  const known = legs.filter((leg) => leg.origin === "originate");
  if (known.length < 2) return known[0] ?? null;
  const standing = known.filter((leg) => mayStand(engine, leg));
  const may = standing.length > 0 ? standing : known;
  const pointedTo = may.filter((leg) => !isPointedAway(engine, leg, calling));
  const candidates = pointedTo.length > 0 ? pointedTo : may;
  return candidates.reduce((best, leg) => (isLikelier(engine, leg, best, calling) ? leg : best));
}

/** Nearer to the caller's connection; where that does not tell, the leg at which somebody answered, then the one that is known to stand. */
function isLikelier(engine: CallEngine, leg: Connection, best: Connection, calling: Connection | null): boolean {
  const [ours, theirs] = [apartMs(engine, leg, calling), apartMs(engine, best, calling)];
  if (ours !== theirs) return ours < theirs;
  if (isConnected(leg) !== isConnected(best)) return isConnected(leg);
  return isFound(engine, leg) && !isFound(engine, best);
}

/** The caller, who waits for an answer, sends to another channel than this one. */
function isPointedAway(engine: CallEngine, called: Connection, calling: Connection | null): boolean {
  if (calling === null || isConnected(calling) || !isFound(engine, calling)) return false;
  return calling.remoteAddress !== null && called.localAddress !== null && calling.remoteAddress !== called.localAddress;
}

/** How far from the caller's connection this one was answered; below 0 where the caller sends to it. A ringing one that is inherited may lack the last try. */
function apartMs(engine: CallEngine, called: Pick<Connection, "connectAt" | "localAddress">, calling: Connection | null): number {
  const sendsTo = calling !== null && (isConnected(calling) || isFound(engine, calling)) ? calling.remoteAddress : null;
  if (sendsTo !== null && sendsTo === called.localAddress) return -1;
  const throughAt = calling?.connectAt ?? null;
  return called.connectAt === null || throughAt === null ? Number.POSITIVE_INFINITY : Math.abs(called.connectAt - throughAt);
}

/** Found since the takeover, or inherited from before it and not looked for to the end yet. */
function mayStand(engine: CallEngine, leg: Connection): boolean {
  return engine.adoptions.get(leg.gateway)?.state !== "complete" || isFound(engine, leg);
}

/**
 * Every called leg that stands was tried in vain: a history tells of another one that the caller was connected with, and that leg has ended.
 * Both sides are found, because what was inherited may lack the answer.
 */
export function hasCalledEnded(engine: CallEngine, legs: readonly Connection[]): boolean {
  if (engine.history.size === 0) return false;
  const calling = legs.find((leg) => leg.origin === "answer") ?? null;
  const throughAt = calling?.connectAt ?? null;
  if (calling === null || calling.callId === null || throughAt === null || !isFound(engine, calling)) return false;
  let endedApartMs = Number.POSITIVE_INFINITY;
  for (const row of engine.history.get(calling.callId) ?? []) {
    // One that ended before the caller was connected was answered in vain as well.
    if (row.origin !== "originate" || row.endAt + row.clockErrorMs + calling.clockErrorMs < throughAt) continue;
    endedApartMs = Math.min(endedApartMs, apartMs(engine, row, calling));
  }
  const standing = legs.filter((leg) => leg !== calling);
  return standing.length > 0 && standing.every((leg) => mayBeInVain(engine, leg) && apartMs(engine, leg, calling) > endedApartMs);
}

/** Unless its party speaks with somebody, since nobody knows when. */
function mayBeInVain(engine: CallEngine, called: Connection): boolean {
  return called.origin === "originate" && isFound(engine, called) && (called.connectAt !== null || !isConnected(called));
}

/** The call was adopted by a leg of a channel tried in vain, and the one of its called party has been found since, or its end. */
export function isMispaired(engine: CallEngine, call: LiveCall, legs: readonly Connection[]): boolean {
  const { called } = call;
  if (call.origin !== "adopted" || called === null || call.stage === "releasing") return false;
  // Whoever was heard to answer is the called party.
  if (call.answer?.source !== "signalling" && hasCalledEnded(engine, legs)) return true;
  const seated = legs.find((leg) => isAt(called, leg)) ?? null;
  // The caller, who only waited as far as was known, is found to be through to another address.
  if (call.stage === "ringing" && seated !== null && speaksElsewhere(engine, seated, legs)) return true;
  if (legs.every((leg) => isAt(call.calling, leg) || isAt(called, leg))) return false;
  const pair = pairOf(engine, legs);
  if (pair === null || isAt(called, pair.called) || !isFound(engine, pair.called)) return false;
  if (rowOf(engine, pair.called)?.callId !== null) return false;
  // Who answered is cut through by now: the other channel, which only rings, comes too late.
  if (seated !== null && isFound(engine, seated) && isConnected(seated) && !isConnected(pair.called)) return false;
  return seated === null || !mayStand(engine, seated) || apartMs(engine, pair.called, pair.calling) < apartMs(engine, seated, pair.calling);
}

/**
 * The endpoints of this gateway whose connection is one of several called ones of a call that waits for its answer: the address alone, which
 * MGCP tells (AUCX), says to which of them the caller was pointed. Asked for before the call is adopted.
 */
export function unsureEndpoints(state: CallState, gateway: NodeName): string[] {
  const { connections } = state;
  const unsure: string[] = [];
  for (const { endpoint, callId, origin, localAddress } of connections.ofGateway(gateway).values()) {
    if (endpoint === null || callId === null || origin !== "originate" || localAddress !== null || state.get(callId)) continue;
    const legs = connections.ofCall(callId);
    const isThrough = legs.some((leg) => leg.origin === "answer" && isConnected(leg));
    if (!isThrough && legs.filter((leg) => leg.origin === "originate").length > 1) unsure.push(endpoint);
  }
  return unsure;
}

/** This channel may be the one that the caller sends to: its address is not read yet, and nothing else tells. */
export function mayBeCalled(engine: CallEngine, call: LiveCall, leg: Connection, legs: readonly Connection[]): boolean {
  if (leg.origin !== "originate" || leg.localAddress !== null) return false;
  const calling = legs.find((one) => isAt(call.calling, one)) ?? null;
  const seated = legs.find((one) => call.called !== null && isAt(call.called, one)) ?? null;
  return (
    calling !== null && calling.remoteAddress !== null && seated !== null && apartMs(engine, seated, calling) === Number.POSITIVE_INFINITY
  );
}

/** Nearly every connection is where its call has a leg: nothing is looked up for it. */
export function isAt({ row }: LiveLeg, leg: Connection): boolean {
  return row.endpoint === leg.endpoint && row.gateway === leg.gateway;
}
