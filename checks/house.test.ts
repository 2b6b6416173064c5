/** The repository itself against the rules of the house. Each rule is shown to bite in planted.test.ts. */
import { describe, expect, test } from "vitest";
import { cycleProblems, orphanProblems } from "./graph.ts";
import { layerProblems } from "./layers.ts";
import { markdownProblems, scriptProblems } from "./markdown.ts";
import { shapeProblems } from "./shape.ts";
import { readPaths, readSources, readText } from "./tree.ts";

const list = readPaths();
const paths = new Set(list);
const sources = readSources(list);

describe("the house", () => {
  test("there is something to check", () => {
    expect(sources.length).toBeGreaterThan(20);
  });

  test("every room imports only what it may", () => {
    expect(layerProblems(sources, paths)).toEqual([]);
  });

  test("no cycles", () => {
    expect(cycleProblems(sources, paths)).toEqual([]);
  });

  test("no orphans", () => {
    expect(orphanProblems(sources, paths)).toEqual([]);
  });

  test("names, lengths, barrels, opening comments, left-out tests", () => {
    expect(shapeProblems(sources)).toEqual([]);
  });

  test("documents cite only what exists", () => {
    const documents = list.filter((path) => path === "README.md" || /^docs\/.*\.md$/.test(path));
    const texts = new Map(documents.map((path) => [path, readText(path)]));
    expect(markdownProblems(texts, paths)).toEqual([]);
    const scripts = new Set(Object.keys((JSON.parse(readText("package.json")) as { scripts: object }).scripts));
    const said = list.filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !path.startsWith("checks/"));
    expect(scriptProblems(new Map([...texts, ...said.map((path) => [path, readText(path)] as const)]), scripts)).toEqual([]);
  });

  test("the lock file names no registry", () => {
    expect(readText("package-lock.json")).not.toMatch(/"resolved"/);
  });
});
