/** A node's disk: what was written durably survives a crash, what was merely recorded may not, and a wiped disk has neither. */
import { emptyStore, type Fact, type MemberStore } from "../core/control/member-state.ts";
import { abstainingStore, type VoterStore } from "../core/control/voter-state.ts";
import type { Instant } from "../core/time.ts";

export interface RecordedFact {
  readonly fact: Fact;
  readonly at: Instant;
  readonly durable: boolean;
}

/** Enough for every check; older facts are of no interest to anybody. */
const factsKept = 64;

export class ServerDisk {
  store: MemberStore = emptyStore;
  readonly facts: RecordedFact[] = [];

  record(fact: Fact, durable: boolean, at: Instant): void {
    // A durable write takes everything before it along.
    if (durable) for (let i = this.facts.length - 1; i >= 0 && this.facts[i]?.durable === false; i -= 1) this.makeDurable(i);
    this.facts.push({ fact, at, durable });
    if (this.facts.length > 2 * factsKept) this.facts.splice(0, factsKept);
  }

  /** The process died: what was not yet on the disk is gone. */
  crash(): void {
    while (this.facts.at(-1)?.durable === false) this.facts.pop();
  }

  wipe(): void {
    this.store = emptyStore;
    this.facts.length = 0;
  }

  private makeDurable(index: number): void {
    const recorded = this.facts[index];
    if (recorded) this.facts[index] = { ...recorded, durable: true };
  }
}

export class VoterDisk {
  stored: VoterStore;

  constructor(stored: VoterStore) {
    this.stored = stored;
  }

  wipe(): void {
    this.stored = abstainingStore();
  }
}
