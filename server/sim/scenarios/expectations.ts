/** What a scenario expects of the world: now, or within a time. */
import type { World } from "../world.ts";
import { numberOf, type Step } from "./script.ts";

/** Null where it is as expected, else what is the case. */
export function expectation(world: World, words: readonly string[], line: number): string | null {
  const [what = "", ...rest] = words;
  switch (what) {
    case "title":
      return differs("title", rest[0] ?? "none", titleNow(world));
    case "owner":
      return differs(`owner of ${rest[0]}`, rest[1] ?? "none", world.ownerOf(rest[0] ?? "") ?? "none");
    case "state":
      return differs(`state of ${rest[0]}`, rest[1] ?? "", world.serverNode(rest[0] ?? "").member.state.kind);
    case "said":
      return said(world, rest.join(" ")) ? null : `nobody said: ${rest.join(" ")}`;
    case "not-said":
      return said(world, rest.join(" ")) ? `somebody said: ${rest.join(" ")}` : null;
    default:
      throw new Error(`line ${line}: nothing can be expected of ${what}`);
  }
}

/** `until title N within MS`: runs on until it is so. */
export function untilStep(world: World, step: Step): string | null {
  const at = step.words.indexOf("within");
  if (at < 0) throw new Error(`line ${step.line}: until … within MS`);
  const until = world.schedule.now + numberOf(step, at + 1);
  const expected = step.words.slice(0, at);
  let problem = expectation(world, expected, step.line);
  while (problem !== null && world.schedule.now < until) {
    world.run(Math.min(1, until - world.schedule.now));
    problem = expectation(world, expected, step.line);
  }
  return problem === null ? null : `${problem} after ${numberOf(step, at + 1)} ms`;
}

function differs(what: string, expected: string, found: string): string | null {
  return expected === found ? null : `the ${what} is ${found}, expected ${expected}`;
}

function titleNow(world: World): string {
  return world.titled(0).join(" and ") || "none";
}

function said(world: World, text: string): boolean {
  return world.trace.lines.some((line) => line.includes(text));
}
