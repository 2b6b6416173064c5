/** The parties at one simulated gateway: they lift, dial, answer, lose patience and hang up, whatever becomes of the servers meanwhile. */
import { digitTimerMs, type Endpoint, type Stimulus } from "../../core/gateway/endpoint.ts";
import { endpointAt, type Gateway } from "../../core/gateway/gateway.ts";
import {
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

export interface StationHooks {
  now(): Now;
  after(ms: number, job: () => void): void;
  act(endpoint: Endpoint, stimulus: Stimulus): void;
  /** The called party of this call, wherever it is, shall hang up after so long. */
  arrange(callId: string, afterMs: number): void;
  /** How long a called party lets it ring. */
  answerDelayMs(): number;
}

export class Stations {
  readonly #gateway: Gateway;
  readonly #hooks: StationHooks;
  readonly #parties = new Map<number, Party>();
  readonly #alarms = new Map<Party, Instant>();

  constructor(gateway: Gateway, hooks: StationHooks) {
    this.#gateway = gateway;
    this.#hooks = hooks;
  }

  /** False where the party is busy. */
  place(index: number, plan: CallPlan): boolean {
    const endpoint = this.#endpoint(index);
    const party = this.#party(index);
    const effects = placeCall(party, plan, viewOf(this.#gateway, endpoint), this.#hooks.now());
    if (effects === null) return false;
    this.#perform(party, endpoint, effects);
    return true;
  }

  look(endpoint: Endpoint): void {
    const party = this.#party(endpoint.index);
    this.#perform(party, endpoint, look(party, viewOf(this.#gateway, endpoint), this.#hooks.answerDelayMs(), this.#hooks.now()));
  }

  arrange(callId: string, index: number, afterMs: number): void {
    const party = this.#party(index);
    if (arrangeHangUp(party, callId, this.#hooks.now().mono + afterMs)) this.#arm(party);
  }

  /** Hangs up now, whatever it is doing; an idle or ringing party does nothing. */
  hangUp(index: number): void {
    const party = this.#parties.get(index);
    if (!party || party.state === "idle" || party.state === "alerted") return;
    party.plan = null;
    party.deadline = this.#hooks.now().mono;
    this.#timer(party);
  }

  /** The caller loses patience, unless somebody has answered meanwhile or it is in another call. */
  giveUp(index: number, plan: CallPlan): void {
    const party = this.#parties.get(index);
    if (party?.plan === plan && (party.state === "listening" || party.state === "calling")) this.hangUp(index);
  }

  /** Endpoints whose party is in some call. */
  busy(): number[] {
    return [...this.#parties.values()].filter((party) => party.state !== "idle").map((party) => party.endpointIndex);
  }

  #endpoint(index: number): Endpoint {
    return endpointAt(this.#gateway, index)!;
  }

  #party(index: number): Party {
    let party = this.#parties.get(index);
    if (party === undefined) {
      party = newParty(index, this.#gateway.kind === "trunk");
      this.#parties.set(index, party);
    }
    return party;
  }

  #perform(party: Party, endpoint: Endpoint, effects: readonly PartyEffect[]): void {
    for (const effect of effects) {
      if (effect.kind === "act") {
        this.#hooks.act(endpoint, effect.stimulus);
        if (effect.stimulus.kind === "digit") this.#armDigitTimer(endpoint);
      } else if (effect.kind === "arrange") this.#hooks.arrange(effect.callId, effect.afterMs);
    }
    this.#arm(party);
  }

  #arm(party: Party): void {
    const due = party.deadline;
    if (due === null || this.#alarms.get(party) === due) return;
    this.#alarms.set(party, due);
    this.#hooks.after(Math.max(0, due - this.#hooks.now().mono), () => {
      if (this.#alarms.get(party) !== due) return;
      this.#alarms.delete(party);
      this.#timer(party);
    });
  }

  #timer(party: Party): void {
    const endpoint = this.#endpoint(party.endpointIndex);
    const now = this.#hooks.now();
    // The clock may have been asked for a hair less than the whole wait.
    const at = party.deadline === null ? now : { ...now, mono: Math.max(now.mono, party.deadline) };
    this.#perform(party, endpoint, partyTimer(party, viewOf(this.#gateway, endpoint), at));
    // What it did may already have been answered by a signal that it did not see while acting.
    this.look(endpoint);
  }

  #armDigitTimer(endpoint: Endpoint): void {
    const afterMs = digitTimerMs(endpoint);
    if (afterMs === null) return;
    const dialled = endpoint.digits;
    this.#hooks.after(afterMs, () => {
      if (endpoint.digits === dialled) this.#hooks.act(endpoint, { kind: "digit-timer" });
    });
  }
}
