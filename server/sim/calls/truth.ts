/**
 * What really happened to each call, dated by the world's own time: who answered and hung up when, and what became of its connections.
 * Kept beside the gateways, by what their parties do; no record, event or audit enters it.
 */
import type { NodeName } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";

export type EndedBy =
  | "calling"
  | "called"
  /** A gateway of the call restarted and lost its connections. */
  | "reboot"
  /** A connection was deleted although no party had hung up. */
  | "server";

export interface TrueLeg {
  readonly gateway: NodeName;
  readonly endpoint: string;
  readonly side: "calling" | "called";
  /** Where its media arrives, and where it sends its own. */
  readonly address: string;
  remote: string | null;
  readonly beganAt: Instant;
  connected: boolean;
  connectedAt: Instant | null;
  /** Its own party hung up. */
  hungUpAt: Instant | null;
  endedAt: Instant | null;
}

export interface TrueCall {
  readonly callId: string;
  readonly legs: TrueLeg[];
  /** When the called party answered. */
  answeredAt: Instant | null;
  /** When both parties could speak at last. */
  throughAt: Instant | null;
  /** The called leg by which they could. */
  throughLeg: TrueLeg | null;
  /** The first hang-up, or whatever ended it without one. */
  endedAt: Instant | null;
  endedBy: EndedBy | null;
  /** A gateway of it restarted while it was up. */
  rebooted: boolean;
  /** How much later than a server may assume some event of its parties was heard, beyond its own waiting, ms. */
  lateMs: number;
}

export class Truth {
  readonly calls = new Map<string, TrueCall>();
  /** The newest call of each endpoint. */
  readonly #newest = new Map<string, TrueCall>();

  legBegan(callId: string, leg: Pick<TrueLeg, "gateway" | "endpoint" | "side" | "address">, at: Instant): void {
    let call = this.calls.get(callId);
    if (!call) {
      call = {
        callId,
        legs: [],
        answeredAt: null,
        throughAt: null,
        throughLeg: null,
        endedAt: null,
        endedBy: null,
        rebooted: false,
        lateMs: 0,
      };
      this.calls.set(callId, call);
    }
    this.#newest.set(leg.endpoint, call);
    call.legs.push({ ...leg, remote: null, beganAt: at, connected: false, connectedAt: null, hungUpAt: null, endedAt: null });
  }

  /** The gateway stamped the leg as connected, and sends to `remote`. */
  legConnected(callId: string, endpoint: string, remote: string | null, at: Instant): void {
    const call = this.calls.get(callId);
    const leg = call?.legs.findLast((one) => one.endpoint === endpoint);
    if (!call || !leg) return;
    leg.remote = remote;
    if (!leg.connected) {
      leg.connected = true;
      leg.connectedAt = at;
      if (leg.side === "called") call.answeredAt ??= at;
    }
    if (call.throughAt !== null) return;
    const up = call.legs.filter((one) => one.connected && one.hungUpAt === null && one.endedAt === null);
    const calling = up.find((one) => one.side === "calling");
    // Another channel may have come to be late and be answered as well: the caller speaks to nobody there.
    const called = up.find((one) => one.side === "called" && one.address === calling?.remote);
    if (!called) return;
    call.throughAt = at;
    call.throughLeg = called;
    // Of the channels that were tried, the one by which both could speak; that another one ended before was not the end.
    call.answeredAt = called.connectedAt;
    call.endedAt = null;
    call.endedBy = null;
  }

  hungUp(callId: string, endpoint: string, at: Instant): void {
    const call = this.calls.get(callId);
    const leg = call?.legs.findLast((one) => one.endpoint === endpoint);
    if (!call || !leg) return;
    leg.hungUpAt ??= at;
    if (countsFor(call, leg)) this.#end(call, leg.side, at);
    else forgetAnswer(call);
  }

  legEnded(callId: string, endpoint: string, at: Instant): void {
    const call = this.calls.get(callId);
    const leg = call?.legs.findLast((one) => one.endpoint === endpoint && one.endedAt === null);
    if (!call || !leg) return;
    leg.endedAt = at;
    if (!countsFor(call, leg)) forgetAnswer(call);
    else if (call.answeredAt !== null || leg.side === "calling") this.#end(call, "server", at);
  }

  rebooted(gateway: NodeName, at: Instant): void {
    for (const call of this.calls.values()) {
      let lost = false;
      for (const leg of call.legs) {
        if (leg.gateway !== gateway || leg.endedAt !== null) continue;
        leg.endedAt = at;
        lost = true;
      }
      // Its history is lost as well: what had just ended there nobody can read any more.
      if (lost || call.legs.some((leg) => leg.gateway === gateway)) call.rebooted = true;
      if (lost) this.#end(call, "reboot", at);
    }
  }

  heardLate(endpoint: string, lateMs: number): void {
    const call = this.#newest.get(endpoint);
    if (call) call.lateMs = Math.max(call.lateMs, lateMs);
  }

  /** Where the called party of this call is. */
  calledAt(callId: string): TrueLeg | null {
    const call = this.calls.get(callId);
    return call?.throughLeg ?? call?.legs.findLast((leg) => leg.side === "called" && leg.endedAt === null) ?? null;
  }

  #end(call: TrueCall | undefined, by: EndedBy, at: Instant): void {
    if (!call || call.endedAt !== null) return;
    call.endedAt = at;
    call.endedBy = by;
  }
}

/** A channel that was tried before may come to be late, and somebody answer there: the call goes on where both parties speak, or another channel rings. */
function countsFor(call: TrueCall, leg: TrueLeg): boolean {
  if (leg.side === "calling" || call.throughLeg === leg) return true;
  return call.throughLeg === null && !call.legs.some((one) => one !== leg && stillCalled(one));
}

function stillCalled(leg: TrueLeg): boolean {
  return leg.side === "called" && leg.hungUpAt === null && leg.endedAt === null;
}

/** What was answered in vain was no answer. */
function forgetAnswer(call: TrueCall): void {
  if (call.throughAt !== null || call.endedAt !== null) return;
  const answered = call.legs.filter(stillCalled).flatMap((leg) => leg.connectedAt ?? []);
  call.answeredAt = answered.length === 0 ? null : Math.min(...answered);
}
