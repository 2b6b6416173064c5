/**
 * A checker watches one invariant. It says by its hooks what it wants to hear of, so that a world without faults costs little;
 * `onStep` and `onSend` run thousands of times a second and must be next to free.
 */
import type { LinkMessage } from "../core/control/link-message.ts";
import type { Fact } from "../core/control/member-state.ts";
import type { NodeName } from "../core/identity.ts";
import type { ServerView, VoterView, WorldView } from "./views.ts";

export interface Checker {
  /** The invariant in the glossary's words, as printed when it is violated. */
  readonly invariant: string;
  /** A server's machine has taken a step, and its effects were performed. Nothing else than a step begins anything. */
  onStep?(world: WorldView): void;
  atEnd?(world: WorldView): void;
  onFact?(world: WorldView, server: ServerView, fact: Fact): void;
  /** A server is about to send; what must be on its disk by now is there, or never was. */
  onSend?(world: WorldView, server: ServerView, to: NodeName, message: LinkMessage): void;
  /** The same for claims alone: they are few, and most that is looked at is about them. */
  onClaim?(world: WorldView, server: ServerView, to: NodeName, message: LinkMessage): void;
  onOwn?(world: WorldView, server: ServerView, client: NodeName): void;
  /** A voter is about to send. */
  onReply?(world: WorldView, voter: VoterView, to: NodeName, message: LinkMessage): void;
  /** Something reached a server. Not told of answers to its beats: they are most of what reaches it, and no invariant rests on them. */
  onReceived?(world: WorldView, server: ServerView, from: NodeName, message: LinkMessage): void;
  onCrash?(world: WorldView, node: NodeName): void;
  onWipe?(world: WorldView, node: NodeName): void;
}

export class Violation extends Error {
  readonly invariant: string;
  readonly what: string;

  constructor(invariant: string, what: string, at: number) {
    super(`${invariant} Violated at ${at.toFixed(1)} ms: ${what}`);
    this.invariant = invariant;
    this.what = what;
  }
}

type Hook = Exclude<keyof Checker, "invariant">;
type Having<K extends Hook> = Checker & Required<Pick<Checker, K>>;

function having<K extends Hook>(checkers: readonly Checker[], hook: K): Having<K>[] {
  return checkers.filter((checker): checker is Having<K> => checker[hook] !== undefined);
}

/** The checkers of one world, sorted by what they want to hear. */
export class Checkers {
  readonly onStep: Having<"onStep">[];
  readonly atEnd: Having<"atEnd">[];
  readonly onFact: Having<"onFact">[];
  readonly onSend: Having<"onSend">[];
  readonly onClaim: Having<"onClaim">[];
  readonly onOwn: Having<"onOwn">[];
  readonly onReply: Having<"onReply">[];
  readonly onReceived: Having<"onReceived">[];
  readonly onCrash: Having<"onCrash">[];
  readonly onWipe: Having<"onWipe">[];

  constructor(checkers: readonly Checker[]) {
    this.onStep = having(checkers, "onStep");
    this.atEnd = having(checkers, "atEnd");
    this.onFact = having(checkers, "onFact");
    this.onSend = having(checkers, "onSend");
    this.onClaim = having(checkers, "onClaim");
    this.onOwn = having(checkers, "onOwn");
    this.onReply = having(checkers, "onReply");
    this.onReceived = having(checkers, "onReceived");
    this.onCrash = having(checkers, "onCrash");
    this.onWipe = having(checkers, "onWipe");
  }
}
