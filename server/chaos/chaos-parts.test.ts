/** The pure parts of the runner: the language, the rules for the kernel, the site files, the draws. */
import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parseSite } from "../core/site/parse-site.ts";
import { absencesIn, type FaultEntry } from "./fault-log.ts";
import { filterOf, relayFilterOf, withLoss } from "./link-faults.ts";
import { lanesOf, machinesOf } from "./machines.ts";
import { roundOf } from "./random-faults.ts";
import { parseScenario, randomScenario } from "./scenario.ts";
import { relayedLanes, siteValue } from "./site-files.ts";
import { parseStep } from "./step.ts";
import { type Summary, summaryLines } from "./summary.ts";
import { parseWords } from "./words.ts";

const { shape, automaticChanges } = randomScenario(1);
const machines = machinesOf(shape);
const names = machines.map(({ name }) => name);

test("a site has a lane each way between servers on two paths, and to everybody else on one", () => {
  expect(names).toEqual(["cs-a", "cs-b", "gw-1", "gw-2", "gw-3", "wit-1", "wit-2"]);
  expect(lanesOf(machines)).toHaveLength(2 * 2 + 2 * 2 * 5);
});

test("every node's own site file reads, and through the relay no address is used twice", () => {
  for (const relayed of [false, true]) {
    for (const self of [null, ...names]) {
      const options = { machines, relayed, timers: {}, automaticChanges, more: {} };
      const parsed = parseSite(siteValue(options, self));
      expect(parsed.ok ? [] : parsed.problems).toEqual([]);
    }
  }
});

test("a lost datagram is lost where it arrives; cuts and losses heal", () => {
  const lanes = lanesOf(machines).filter(({ from, to }) => from.name === "cs-a" && to.name === "gw-1");
  const gateway = machines[2];
  if (gateway === undefined) throw new Error("no gateway");
  const cut = withLoss([], lanes, 100);
  expect(filterOf(gateway, cut)).toContain("-A INPUT -i eth1 -s 10.91.1.1 -j DROP");
  expect(relayFilterOf(relayedLanes(machines), cut)).toMatch(/-s 10\.91\.1\.1 -d 10\.91\.1\.253 -p udp --dport \d+ -j DROP/);
  expect(filterOf(gateway, withLoss(cut, lanes, 20))).toContain("--probability 0.2000");
  expect(withLoss(cut, lanes, 0)).toEqual([]);
});

test("steps are read, and what a machine cannot do is refused in words", () => {
  expect(parseStep("cut cs-a gw-1 2")).toEqual({ verb: "cut", from: "cs-a", to: "gw-1", path: 2, bothWays: false });
  expect(parseStep("recall gw-1,gw-2")).toEqual({ verb: "recall", gateways: ["gw-1", "gw-2"] });
  expect(parseStep("until owner gw-1 none within 900")).toEqual({
    verb: "until",
    what: { kind: "owner", gateway: "gw-1", wanted: "none" },
    withinMs: 900,
  });
  expect(() => parseStep("clock gw-1 jump 500")).toThrow("cannot be done to real processes: wall clock");
  expect(() => parseStep("explode gw-1")).toThrow("no step that real processes can play");
  expect(() => parseScenario("x", "> crash cs-z\n> hold claim cs-a * 5")).toThrow(
    /there is no node cs-z[\s\S]*does not see what a datagram says/,
  );
});

test("every scenario of this folder can be played", () => {
  const folder = new URL("scenarios/", import.meta.url);
  const files = readdirSync(folder);
  expect(files.length).toBeGreaterThanOrEqual(5);
  for (const file of files) expect(parseScenario(file, readFileSync(new URL(file, folder), "utf8")).steps.length).toBeGreaterThan(2);
});

test("a site with its own timers, rules and phones", () => {
  const script = "> site servers=2 gateways=2 phones=1 partition=strict keepalive=50 limit=3\n> run 10";
  const scenario = parseScenario("x", script);
  expect(scenario).toMatchObject({ timers: { keepaliveMs: 50 }, more: { partition: "strict" }, automaticChanges: { limit: 3 } });
  const phone = machinesOf(scenario.shape).find(({ name }) => name === "ph-1");
  expect(phone).toMatchObject({ kind: "gateway", voter: false });
  const parsed = parseSite(siteValue({ ...scenario, machines: machinesOf(scenario.shape), relayed: false }, null));
  expect(parsed.ok ? parsed.site.partition : parsed.problems).toBe("strict");
});

test("the same seed draws the same rounds, and every step of them can be played", () => {
  const site = { servers: ["cs-a", "cs-b"], gateways: ["gw-1", "gw-2", "gw-3"], witnesses: ["wit-1", "wit-2"] };
  const rounds = Array.from({ length: 200 }, (_, round) => roundOf(7, round, site));
  expect(rounds).toEqual(Array.from({ length: 200 }, (_, round) => roundOf(7, round, site)));
  const verbs = new Set(rounds.flat().map((step) => parseStep(step).verb));
  expect([...verbs].sort()).toEqual(
    [
      "crash",
      "cut",
      "delay",
      "duplicate",
      "failover-now",
      "freeze",
      "heal",
      "isolate",
      "loss",
      "override",
      "pause",
      "reboot",
      "restart",
      "run",
      "starve",
      "switchover",
      "thaw",
      "wipe",
    ].sort(),
  );
  for (const steps of rounds) expect(steps.filter((step) => step.startsWith("wipe")).length).toBeLessThan(2);
});

test("absences are told by the fault log", () => {
  const entry = (at: number, kind: FaultEntry["kind"]): FaultEntry => ({
    from: at,
    at: at + 1,
    kind,
    step: kind,
    node: "cs-a",
    title: null,
    note: null,
  });
  expect(absencesIn([entry(1, "freeze"), entry(5, "end"), entry(9, "start"), entry(20, "end")])).toEqual([
    { node: "cs-a", kind: "frozen", from: 1, until: 6 },
    { node: "cs-a", kind: "down", from: 5, until: 10 },
    { node: "cs-a", kind: "down", from: 20, until: null },
  ]);
});

test("the words of the command line", () => {
  expect(parseWords(["--random", "--minutes", "3", "--seed", "9"])).toMatchObject({ random: { minutes: 3, seed: 9 } });
  expect(parseWords(["--random", "--scenario", "x"])).toContain("usage");
  expect(parseWords([])).toContain("usage");
  expect(parseWords(["--judge", "a"])).toMatchObject({ judge: "a", random: null, scenarios: [] });
  expect(parseWords(["--judge", "a", "--scenario", "x"])).toContain("usage");
  expect(parseWords(["--minutes", "many", "--random"])).toContain("--minutes must be a number");
});

test("a run that was stopped gives no count of calls, because it compared none", () => {
  const whole: Summary = {
    ...{ scenario: "primary-killed", seed: null, startedAt: 0, endedAt: 9000, stopped: false, passed: true, rounds: 0, faults: 1 },
    ...{ violations: [], unmet: [], titles: [], takeovers: [], journalLines: 7, folder: "" },
    calls: { truth: 3, records: 3, unspoken: 0, leftOut: 0 },
    runner: { worstLateMs: 2, over50Ms: 0, clockDriftMs: 0, relayWorstLateMs: null },
  };
  expect(summaryLines(whole)).toContain("  3 answered calls ended, 3 records, 0 answered in vain, 0 left out.");
  const stopped = summaryLines({ ...whole, stopped: true }).join("\n");
  expect(stopped).toContain("stopped early, nothing broken after 9 s");
  expect(stopped).not.toContain("answered calls");
});
