/**
 * `npm run chaos`: plays a scenario of the simulator, or random faults, on real node processes, each on a machine of its own (a network
 * namespace), and checks the invariants from the nodes' journals. This process makes the namespaces and removes them; the run itself is
 * a second process of the same program inside them, so that it can speak with every node. Exit codes: 0 holds, 1 broken, 2 wrong words,
 * 3 namespaces cannot be made.
 */
import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { judgeAgain } from "./judge-again.ts";
import { machinesOf } from "./machines.ts";
import { hub, namespaceOf, openNamespaces, removeLeftovers, whyNoNamespaces } from "./namespaces.ts";
import { runRelay } from "./relay.ts";
import { run } from "./run.ts";
import { parseScenario, randomScenario, type Scenario } from "./scenario.ts";
import { StepRefusal } from "./step.ts";
import { summaryLines } from "./summary.ts";
import { parseWords, type Words } from "./words.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));
const scenarioFolders = [join(root, "server/chaos/scenarios"), join(root, "server/sim/scenarios")];
const nodeProgram = process.env.TANDEM_CHAOS_NODE ?? join(root, "dist/server/nodes/main.js");
const ownCommand = [process.execPath, ...process.execArgv, fileURLToPath(import.meta.url)];
/** Tells the second process which namespaces are its own, and where to leave what it finds. */
const inside = "TANDEM_CHAOS_INSIDE";

if (process.argv[2] === "relay") await runRelay();
else process.exitCode = await start(process.argv.slice(2));

async function start(given: readonly string[]): Promise<number> {
  const words = parseWords(given);
  if (typeof words === "string") return refuse(words);
  if (words.list) {
    for (const name of scenarioNames()) process.stdout.write(`${name}\n`);
    return 0;
  }
  try {
    if (words.judge !== null) {
      const { holds, lines } = judgeAgain(resolve(words.judge));
      process.stdout.write(`${lines.join("\n")}\n`);
      return holds ? 0 : 1;
    }
    const scenarios = words.random === null ? words.scenarios.map(readScenario) : [randomScenario(words.random.seed)];
    const within = process.env[inside];
    const scenario = scenarios[0];
    if (within !== undefined && scenario !== undefined) return await play(words, scenario, within);
    return await playEach(words, scenarios);
  } catch (error) {
    if (error instanceof StepRefusal) return refuse(error.message);
    throw error;
  }
}

function refuse(text: string): number {
  process.stderr.write(`${text}\n`);
  return 2;
}

function scenarioNames(): string[] {
  const files = scenarioFolders.flatMap((folder) => (existsSync(folder) ? readdirSync(folder) : []));
  return files.filter((file) => file.endsWith(".txt")).map((file) => file.slice(0, -4));
}

function readScenario(name: string): Scenario {
  const file = scenarioFolders.map((folder) => join(folder, `${name}.txt`)).find(existsSync);
  if (file === undefined) throw new StepRefusal(`There is no scenario ${name}; --list shows them.`);
  return parseScenario(name, readFileSync(file, "utf8"));
}

/** Outside: namespaces for each scenario in turn, the run inside them, and nothing left behind. */
async function playEach(words: Words, scenarios: readonly Scenario[]): Promise<number> {
  const why = whyNoNamespaces();
  if (why !== null) {
    process.stderr.write(`Real processes cannot be played here: ${why}\n`);
    return 3;
  }
  if (!existsSync(nodeProgram)) return refuse(`${nodeProgram} is not there: npm run set-up builds it.`);
  const removed = removeLeftovers();
  if (removed > 0) process.stderr.write(`Removed ${removed} namespaces that a killed run had left behind.\n`);
  let worst = 0;
  for (const scenario of scenarios) {
    const code = await playInside(words, scenario);
    worst = Math.max(worst, code);
    if (code > 2) break;
  }
  return worst;
}

async function playInside(words: Words, scenario: Scenario): Promise<number> {
  const folder = words.keep === null ? mkdtempSync(join(tmpdir(), "tandem-chaos-")) : resolve(words.keep, scenario.name);
  rmSync(folder, { recursive: true, force: true });
  const namespaces = openNamespaces(machinesOf(scenario.shape));
  const own = words.random === null ? ["--scenario", scenario.name] : process.argv.slice(2);
  const more = words.random === null ? ["--calls", `${words.calls}`, ...(words.json ? ["--json"] : [])] : [];
  const child = spawn("ip", ["netns", "exec", namespaceOf(namespaces.prefix, hub), ...ownCommand, ...own, ...more], {
    stdio: ["pipe", "inherit", "inherit"],
    env: { ...process.env, [inside]: JSON.stringify({ prefix: namespaces.prefix, folder }) },
  });
  const pass = (signal: NodeJS.Signals): void => void child.kill(signal);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, pass);
  try {
    const code = await new Promise<number>((done, fail) => {
      child.on("error", fail);
      child.on("close", (exit) => done(exit ?? 1));
    });
    if (words.keep === null && code === 0) rmSync(folder, { recursive: true, force: true });
    else process.stderr.write(`Journals, fault log and summary: ${folder}\n`);
    return code;
  } finally {
    for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.removeListener(signal, pass);
    namespaces.close();
  }
}

/** Inside. */
async function play(words: Words, scenario: Scenario, within: string): Promise<number> {
  const { prefix, folder } = JSON.parse(within) as { prefix: string; folder: string };
  let stopped = false;
  const stop = (): void => {
    stopped = true;
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, stop);
  // Whoever started us holds the other end; without it nobody would remove the namespaces.
  process.stdin.on("end", stop);
  process.stdin.on("error", stop);
  process.stdin.resume();
  const summary = await run({
    ...{ prefix, folder, ownCommand, scenario, random: words.random, calls: words.calls },
    nodeCommand: [process.execPath, nodeProgram],
    say: (text) => process.stderr.write(`${text}\n`),
    stopped: () => stopped,
  });
  process.stdin.pause();
  process.stdout.write(words.json ? `${JSON.stringify(summary)}\n` : `${summaryLines(summary).join("\n")}\n`);
  return summary.passed ? (summary.stopped ? 130 : 0) : 1;
}
