/**
 * Calls of observed gear of which legs have ended: those that wait for their other legs, those that wait for a history, and those that are
 * over and kept for a while, in case this server has to record them. Also those that are recorded. Bounded in time and number.
 */
import type { Instant } from "../time.ts";
import { type EndedObservedLeg, legText } from "./ended-leg.ts";

export interface EndedCall {
  readonly callId: string;
  legs: readonly EndedObservedLeg[];
  /** When the last of its legs was proved gone; null while others are up. */
  overAt: Instant | null;
}

export class EndedCalls {
  readonly #calls = new Map<string, EndedCall>();
  /** Those of them that are over, in the order in which they ended. */
  readonly #over = new Map<string, EndedCall>();
  /** The call of each ended leg, by gateway and leg. */
  readonly #byLeg = new Map<string, string>();

  get size(): number {
    return this.#calls.size;
  }

  get(callId: string): EndedCall | null {
    return this.#calls.get(callId) ?? null;
  }

  all(): IterableIterator<EndedCall> {
    return this.#calls.values();
  }

  over(): IterableIterator<EndedCall> {
    return this.#over.values();
  }

  /** The call whose ended leg the key names. */
  ofLeg(gateway: string, text: string): EndedCall | null {
    const callId = this.#byLeg.get(`${gateway}/${text}`);
    return callId === undefined ? null : this.get(callId);
  }

  /** Of a call with too many legs those in the middle are forgotten: the first and the last ones say when it began and ended. */
  addLeg(callId: string, leg: EndedObservedLeg, mostLegs: number): EndedCall {
    const call = this.#calls.get(callId) ?? { callId, legs: [], overAt: null };
    this.#calls.set(callId, call);
    const full = call.legs.length >= mostLegs;
    if (full) this.#unlink(call, call.legs[1]!);
    call.legs = [...(full ? [call.legs[0]!, ...call.legs.slice(2)] : call.legs), leg];
    this.#byLeg.set(keyOf(leg), callId);
    return call;
  }

  /** Moves it here from where it was, as one that was over at that moment. */
  enter(call: EndedCall, at: Instant): void {
    this.#calls.set(call.callId, call);
    for (const leg of call.legs) this.#byLeg.set(keyOf(leg), call.callId);
    this.close(call, at);
  }

  replaceLeg(call: EndedCall, before: EndedObservedLeg, after: EndedObservedLeg): void {
    call.legs = call.legs.map((one) => (one === before ? after : one));
  }

  /** The leg was never gone. */
  takeBack(call: EndedCall, leg: EndedObservedLeg): void {
    this.#unlink(call, leg);
    call.legs = call.legs.filter((one) => one !== leg);
    if (call.legs.length === 0) this.remove(call);
  }

  /** Its last leg is gone. */
  close(call: EndedCall, at: Instant): void {
    call.overAt = at;
    this.#over.delete(call.callId);
    this.#over.set(call.callId, call);
  }

  /** It has a leg again. */
  reopen(call: EndedCall): void {
    call.overAt = null;
    this.#over.delete(call.callId);
  }

  remove(call: EndedCall): void {
    for (const leg of call.legs) this.#unlink(call, leg);
    this.#calls.delete(call.callId);
    this.#over.delete(call.callId);
  }

  /** Gear that restarted uses the leg's key again, for another call. */
  #unlink(call: EndedCall, leg: EndedObservedLeg): void {
    const key = keyOf(leg);
    if (this.#byLeg.get(key) === call.callId) this.#byLeg.delete(key);
  }

  /** Forgets what was over before, and the oldest where there are too many; tells how many of these. Those that wait for other legs are bounded by them. */
  prune(overBefore: Instant, most: number): number {
    let crowdedOut = 0;
    for (const call of this.#over.values()) {
      const old = call.overAt! < overBefore;
      if (!old && this.#over.size <= most) break;
      if (!old) crowdedOut += 1;
      this.remove(call);
    }
    return crowdedOut;
  }
}

function keyOf({ leg }: EndedObservedLeg): string {
  return `${leg.gateway}/${legText(leg)}`;
}
