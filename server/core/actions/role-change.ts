/**
 * A real change of this server's role, as takeover actions are told of it: made of the control machine's facts, in this one place.
 * `primary` is the title; a gateway that is only held on to changes no role.
 */
import type { Fact } from "../control/member-state.ts";
import { type Epoch, epochText, type NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";

export interface RoleChange {
  readonly role: "primary" | "standby";
  /** The epoch that began, or that ended. */
  readonly epoch: Epoch;
  /** Stable word, for example `primary-dead`, `requested`, `title-lost`, `stepped-down`, `stopped`, `restarted`. */
  readonly cause: string;
  /** A sentence, or what the operator wrote. */
  readonly reason: string;
  /** Primary before: another server, or this one where it was demoted; null = unknown. */
  readonly previous: NodeName | null;
  /** Primary from now on, as far as this server knows. */
  readonly next: NodeName | null;
  readonly at: WallTime;
}

export class RoleChanges {
  readonly #self: NodeName;
  /** Of the claim under way; a title regained without one has its own. */
  #claim: { readonly cause: string; readonly reason: string; readonly previous: NodeName | null } | null = null;
  #verdict = "";

  constructor(self: NodeName) {
    this.#self = self;
  }

  /** `primary`: the server whose title was last heard of, before this fact. */
  note(fact: Fact, primary: NodeName | null, at: WallTime): RoleChange | null {
    const demoted = (epoch: Epoch, cause: string, reason: string, next: NodeName | null): RoleChange => {
      return { role: "standby", epoch, cause, reason, previous: this.#self, next, at };
    };
    switch (fact.what) {
      case "verdict-reached":
        this.#verdict = fact.verdict.sentence;
        return null;
      case "claim-sent": {
        const reason = fact.order?.reason ?? this.#verdict;
        this.#claim ??= { cause: fact.cause, reason, previous: primary === this.#self ? null : primary };
        return null;
      }
      case "claim-failed":
        this.#claim = null;
        return null;
      case "title-gained": {
        const regained = { cause: "title-regained", reason: "A majority of the voters answers again.", previous: this.#self };
        const change = { role: "primary", epoch: fact.epoch, next: this.#self, at, ...(this.#claim ?? regained) } as const;
        this.#claim = null;
        return change;
      }
      case "title-lost":
        return demoted(fact.epoch, "title-lost", `The title was lost: ${fact.because}.`, null);
      case "resigned":
        return demoted(fact.epoch, "requested", fact.switchover.reason, fact.switchover.to);
      case "stepped-down":
        this.#claim = null;
        return demoted(fact.epoch, "stepped-down", `${epochText(fact.to)} holds the title.`, fact.to.server);
      default:
        return null;
    }
  }
}
