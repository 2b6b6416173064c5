/**
 * Answered calls that this server let go with the last of their gateways, while it stayed in control of others. Should a gateway of theirs
 * come back restarted before anybody has read it, they ended there, and nobody else can say when they had been answered: not the gateway,
 * which has lost its history with its calls.
 */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import { type CallEngine, type CallLetGo, count, forgetCall } from "./call-engine.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import { type LiveCall, legsOf } from "./live-call.ts";
import { storeRecord } from "./recent-records.ts";
import { lostEnd, recordOf } from "./record-builder.ts";

/** The oldest are forgotten beyond so many: they have no record by this server then. */
const mostLetGo = 10_000;

/** Called before its state is given up. */
export function noteLetGo({ letGo, now }: CallEngine, call: LiveCall): void {
  if (call.stage !== "talking" || call.answer === null) return;
  letGo.delete(call.callId); // re-inserted at the end, so that the oldest stay first
  letGo.set(call.callId, { call, at: now.wall });
  for (const oldest of letGo.keys()) {
    if (letGo.size <= mostLetGo) return;
    letGo.delete(oldest);
  }
}

/** The gateway is known anew, or its table lacks the call, which was another server's to end: nothing is recorded from here any more. */
export function forgetLetGo({ letGo }: CallEngine, gateway: NodeName, isOver: (one: CallLetGo) => boolean = () => true): void {
  for (const [callId, one] of letGo) if (standsAt(one.call, gateway) && isOver(one)) letGo.delete(callId);
}

/** A complete reading of the gateway's table that began then. */
export function forgetUnseen(engine: CallEngine, gateway: NodeName, startedWall: WallTime): void {
  const seen = ({ call }: CallLetGo): boolean => engine.state.connections.ofCall(call.callId).some((leg) => leg.gateway === gateway);
  forgetLetGo(engine, gateway, (one) => startedWall > one.at && !seen(one));
}

interface RestartOf {
  readonly gateway: NodeName;
  readonly lastSeenAt: WallTime;
  readonly restartedAt: WallTime;
}

/** Records them. @returns how many connections they lost there */
export function endLetGo(engine: CallEngine, restart: RestartOf, stands: (callId: string, row: EndpointRow) => boolean): number {
  const { letGo, state } = engine;
  let lost = 0;
  for (const [callId, one] of letGo) {
    const legs = legsOf(one.call).filter(({ row }) => row.gateway === restart.gateway);
    if (legs.length === 0 || legs.some((leg) => stands(callId, leg.row)) || one.call.start.at > restart.restartedAt) continue;
    letGo.delete(callId);
    if (state.get(callId) || state.hasEnded(callId)) continue;
    lost += legs.length;
    recordLetGo(engine, one, restart);
  }
  return lost;
}

function recordLetGo(engine: CallEngine, { call, at }: CallLetGo, { gateway, lastSeenAt, restartedAt }: RestartOf): void {
  const { state, policy } = engine;
  const { callId } = call;
  const whole = legsOf(call).every(({ row }) => row.gateway === gateway);
  // Silent from when it was this server's until it restarted: its parties cannot have told anybody else that they hung up.
  const from = whole && lastSeenAt <= at ? lastSeenAt : Math.min(lastSeenAt, at) - policy.historyMarginMs;
  const { end, ...how } = lostEnd(Math.max(from, call.answer?.at ?? 0), restartedAt);
  const record = recordOf({ ...call, ...how, end }, (leg) => state.connectionOf(call, leg), {
    self: engine.self,
    writtenAt: engine.now.wall,
    epochs: state.epochs.during(call.start.at, at),
  });
  if (record === null) return;
  storeRecord(engine, record);
  count(engine, "calls.recorded");
  // The leg that may still stand elsewhere is found, and deleted with a word to its party, when its gateway is read.
  if (!whole) return;
  forgetCall(engine, callId);
}

function standsAt(call: LiveCall, gateway: NodeName): boolean {
  return legsOf(call).some(({ row }) => row.gateway === gateway);
}
