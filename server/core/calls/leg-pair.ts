/**
 * Which connections of a call are its two legs. A channel that was tried in vain may have come to be after all, later than its command
 * waited, so that more than one called leg is known. The call is cut through as soon as the called party answers: its called leg is the
 * one that was connected together with the calling one.
 */
import type { CallEngine } from "./call-engine.ts";
import type { Connection } from "./connection.ts";
import { isFound } from "./far-party.ts";
import { rowOf } from "./half-known-call.ts";
import type { LiveCall, LiveLeg } from "./live-call.ts";

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

function calledOf(engine: CallEngine, legs: readonly Connection[], calling: Connection | null): Connection | null {
  const known = legs.filter((leg) => leg.origin === "originate");
  if (known.length < 2) return known[0] ?? null;
  const standing = known.filter((leg) => mayStand(engine, leg));
  const candidates = standing.length > 0 ? standing : known;
  return candidates.reduce((best, leg) => (apartMs(leg, calling) < apartMs(best, calling) ? leg : best));
}

function apartMs(called: Connection, calling: Connection | null): number {
  const throughAt = calling?.connectAt ?? null;
  return called.connectAt === null || throughAt === null ? Number.POSITIVE_INFINITY : Math.abs(called.connectAt - throughAt);
}

/** Found since the takeover, or inherited from before it and not looked for to the end yet. */
function mayStand(engine: CallEngine, leg: Connection): boolean {
  return engine.adoptions.get(leg.gateway)?.state !== "complete" || isFound(engine, leg);
}

/** The call was adopted by what was inherited of a channel tried in vain, and the leg of its called party has been found since. */
export function isMispaired(engine: CallEngine, call: LiveCall, legs: readonly Connection[]): boolean {
  const { called } = call;
  if (call.origin !== "adopted" || called === null || call.stage === "releasing") return false;
  if (legs.every((leg) => isAt(call.calling, leg) || isAt(called, leg))) return false;
  const pair = pairOf(engine, legs);
  if (pair === null || isAt(called, pair.called) || !isFound(engine, pair.called)) return false;
  if (rowOf(engine, pair.called)?.callId !== null) return false;
  const seated = legs.find((leg) => isAt(called, leg)) ?? null;
  return seated === null || !mayStand(engine, seated) || apartMs(pair.called, pair.calling) < apartMs(seated, pair.calling);
}

/** Nearly every connection is where its call has a leg: nothing is looked up for it. */
export function isAt({ row }: LiveLeg, leg: Connection): boolean {
  return row.endpoint === leg.endpoint && row.gateway === leg.gateway;
}
