/**
 * The lab's simulated parties at this gateway: places calls for the traffic generator, lets called parties answer and hang up,
 * and keeps the ground truth of answered calls against which call records are checked.
 */
import { digitTimerMs, type Endpoint, type Stimulus } from "../../core/gateway/endpoint.ts";
import { endpointAt, type Gateway } from "../../core/gateway/gateway.ts";
import {
  type AnsweredCall,
  arrangeHangUp,
  type CallPlan,
  look,
  newParty,
  type Party,
  type PartyEffect,
  partyTimer,
  placeCall,
} from "../../core/gateway/party.ts";
import { viewOf } from "../../core/gateway/party-view.ts";
import type { Instant, Now } from "../../core/time.ts";

export interface StationsOptions {
  readonly gateway: Gateway;
  now(): Now;
  /** The party acts at its endpoint. */
  act(endpoint: Endpoint, stimulus: Stimulus): void;
  /** The called party of this call, at whichever gateway this media address belongs to, shall hang up after so long. */
  arrange(callId: string, afterMs: number, remote: { readonly host: string; readonly port: number }): void;
}

export type Truth = AnsweredCall & { readonly sequence: number; readonly endpoint: string };

const tickMs = 25;
const truthKept = 20_000;

export class Stations {
  private readonly options: StationsOptions;
  private readonly parties = new Map<number, Party>();
  /** Parties that wait for something. */
  private readonly busy = new Set<Party>();
  private readonly digitDue = new Map<Party, Instant>();
  private readonly truths: Truth[] = [];
  private truthSequence = 0;
  private answer = { afterMs: 800, jitterMs: 400 };
  private seed = 1;
  private readonly timer: NodeJS.Timeout;

  constructor(options: StationsOptions) {
    this.options = options;
    this.timer = setInterval(() => this.tick(), tickMs);
  }

  /** Null = under way; else why not. */
  place(endpointIndex: number, plan: CallPlan): string | null {
    const endpoint = endpointAt(this.options.gateway, endpointIndex);
    if (endpoint === null) return "no such endpoint";
    if (!endpoint.inService) return "the endpoint is out of service";
    const party = this.partyAt(endpoint);
    const effects = placeCall(party, plan, viewOf(this.options.gateway, endpoint), this.options.now());
    if (effects === null) return "the party is busy";
    this.perform(party, endpoint, effects);
    return null;
  }

  /** Signals or connections of the endpoint changed. */
  look(endpoint: Endpoint): void {
    const party = this.partyAt(endpoint);
    this.perform(party, endpoint, look(party, viewOf(this.options.gateway, endpoint), this.answerDelayMs(), this.options.now()));
  }

  setAnswer(afterMs: number, jitterMs: number): void {
    this.answer = { afterMs, jitterMs };
  }

  hangUpAfter(callId: string, afterMs: number): boolean {
    const { gateway, now } = this.options;
    for (const party of this.busy) {
      if (party.side === "called" && arrangeHangUp(party, callId, now().mono + afterMs)) return true;
    }
    // It may have answered before its connection was known to it.
    const row = gateway.table.rows.find((one) => one.callId === callId);
    const party = row === undefined ? undefined : this.parties.get(row.endpointIndex);
    return party !== undefined && arrangeHangUp(party, callId, now().mono + afterMs);
  }

  truthAfter(sequence: number, limit: number): { calls: readonly Truth[]; last: number } {
    const first = this.truths[0]?.sequence ?? 1;
    const from = Math.max(0, sequence + 1 - first);
    return { calls: this.truths.slice(from, from + limit), last: this.truthSequence };
  }

  private partyAt(endpoint: Endpoint): Party {
    let party = this.parties.get(endpoint.index);
    if (party === undefined) {
      party = newParty(endpoint.index, endpoint.kind === "trunk");
      this.parties.set(endpoint.index, party);
    }
    return party;
  }

  private perform(party: Party, endpoint: Endpoint, effects: readonly PartyEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "act":
          this.options.act(endpoint, effect.stimulus);
          if (effect.stimulus.kind === "digit") this.armDigitTimer(party, endpoint);
          break;
        case "truth":
          this.keep({ ...effect.call, sequence: ++this.truthSequence, endpoint: endpoint.name });
          break;
        case "arrange": {
          const remote = endpoint.connections.find((row) => row.callId === effect.callId)?.remote;
          if (remote !== undefined && remote !== null) this.options.arrange(effect.callId, effect.afterMs, remote);
          break;
        }
      }
    }
    if (party.state === "idle" && party.deadline === null) this.busy.delete(party);
    else this.busy.add(party);
  }

  private keep(truth: Truth): void {
    this.truths.push(truth);
    if (this.truths.length > truthKept + 1_000) this.truths.splice(0, this.truths.length - truthKept);
  }

  private armDigitTimer(party: Party, endpoint: Endpoint): void {
    const afterMs = digitTimerMs(endpoint);
    if (afterMs === null) this.digitDue.delete(party);
    else this.digitDue.set(party, this.options.now().mono + afterMs);
  }

  private tick(): void {
    const now = this.options.now();
    for (const party of [...this.busy]) {
      if (party.deadline === null || now.mono < party.deadline) continue;
      const endpoint = endpointAt(this.options.gateway, party.endpointIndex);
      if (endpoint === null) continue;
      this.perform(party, endpoint, partyTimer(party, viewOf(this.options.gateway, endpoint), now));
      // What it did may already have been answered by a signal that it did not see while acting.
      this.look(endpoint);
    }
    for (const [party, due] of [...this.digitDue]) {
      if (now.mono < due) continue;
      this.digitDue.delete(party);
      const endpoint = endpointAt(this.options.gateway, party.endpointIndex);
      if (endpoint !== null && endpoint.digits !== "") this.options.act(endpoint, { kind: "digit-timer" });
    }
  }

  /** Within `afterMs` ± `jitterMs`, by a small generator of its own. */
  private answerDelayMs(): number {
    this.seed = (Math.imul(this.seed, 1_664_525) + 1_013_904_223) >>> 0;
    const share = this.seed / 0x100000000;
    return Math.max(0, this.answer.afterMs + (2 * share - 1) * this.answer.jitterMs);
  }

  close(): void {
    clearInterval(this.timer);
  }
}
