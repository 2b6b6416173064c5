/** Each rule of the house against a violation planted for it: a check that cannot fail checks nothing. */
import { describe, expect, test } from "vitest";
import { cycleProblems, orphanProblems } from "./graph.ts";
import { layerProblems } from "./layers.ts";
import { markdownProblems, scriptProblems } from "./markdown.ts";
import { shapeProblems } from "./shape.ts";
import { parseSource } from "./source-file.ts";

const everyRoom = [
  "server/core/time.ts",
  "server/core/calls/call.ts",
  "server/protocols/link/frame.ts",
  "server/runtime/clock.ts",
  "server/drivers/mgcp.ts",
  "server/nodes/node-options.ts",
  "server/nodes/console/main.ts",
  "server/sim/world.ts",
  "server/lab/topology.ts",
  "server/operations/switchover.ts",
  "server/trpc/root.ts",
  "server/cli/main.ts",
  "db/records.ts",
  "app/_trpc/client.ts",
  "app/_ui/table.tsx",
  "e2e/start-lab.ts",
];

function planted(path: string, text: string): string[] {
  return layerProblems([parseSource(path, text)], new Set([path, ...everyRoom]));
}

describe("layers", () => {
  test.each([
    ["server/core/a.ts", 'import { x } from "../protocols/link/frame.ts";'],
    ["server/core/a.ts", 'import type { X } from "../protocols/link/frame.ts";'],
    ["server/core/a.ts", 'import { readFileSync } from "node:fs";'],
    ["server/core/a.ts", 'import { z } from "zod";'],
    ["server/core/a.ts", 'type X = import("../runtime/clock.ts").X;'],
    ["server/core/a.ts", 'const x = import("../runtime/clock.ts");'],
    ["server/core/a.ts", 'export { x } from "../runtime/clock.ts";'],
    ["server/core/a.ts", 'import "../runtime/clock.ts";'],
    ["server/core/a.ts", 'import { x } from "./missing.ts";'],
    ["server/protocols/a.ts", 'import { x } from "../core/calls/call.ts";'],
    ["server/protocols/a.ts", 'import { createHmac } from "node:crypto";'],
    ["server/sim/a.ts", 'import { x } from "../runtime/clock.ts";'],
    ["server/runtime/a.ts", 'import { x } from "../sim/world.ts";'],
    ["server/runtime/a.ts", 'import { x } from "../operations/switchover.ts";'],
    ["server/drivers/a.ts", 'import { x } from "../trpc/root.ts";'],
    ["server/drivers/a.ts", 'import { x } from "../../db/records.ts";'],
    ["server/nodes/gateway/a.ts", 'import { x } from "../../operations/switchover.ts";'],
    ["server/nodes/gateway/a.ts", 'import { x } from "../console/main.ts";'],
    ["server/nodes/gateway/a.ts", 'import { x } from "../../../db/records.ts";'],
    ["server/nodes/gateway/a.ts", 'import { drizzle } from "drizzle-orm";'],
    ["server/nodes/console/a.ts", 'import { x } from "../../../app/_ui/table.tsx";'],
    ["server/operations/a.ts", 'import { x } from "../runtime/clock.ts";'],
    ["server/operations/a.ts", 'import type { X } from "../runtime/clock.ts";'],
    ["server/trpc/a.ts", 'import { x } from "../../db/records.ts";'],
    ["server/trpc/a.ts", 'import { x } from "../runtime/clock.ts";'],
    ["server/trpc/a.ts", 'import { sql } from "drizzle-orm";'],
    ["server/rest/a.ts", 'import { x } from "../runtime/clock.ts";'],
    ["fuzz/a.ts", 'import { x } from "../db/records.ts";'],
    ["server/cli/a.ts", 'import { x } from "../runtime/clock.ts";'],
    ["server/cli/a.ts", 'import { x } from "../../db/records.ts";'],
    ["db/a.ts", 'import { x } from "../server/runtime/clock.ts";'],
    ["app/a.tsx", 'import { x } from "../server/core/time.ts";'],
    ["app/a.tsx", 'import type { X } from "../db/records.ts";'],
    ["app/a.tsx", 'import { x } from "../server/trpc/root.ts";'],
    ["app/_trpc/a.ts", 'import { x } from "../../db/records.ts";'],
    ["app/a.tsx", 'import { createTRPCClient } from "@trpc/client";'],
    ["e2e/a.ts", 'import { x } from "../server/runtime/clock.ts";'],
    ["scripts/a.mjs", 'import { parse } from "yaml";'],
  ])("%s: %s is refused", (path, text) => {
    expect(planted(path, text)).toHaveLength(1);
  });

  test.each([
    ["server/core/a.ts", 'import type { Now } from "./time.ts";'],
    ["server/core/a.test.ts", 'import { test } from "vitest"; import { readFileSync } from "node:fs";'],
    ["server/protocols/a.ts", 'import type { X } from "../core/calls/call.ts"; import { y } from "../core/time.ts";'],
    ["server/runtime/a.ts", 'import { x } from "../protocols/link/frame.ts"; import { open } from "node:fs";'],
    ["server/nodes/console/a.ts", 'import { x } from "../../trpc/root.ts"; import { y } from "../../../db/records.ts";'],
    ["server/nodes/main.ts", 'const x = import("./console/main.ts");'],
    ["app/a.tsx", 'import type { X } from "../server/trpc/root.ts"; import { y } from "./_trpc/client.ts";'],
    ["app/a.tsx", 'import { type X } from "../server/core/time.ts";'],
  ])("%s: %s is fine", (path, text) => {
    expect(planted(path, text)).toEqual([]);
  });

  test("an import inside a comment or a string is none", () => {
    expect(planted("server/core/a.ts", '// import "node:fs"\nexport const x = \'import "node:fs"\';')).toEqual([]);
  });
});

describe("graph", () => {
  const paths = new Set(["server/cli/main.ts", "server/core/a.ts", "server/core/b.ts", "server/core/c.test.ts"]);

  test("a cycle of types is a cycle", () => {
    const sources = [
      parseSource("server/core/a.ts", 'import type { B } from "./b.ts"; export type A = B;'),
      parseSource("server/core/b.ts", 'import type { A } from "./a.ts"; export type B = A;'),
    ];
    expect(cycleProblems(sources, paths)).toEqual(["cycle: server/core/a.ts -> server/core/b.ts -> server/core/a.ts"]);
  });

  test("a program that is started by its path is used", () => {
    const sources = [
      parseSource("server/cli/main.ts", 'spawn(new URL("../core/a.ts", import.meta.url));'),
      parseSource("server/core/a.ts", ""),
    ];
    expect(orphanProblems(sources, paths)).toEqual([]);
    expect(orphanProblems(sources.slice(1), paths)).toHaveLength(1);
  });

  test("two files that only import each other, and one that only a test imports, are orphans", () => {
    const sources = [
      parseSource("server/cli/main.ts", "export {};"),
      parseSource("server/core/a.ts", 'import "./b.ts";'),
      parseSource("server/core/b.ts", ""),
      parseSource("server/core/c.test.ts", 'import "./a.ts";'),
    ];
    expect(orphanProblems(sources, paths)).toHaveLength(2);
    const used = [...sources, parseSource("server/cli/main.ts", 'import "../core/a.ts";')];
    expect(orphanProblems(used.slice(1), paths)).toEqual([]);
  });
});

describe("shape", () => {
  const comment = "// Says what it is for.\n";
  const problems = (path: string, text: string): string[] => shapeProblems([parseSource(path, text)]);

  test.each([
    ["a file that says nothing by its name", "server/core/utils.ts", comment],
    ["a folder that says nothing by its name", "server/helpers/clock.ts", comment],
    ["an index file", "server/core/index.ts", comment],
    ["a long file", "server/core/a.ts", comment + "\n".repeat(400)],
    ["a long function", "server/core/a.ts", `${comment}export function a() {${"\n".repeat(70)}}`],
    ["a long method", "server/core/a.ts", `${comment}export class A { go() {${"\n".repeat(70)}} }`],
    ["a barrel", "server/core/a.ts", `${comment}export { x } from "./x.ts";\nexport * from "./y.ts";`],
    ["a focused test", "server/core/a.test.ts", 'test.only("a", () => {});'],
    ["a skipped group", "server/core/a.test.ts", 'describe.skip("a", () => {});'],
    ["a test to do", "server/core/a.test.ts", 'it.todo("a");'],
    ["no opening comment", "server/core/a.ts", "export const x = 1;"],
    ["a syntax error", "server/core/a.ts", `${comment}export const = 1;`],
  ])("%s is refused", (_what, path, text) => {
    expect(problems(path, text)).toHaveLength(1);
  });

  test("lines of nested functions are theirs", () => {
    const inner = `function b() {${"\n".repeat(60)}}`;
    expect(problems("server/core/a.ts", `${comment}export function a() {${"\n".repeat(40)}${inner}\n}`)).toEqual([]);
  });
});

describe("documents", () => {
  const paths = new Set(["server/core/time.ts", "docs/site.md"]);
  const problems = (text: string): string[] => {
    const texts = new Map([["docs/a.md", text]]);
    return [...markdownProblems(texts, paths), ...scriptProblems(texts, new Set(["bench"]))];
  };

  test.each(["`server/core/gone.ts`", "`docs/gone/`", "[gone](gone.md)", "`npm run gone`"])("%s is refused", (text) => {
    expect(problems(text)).toHaveLength(1);
  });

  test("what exists is fine", () => {
    expect(problems("`server/core/time.ts`, `server/core/`, [site](site.md#keys), `npm run bench`, `server/<name>.ts`")).toEqual([]);
  });
});
