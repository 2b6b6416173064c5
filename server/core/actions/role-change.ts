/**
 * A real change of this server's role, as takeover actions are told of it: the control machine says that it happened, its facts say why.
 * `primary` is the title; a gateway that is only held on to changes no role.
 */
import type { Fact, MemberEffect } from "../control/member-state.ts";
import { type Epoch, epochText, type NodeName, noEpoch, sameEpoch } from "../identity.ts";
import type { WallTime } from "../time.ts";

export interface RoleChange {
  readonly role: "primary" | "standby";
  /** The epoch that began, or that ended. */
  readonly epoch: Epoch;
  /** Stable word, for example `primary-dead`, `requested`, `title-regained`, `title-lost`, `stepped-down`, `stopped`, `restarted`. */
  readonly cause: string;
  /** A sentence, or what the operator wrote. */
  readonly reason: string;
  /** Primary before: another server, or this one where it was demoted; null = unknown. */
  readonly previous: NodeName | null;
  /** Primary from now on, as far as this server knows. */
  readonly next: NodeName | null;
  readonly at: WallTime;
}

type Why = Pick<RoleChange, "cause" | "reason" | "next">;

export class RoleChanges {
  readonly #self: NodeName;
  /** Of the last promotion. */
  #epoch: Epoch = noEpoch;
  #verdict = "";
  /** Why the title ended, as the last fact told. */
  #ended: Why;

  constructor(self: NodeName) {
    this.#self = self;
    this.#ended = lost("it was not renewed");
  }

  /** To be told every fact, before the change that it leads to. */
  note(fact: Fact): void {
    switch (fact.what) {
      case "verdict-reached":
        this.#verdict = fact.verdict.sentence;
        return;
      case "title-lost":
        this.#ended = lost(fact.because);
        return;
      case "resigned":
        this.#ended = { cause: "requested", reason: fact.switchover.reason, next: fact.switchover.to };
        return;
      case "stepped-down":
        this.#ended = { cause: "stepped-down", reason: `${epochText(fact.to)} holds the title.`, next: fact.to.server };
        return;
      default:
    }
  }

  changed(effect: Extract<MemberEffect, { kind: "promoted" | "demoted" }>, at: WallTime): RoleChange {
    const self = this.#self;
    if (effect.kind === "demoted") return { role: "standby", epoch: this.#epoch, previous: self, at, ...this.#ended };
    const { epoch, cause, from } = effect;
    const again = sameEpoch(epoch, this.#epoch);
    this.#epoch = epoch;
    this.#ended = lost("it was not renewed");
    const promoted = { role: "primary", epoch, next: self, at } as const;
    // The title was away for a while, and nobody else could have had it: the claim of then is not the cause of now.
    if (again) return { ...promoted, cause: "title-regained", reason: "A majority of the voters answers again.", previous: self };
    return { ...promoted, cause, reason: effect.reason ?? this.#verdict, previous: from === self ? null : from };
  }
}

function lost(because: string): Why {
  return { cause: "title-lost", reason: `The title was lost: ${because}.`, next: null };
}
