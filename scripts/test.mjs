/**
 * `npm test`: the set-up and every kind of test, the quick ones first, each with its time; the last line is the sum.
 * `npm test -- unit layer` runs only those.
 */

import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { buildPages, buildServers, declarePages } from "./builds.mjs";
import { root, tool } from "./command.mjs";
import { Refusal, say, seconds, sinceStart } from "./console-output.mjs";
import { checkNode, installDependencies } from "./dependencies.mjs";
import { withSetUpLock } from "./set-up-lock.mjs";
import { findChromium, findTestPrograms } from "./test-programs.mjs";

const biome = tool("@biomejs/biome/bin/biome");
const tsc = [...tool("typescript/bin/tsc"), "--noEmit", "-p"];
const vitest = [...tool("vitest/vitest.mjs"), "run", "--project"];
const playwright = tool("@playwright/test/cli.js");
const results = join(root, "artifacts/results");

/** Environment that the set-up of a kind found out. */
const found = {};

const kinds = [
  { name: "format", commands: [[...biome, "format", "."]] },
  {
    name: "lint",
    commands: [
      [...biome, "lint", "--error-on-warnings", "."],
      [...tool("knip/bin/knip.js"), "--no-progress"],
    ],
  },
  {
    name: "types",
    setUp: declarePages,
    commands: [
      [...tsc, "tsconfig.json"],
      [...tsc, "server/core/tsconfig.json"],
      [...tsc, "server/protocols/tsconfig.json"],
      [...tsc, "server/sim/tsconfig.json"],
    ],
  },
  { name: "unit", vitest: true, commands: [[...vitest, "unit"]] },
  { name: "layer", vitest: true, commands: [[...vitest, "layer"]] },
  {
    name: "integration",
    vitest: true,
    setUp: () => findTestPrograms(),
    commands: [[...vitest, "integration", "--no-file-parallelism"]],
  },
  {
    name: "e2e",
    setUp: async () => {
      await buildServers();
      await buildPages();
      found.TANDEM_CHROMIUM = await findChromium();
    },
    commands: [[...playwright, "test"]],
    playwright: true,
  },
];

function run(words, environment) {
  return new Promise((resolve) => {
    const child = spawn(words[0], words.slice(1), {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
      env: { ...process.env, ...environment },
    });
    child.on("error", () => resolve(1));
    child.on("close", (code) => resolve(code ?? 1));
  });
}

/** One kind of test → how many passed and failed. A runner that fails without a failed test counts as one. */
async function runKind(kind) {
  if (kind.setUp !== undefined) await withSetUpLock(kind.setUp);
  const sum = { passed: 0, failed: 0, skipped: 0 };
  for (const command of kind.commands) {
    const file = join(results, `${kind.name}.json`);
    rmSync(file, { force: true });
    const words = kind.vitest
      ? [...command, "--reporter=default", "--reporter=json", `--outputFile.json=${file}`]
      : kind.playwright
        ? [...command, "--reporter=list,json"]
        : command;
    const code = await run(words, { ...found, NEXT_TELEMETRY_DISABLED: "1", PLAYWRIGHT_JSON_OUTPUT_NAME: file });
    const counted = kind.vitest
      ? countVitest(file)
      : kind.playwright
        ? countPlaywright(file)
        : { passed: code === 0 ? 1 : 0, failed: 0, skipped: 0 };
    if (code !== 0 && counted.failed === 0) counted.failed = 1;
    for (const key of Object.keys(sum)) sum[key] += counted[key];
  }
  return sum;
}

function readJson(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8"));
  } catch {
    return null;
  }
}

function countVitest(file) {
  const report = readJson(file);
  return {
    passed: report?.numPassedTests ?? 0,
    failed: report?.numFailedTests ?? 0,
    skipped: (report?.numPendingTests ?? 0) + (report?.numTodoTests ?? 0),
  };
}

function countPlaywright(file) {
  const stats = readJson(file)?.stats;
  return { passed: (stats?.expected ?? 0) + (stats?.flaky ?? 0), failed: stats?.unexpected ?? 0, skipped: stats?.skipped ?? 0 };
}

async function test() {
  checkNode();
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !kinds.some((kind) => kind.name === name));
  if (unknown !== undefined)
    throw new Refusal(`There is no kind of test ${unknown}; kinds are ${kinds.map((kind) => kind.name).join(", ")}.`);
  await withSetUpLock(installDependencies);
  mkdirSync(results, { recursive: true });
  const total = { passed: 0, failed: 0 };
  const lines = [];
  for (const kind of kinds) {
    if (wanted.length > 0 && !wanted.includes(kind.name)) continue;
    say(`\n== ${kind.name}`);
    const begun = Date.now();
    const sum = await runKind(kind).catch((error) => {
      process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
      return { passed: 0, failed: 1, skipped: 0 };
    });
    total.passed += sum.passed;
    total.failed += sum.failed;
    const skipped = sum.skipped > 0 ? `, ${sum.skipped} not run` : "";
    lines.push(`${kind.name.padEnd(12)} ${sum.passed} passed, ${sum.failed} failed${skipped} in ${seconds(Date.now() - begun)}`);
    say(lines.at(-1));
  }
  say(`\n${lines.join("\n")}\nIn all ${sinceStart()}.`);
  say(`${total.passed} passed, ${total.failed} failed`);
  process.exit(total.failed === 0 && total.passed > 0 ? 0 : 1);
}

test().catch((error) => {
  process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
  say("0 passed, 1 failed");
  process.exit(1);
});
