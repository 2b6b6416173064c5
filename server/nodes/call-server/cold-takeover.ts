/**
 * Cold standby (B7): which gateways are reset to their designated state when this server gains them. Only in a takeover that nobody
 * handed over, and only those whose owner before is older than this server's epoch: what changes hands by request, what this server
 * itself set up, and what somebody took in a partition and now gives back, keeps its calls.
 */
import { heldBy, type Member } from "../../core/control/member-state.ts";
import { compareEpochs, type Epoch, type NodeName, sameEpoch } from "../../core/identity.ts";

export class ColdTakeover {
  readonly #cold: boolean;
  readonly #member: () => Member;
  /** What each gateway had granted before this server's present claim. */
  readonly #granted = new Map<NodeName, Epoch>();
  readonly #ours = new Map<NodeName, Epoch>();
  /** Calls that resets have ended; each has legs on up to two gateways. */
  readonly #ended = new Set<string>();

  constructor(cold: boolean, member: () => Member) {
    this.#cold = cold;
    this.#member = member;
  }

  heard(gateway: NodeName, granted: Epoch): void {
    const member = this.#member();
    const held = heldBy(member.state)?.epoch ?? (member.state.kind === "claiming" ? member.state.epoch : null);
    const present = held === null ? null : (member.epochs.get(gateway) ?? held);
    if (granted.number > 0 && (present === null || !sameEpoch(granted, present))) this.#granted.set(gateway, granted);
  }

  /** Asked once each time that the gateway is gained. */
  resets(gateway: NodeName, epoch: Epoch): boolean {
    const before = this.#granted.get(gateway);
    const ours = this.#ours.get(gateway);
    this.#granted.set(gateway, epoch);
    this.#ours.set(gateway, epoch);
    const member = this.#member();
    const held = heldBy(member.state);
    if (!this.#cold || before === undefined || held === null || held.basis === "lent") return false;
    if (held.basis === "title" && member.lastChange?.cause === "requested") return false;
    return (ours === undefined || !sameEpoch(before, ours)) && compareEpochs(before, held.epoch) < 0;
  }

  /** The calls of a gateway that was reset; returns how many are counted for the first time. */
  ended(callIds: readonly string[]): number {
    const fresh = callIds.filter((callId) => !this.#ended.has(callId));
    for (const callId of fresh) this.#ended.add(callId);
    return fresh.length;
  }

  /** The next takeover counts anew. */
  begin(): void {
    this.#ended.clear();
  }

  hasEnded(callId: string): boolean {
    return this.#ended.has(callId);
  }
}
