/** The compiler and the linter against planted violations: both must refuse what the pure folders may not hold. */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { readText, root } from "./tree.ts";

/** A throw-away tree inside the repository (so that packages resolve), with the real configuration files. */
let folder = "";
/** Outside: the linter skips whatever lies under node_modules. */
let lintFolder = "";

beforeAll(() => {
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  folder = mkdtempSync(join(root, "node_modules/.cache/planted-"));
  lintFolder = mkdtempSync(join(tmpdir(), "tandem-planted-"));
});

afterAll(() => {
  for (const one of [folder, lintFolder]) rmSync(one, { recursive: true, force: true });
});

function run(program: string, ...words: string[]): { code: number | null; said: string } {
  const result = spawnSync(process.execPath, [join(root, "node_modules", program), ...words], { cwd: folder, encoding: "utf8" });
  return { code: result.status, said: result.stdout + result.stderr };
}

function compile(room: string, text: string): { code: number | null; said: string } {
  writeFileSync(join(folder, "planted.ts"), text);
  const configuration = { extends: join(root, room, "tsconfig.json"), include: ["./planted.ts"] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify(configuration));
  return run("typescript/bin/tsc", "--noEmit", "-p", "tsconfig.json");
}

describe.each(["server/core", "server/protocols"])("the compiler in %s", (room) => {
  test.each([
    ["setTimeout", "setTimeout(() => {}, 1);"],
    ["process", "export const x = process.pid;"],
    ["Buffer", "export const x = Buffer.alloc(1);"],
    ["console", 'console.log("x");'],
    ["fetch", 'export const x = fetch("x");'],
    ["node:fs", 'import { readFileSync } from "node:fs"; export const x = readFileSync;'],
  ])("knows no %s", (name, text) => {
    const { code, said } = compile(room, text);
    expect(code).not.toBe(0);
    expect(said).toContain(name);
  });

  test("accepts plain code", () => {
    expect(compile(room, "export const x = new Map<string, number>();")).toEqual({ code: 0, said: "" });
  });
});

describe("the linter in the pure folders", () => {
  /** A tree of its own with the real configuration, so that no planted file ever lies in this one. */
  const lint = (text: string): number | null => {
    const tree = lintFolder;
    for (const inside of ["checks", "server/core"]) mkdirSync(join(tree, inside), { recursive: true });
    const configuration = JSON.parse(readText("biome.json")) as { $schema?: string; vcs: object };
    writeFileSync(join(tree, "biome.json"), JSON.stringify({ ...configuration, $schema: undefined, root: true, vcs: { enabled: false } }));
    writeFileSync(join(tree, "checks/pure.grit"), readText("checks/pure.grit"));
    writeFileSync(join(tree, "server/core/planted.ts"), text);
    return spawnSync(process.execPath, [join(root, "node_modules/@biomejs/biome/bin/biome"), "lint", "server/core"], { cwd: tree }).status;
  };

  test.each([
    ["Date.now", "export const x = () => Date.now();"],
    ["new Date()", "export const x = () => new Date();"],
    ["performance.now", "export const x = () => performance.now();"],
    ["Math.random", "export const x = () => Math.random();"],
    ["setTimeout", "export const x = () => setTimeout(() => {}, 1);"],
    ["await", "export async function x(y: Promise<void>): Promise<void> {\n  await y;\n}"],
    ["noFloatingPromises", "async function y(): Promise<void> {}\nexport function x(): void {\n  y();\n}"],
  ])("refuses %s", (_name, text) => {
    expect(lint(text)).toBe(1);
  });

  test("accepts a promise that is kept", () => {
    expect(lint("async function y(): Promise<void> {}\nexport function x(): Promise<void> {\n  return y();\n}\n")).toBe(0);
  });

  test("accepts a date made from a number", () => {
    expect(lint("export const x = (at: number) => new Date(at).toISOString();\n")).toBe(0);
  });
});
