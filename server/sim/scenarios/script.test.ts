import { describe, expect, test } from "vitest";
import { play } from "./play.ts";
import { numberOf, parseScript } from "./script.ts";
import { clustersOf } from "./site-step.ts";

function steps(text: string) {
  return parseScript(text).flatMap((line) => (line.kind === "step" ? [line.step] : []));
}

describe("the language of scenarios", () => {
  test("steps, comments and empty lines are kept, what came of it is not", () => {
    const lines = parseScript("# why\n> run 100\n   525.8  cs-a   title-gained\n\n> crash cs-a");
    expect(lines.map((line) => line.kind)).toEqual(["comment", "step", "empty", "step"]);
  });

  test("a step has words and settings", () => {
    const [site, run] = steps("> site servers=3 gateways=2 partition=strict phones=1\n> run 250");
    const [plan] = clustersOf(site!);
    expect(plan).toMatchObject({ servers: ["cs-a", "cs-b", "cs-c"], gateways: ["gw-1", "gw-2"], nonVoting: ["ph-1"], partition: "strict" });
    expect(numberOf(run!, 0)).toBe(250);
  });

  test.each([
    ["> explode cs-a", "there is no step explode"],
    ["> run", "run takes 1 to 1 words"],
    ["> crash cs-a cs-b", "crash takes 1 to 1 words"],
  ])("%s is refused with its line", (text, problem) => {
    expect(() => parseScript(`# a\n${text}`)).toThrow(`line 2: ${problem}`);
  });

  test.each([
    ["> site colour=red", "site has no setting colour"],
    ["> site lease=480", "promiseMs: 500 must be more than"],
    ["> run 100", "a scenario begins with its site"],
    ["> site\n> run soon", "run needs a number, not soon"],
    ["> site\n> drop beat cs-a cs-b 1", "there is no message beat"],
  ])("%s cannot be played", (text, problem) => {
    expect(() => play(text)).toThrow(problem);
  });

  test("an expectation that is not met is told with its line", () => {
    expect(play("> site\n> run 1000\n> expect title cs-b").failures).toEqual(["line 3: the title is cs-a, expected cs-b"]);
  });
});
