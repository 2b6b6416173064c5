/** Plays a scenario in the virtual world, with every checker watching, and writes what came of each step below it. */
import { Violation } from "../checker.ts";
import { everyChecker } from "../checkers/every-checker.ts";
import { World } from "../world.ts";
import { parseScript, type Step } from "./script.ts";
import { clustersOf, seedOf } from "./site-step.ts";
import { type Player, steps } from "./steps.ts";
import { transcript } from "./transcript.ts";

export interface Played {
  /** The scenario with its transcript, as the file should be. */
  readonly text: string;
  readonly hash: string;
  /** Expectations that were not met, each with its line. */
  readonly failures: readonly string[];
}

export function play(script: string): Played {
  const out: string[] = [];
  const player: Player = { world: null, switchoverId: null, failures: [] };
  let told = 0;
  for (const line of parseScript(script)) {
    if (line.kind === "empty") {
      if (out.length > 0 && out.at(-1) !== "") out.push("");
      continue;
    }
    out.push(line.text);
    if (line.kind === "comment") continue;
    perform(player, line.step);
    const lines = player.world?.trace.lines ?? [];
    out.push(...transcript(lines.slice(told)));
    told = lines.length;
  }
  return { text: `${out.join("\n").trim()}\n`, hash: player.world?.trace.hash ?? "", failures: player.failures };
}

function perform(player: Player, step: Step): void {
  if (step.verb === "site") {
    player.world = new World({ seed: seedOf(step), clusters: clustersOf(step), checkers: everyChecker() });
    return;
  }
  if (player.world === null) throw new Error(`line ${step.line}: a scenario begins with its site`);
  try {
    steps[step.verb]?.(player, player.world, step);
  } catch (error) {
    if (!(error instanceof Violation)) throw error;
    player.failures.push(`line ${step.line}: ${error.message}`);
  }
}
