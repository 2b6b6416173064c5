/**
 * A caller who was cut through sends to the called party. Where no leg that is known has that address, the party is at a gateway that is out of
 * reach, or not read yet: whichever called leg stands is of a channel tried in vain. The caller is left alone until that gateway is audited,
 * or he would be taken from the party he speaks with.
 */
import { type CallEngine, stillAuditing } from "./call-engine.ts";
import { isAnsweredEarlier, isAnsweredLater, type KnownLegs } from "./channel-in-vain.ts";
import type { Connection, EndedConnection } from "./connection.ts";
import { isConnected } from "./connection-table.ts";

/** This server controls every gateway, and each was read to its end since it took over. */
export function isEverythingRead(engine: CallEngine): boolean {
  if (stillAuditing(engine)) return false;
  for (const { state } of engine.adoptions.values()) if (state !== "complete") return false;
  return engine.state.endpoints.gateways().every((gateway) => engine.owned.has(gateway));
}

/** @param called one of these legs of a call; true where it is certainly not the party with whom the caller speaks */
export function speaksElsewhere(engine: CallEngine, called: Connection, legs: readonly Connection[]): boolean {
  return called.origin !== "answer" && called.localAddress !== null && callerElsewhere(engine, legs) !== null;
}

/** The call without its channels in vain, where the caller speaks elsewhere. A history tells no addresses: a row counts if it was connected with him. */
export function withoutElsewhere(engine: CallEngine, known: KnownLegs): KnownLegs {
  const calling = known.history.length + known.active.length > 1 ? callerElsewhere(engine, known.active) : null;
  if (calling === null) return known;
  const isOther = (row: EndedConnection): boolean =>
    row.connectAt === null || isAnsweredEarlier(row, calling) || isAnsweredLater(row, calling);
  return {
    history: known.history.filter((row) => row.origin !== "originate" || !isOther(row)),
    active: known.active.filter((leg) => leg === calling || leg.localAddress === null),
  };
}

/** The calling leg, where it is through to an address of no known leg; null where that is not so, or nothing more can come. */
function callerElsewhere(engine: CallEngine, legs: readonly Connection[]): Connection | null {
  const calling = legs.find((leg) => leg.origin === "answer") ?? null;
  const sendsTo = calling !== null && isConnected(calling) ? calling.remoteAddress : null;
  if (sendsTo === null || legs.some((leg) => leg.localAddress === sendsTo)) return null;
  return isEverythingRead(engine) ? null : calling;
}
