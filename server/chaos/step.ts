/**
 * One line of a scenario as the runner understands it: the simulator's language (server/sim/scenarios/script.ts), less what a real
 * machine cannot do, and with duplication, which only the relay knows. What cannot be played is refused in words before anything starts.
 */
import type { NodeName } from "../core/identity.ts";

type NodeVerb = "crash" | "restart" | "freeze" | "thaw" | "wipe" | "reboot" | "isolate";

export type Step =
  | { readonly verb: "run"; readonly ms: number }
  | { readonly verb: NodeVerb; readonly node: NodeName }
  | { readonly verb: "starve"; readonly node: NodeName; readonly forMs: number; readonly lagMs: number }
  | { readonly verb: "cut"; readonly from: NodeName; readonly to: NodeName; readonly path: 1 | 2 | null; readonly bothWays: boolean }
  | { readonly verb: "heal"; readonly between: Pair }
  | { readonly verb: "loss" | "duplicate"; readonly percent: number; readonly between: Pair }
  | { readonly verb: "delay"; readonly minMs: number; readonly maxMs: number; readonly between: Pair }
  /** gateways: only these, without the title. */
  | { readonly verb: "switchover"; readonly to: NodeName; readonly gateways: readonly NodeName[] | null }
  /** Lent ones. */
  | { readonly verb: "recall"; readonly gateways: readonly NodeName[] }
  | { readonly verb: "failover-now" | "override"; readonly node: NodeName }
  | { readonly verb: "pause"; readonly forMs: number | null }
  | { readonly verb: "cancel" | "resume" | "acknowledge" }
  /** Whatever lost its storage and abstains. */
  | { readonly verb: "admit" }
  | { readonly verb: "voters"; readonly change: "add" | "remove"; readonly node: NodeName }
  | { readonly verb: "expect"; readonly what: Expectation }
  | { readonly verb: "until"; readonly what: Expectation; readonly withinMs: number };

/** Null = every pair. */
export type Pair = readonly [NodeName, NodeName] | null;

export type Expectation =
  | { readonly kind: "title"; readonly wanted: string }
  | { readonly kind: "owner"; readonly gateway: NodeName; readonly wanted: string }
  | { readonly kind: "state"; readonly server: NodeName; readonly wanted: string }
  /** The simulator's own trace has other words than journals: not looked at. */
  | { readonly kind: "said"; readonly wanted: string };

export class StepRefusal extends Error {
  override readonly name = "StepRefusal";
}

/** What the simulator does and a machine cannot, or not for one process alone. */
const impossible: Readonly<Record<string, string>> = {
  clock: "wall clock and rate of a clock are the whole machine's, and belong to its owner",
  suspend: "a machine cannot be suspended and woken by a program that runs on it; freeze stops the process",
  "resume-machine": "a machine cannot be suspended and woken by a program that runs on it; thaw wakes a process",
  stall: "nothing can stop a real process between its stamp and its datagram",
  "crash-in-step": "nothing can kill a real process between two effects of one step",
  drop: "the kernel does not see what a datagram says: cut and loss lose all kinds alike",
  hold: "the kernel does not see what a datagram says: delay holds all kinds alike",
};

export function parseStep(line: string): Step {
  const text = line.trim().replace(/^> /, "");
  const [verb = "", ...words] = text.split(/\s+/);
  const why = impossible[verb];
  if (why !== undefined) throw new StepRefusal(`"${text}" cannot be done to real processes: ${why}.`);
  const step = parseKnown(verb, words);
  if (step === null) throw new StepRefusal(`"${text}" is no step that real processes can play.`);
  return step;
}

function parseKnown(verb: string, words: readonly string[]): Step | null {
  const [first, second, third] = words;
  switch (verb) {
    case "run":
      return isNumber(first) ? { verb, ms: Number(first) } : null;
    case "crash":
    case "restart":
    case "freeze":
    case "thaw":
    case "wipe":
    case "reboot":
    case "isolate":
    case "failover-now":
    case "override":
      return first === undefined || words.length > 1 ? null : { verb, node: first };
    case "starve":
      return first !== undefined && isNumber(second) && isNumber(third)
        ? { verb, node: first, forMs: Number(second), lagMs: Number(third) }
        : null;
    case "cut":
    case "cut-both": {
      if (first === undefined || second === undefined || (third !== undefined && third !== "1" && third !== "2")) return null;
      const path = third === undefined ? null : third === "1" ? 1 : 2;
      return { verb: "cut", from: first, to: second, path, bothWays: verb === "cut-both" };
    }
    case "heal":
      return pairIn(words, (between) => ({ verb, between }));
    case "loss":
    case "duplicate":
      return isNumber(first) ? pairIn(words.slice(1), (between) => ({ verb, percent: Number(first), between })) : null;
    case "delay":
      if (!isNumber(first) || !isNumber(second)) return null;
      return pairIn(words.slice(2), (between) => ({ verb, minMs: Number(first), maxMs: Number(second), between }));
    case "expect":
      return expecting(words, (what) => ({ verb, what }));
    case "until": {
      const within = words.indexOf("within");
      const limit = words[within + 1];
      if (within < 0 || !isNumber(limit)) return null;
      return expecting(words.slice(0, within), (what) => ({ verb, what, withinMs: Number(limit) }));
    }
    default:
      return parseOrder(verb, words);
  }
}

function parseOrder(verb: string, [first, second]: readonly string[]): Step | null {
  switch (verb) {
    case "switchover":
      return first === undefined ? null : { verb, to: first, gateways: second?.split(",") ?? null };
    case "recall":
      return first === undefined ? null : { verb, gateways: first.split(",") };
    case "pause":
      return first === undefined ? { verb, forMs: null } : isNumber(first) ? { verb, forMs: Number(first) } : null;
    case "cancel":
    case "resume":
    case "acknowledge":
    case "admit":
      return { verb };
    case "voters":
      return (first === "add" || first === "remove") && second !== undefined ? { verb, change: first, node: second } : null;
    default:
      return null;
  }
}

function isNumber(word: string | undefined): word is string {
  return word !== undefined && /^\d+(\.\d+)?$/.test(word);
}

function pairIn(words: readonly string[], make: (between: Pair) => Step): Step | null {
  const [a, b] = words;
  if (a === undefined) return make(null);
  return b === undefined || words.length > 2 ? null : make([a, b]);
}

function expecting(words: readonly string[], make: (what: Expectation) => Step): Step | null {
  const [kind, first, second] = words;
  if (first === undefined) return null;
  if (kind === "said" || kind === "not-said") return make({ kind: "said", wanted: words.slice(1).join(" ") });
  if (kind === "title" && second === undefined) return make({ kind, wanted: first });
  if (kind === "owner" && second !== undefined) return make({ kind, gateway: first, wanted: second });
  return kind === "state" && second !== undefined ? make({ kind, server: first, wanted: second }) : null;
}

/** Nodes that the step names, to be checked against the site. */
export function nodesOf(step: Step): readonly NodeName[] {
  switch (step.verb) {
    case "cut":
      return [step.from, step.to];
    case "heal":
    case "loss":
    case "delay":
    case "duplicate":
      return step.between ?? [];
    case "switchover":
      return [step.to, ...(step.gateways ?? [])];
    case "recall":
      return step.gateways;
    case "expect":
    case "until":
      return expectedNodes(step.what);
    case "run":
    case "pause":
    case "cancel":
    case "resume":
    case "acknowledge":
    case "admit":
      return [];
    default:
      return [step.node];
  }
}

function expectedNodes(what: Expectation): readonly NodeName[] {
  if (what.kind === "said") return [];
  if (what.kind === "state") return [what.server];
  const wanted = what.wanted === "none" ? [] : [what.wanted];
  return what.kind === "owner" ? [what.gateway, ...wanted] : wanted;
}
