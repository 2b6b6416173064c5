/**
 * One line of a scenario as the runner understands it: the simulator's language, less what a real machine cannot do. Those lines are
 * refused in words before anything starts.
 */
import type { NodeName } from "../core/identity.ts";

export type Step =
  | { readonly verb: "run"; readonly ms: number }
  | {
      readonly verb: "crash" | "restart" | "freeze" | "thaw" | "wipe" | "reboot" | "isolate" | "failover-now" | "override";
      readonly node: NodeName;
    }
  | { readonly verb: "cut"; readonly from: NodeName; readonly to: NodeName; readonly path: 1 | 2 | null; readonly bothWays: boolean }
  | { readonly verb: "heal"; readonly between: Pair }
  | { readonly verb: "loss"; readonly percent: number; readonly between: Pair }
  | { readonly verb: "delay"; readonly minMs: number; readonly maxMs: number; readonly between: Pair }
  | { readonly verb: "duplicate"; readonly percent: number; readonly between: Pair }
  | { readonly verb: "switchover"; readonly to: NodeName }
  | { readonly verb: "pause" | "resume" | "acknowledge" }
  | { readonly verb: "expect"; readonly what: Expectation }
  | { readonly verb: "until"; readonly what: Expectation; readonly withinMs: number };

/** Null = every pair. */
export type Pair = readonly [NodeName, NodeName] | null;

export type Expectation =
  | { readonly kind: "title"; readonly server: NodeName | null }
  | { readonly kind: "owner"; readonly gateway: NodeName; readonly server: NodeName | null };

export class StepRefusal extends Error {
  override readonly name = "StepRefusal";
}

/** What the simulator does and a machine cannot, or not for one process alone. */
const impossible: Readonly<Record<string, string>> = {
  clock: "the wall clock is the whole machine's, and belongs to its owner",
  jump: "the wall clock is the whole machine's, and belongs to its owner",
  rate: "the rate of a machine's clock cannot be changed",
  drift: "the rate of a machine's clock cannot be changed",
  suspend: "a machine cannot be suspended and woken by a program that runs on it; freeze stops the process",
  stale: "a real gateway answers with what is",
};

export function parseStep(line: string): Step {
  const [verb = "", ...words] = line.trim().split(/\s+/);
  const why = impossible[verb];
  if (why !== undefined) throw new StepRefusal(`"${line.trim()}" cannot be done to real processes: ${why}.`);
  const step = parseKnown(verb, words);
  if (step === null) throw new StepRefusal(`"${line.trim()}" is no step that real processes can play.`);
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
    case "cut":
    case "cut-both":
      if (first === undefined || second === undefined || (third !== undefined && third !== "1" && third !== "2")) return null;
      return {
        verb: "cut",
        from: first,
        to: second,
        path: third === undefined ? null : third === "1" ? 1 : 2,
        bothWays: verb === "cut-both",
      };
    case "heal":
      return pairIn(words, (between) => ({ verb, between }));
    case "loss":
      return isNumber(first) ? pairIn(words.slice(1), (between) => ({ verb, percent: Number(first), between })) : null;
    case "duplicate":
      return isNumber(first) ? pairIn(words.slice(1), (between) => ({ verb, percent: Number(first), between })) : null;
    case "delay":
      if (!isNumber(first) || !isNumber(second)) return null;
      return pairIn(words.slice(2), (between) => ({ verb, minMs: Number(first), maxMs: Number(second), between }));
    case "switchover":
      return first === undefined ? null : { verb, to: first };
    case "pause":
    case "resume":
    case "acknowledge":
      return { verb };
    case "expect":
      return expecting(words, (what) => ({ verb, what }));
    case "until": {
      const within = words.indexOf("within");
      const limit = words[within + 1];
      if (within < 0 || !isNumber(limit)) return null;
      return expecting(words.slice(0, within), (what) => ({ verb, what, withinMs: Number(limit) }));
    }
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
  const nameOf = (word: string): NodeName | null => (word === "none" ? null : word);
  if (kind === "title" && first !== undefined && words.length === 2) return make({ kind, server: nameOf(first) });
  if (kind === "owner" && first !== undefined && second !== undefined) return make({ kind, gateway: first, server: nameOf(second) });
  return null;
}

/** Nodes that the step names, to be checked against the site. */
export function nodesOf(step: Step): NodeName[] {
  switch (step.verb) {
    case "crash":
    case "restart":
    case "freeze":
    case "thaw":
    case "wipe":
    case "reboot":
    case "isolate":
    case "failover-now":
    case "override":
      return [step.node];
    case "cut":
      return [step.from, step.to];
    case "heal":
    case "loss":
    case "delay":
    case "duplicate":
      return [...(step.between ?? [])];
    case "switchover":
      return [step.to];
    case "expect":
    case "until":
      return [...(step.what.kind === "owner" ? [step.what.gateway] : []), ...(step.what.server === null ? [] : [step.what.server])];
    case "run":
    case "pause":
    case "resume":
    case "acknowledge":
      return [];
  }
}
