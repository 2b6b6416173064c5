/**
 * One run inside the namespaces: the site comes up with calls, the scenario or the random rounds are played, everything is mended, the
 * calls end, and every checker looks at what was left behind.
 */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { majorityOf } from "../core/site/site.ts";
import { Traffic } from "../lab/traffic/traffic.ts";
import { CallBooks } from "./call-books.ts";
import { endEveryCall } from "./call-end.ts";
import type { Violation } from "./checks/violation.ts";
import { FaultLog } from "./fault-log.ts";
import { judgeCalls, judgeControl } from "./judge.ts";
import { awaitWhole, wholeWithinMs } from "./liveness.ts";
import { machinesOf } from "./machines.ts";
import { mediaBefore, mediaViolations } from "./media.ts";
import { Observer } from "./observer.ts";
import { PacketFilter } from "./packet-filter.ts";
import { PlayedSite } from "./played-site.ts";
import { Player } from "./player.ts";
import { roundOf } from "./random-faults.ts";
import { RelayProcess } from "./relay-process.ts";
import type { Scenario } from "./scenario.ts";
import { keepSeen } from "./seen.ts";
import { relayedLanes } from "./site-files.ts";
import { parseStep } from "./step.ts";
import type { Summary } from "./summary.ts";

export interface RunOptions {
  readonly prefix: string;
  readonly folder: string;
  readonly nodeCommand: readonly string[];
  /** Program and words that start this command again, for the relay. */
  readonly ownCommand: readonly string[];
  readonly scenario: Scenario;
  /** Null where a scenario is played; else random rounds for so long. */
  readonly random: { readonly minutes: number; readonly seed: number } | null;
  readonly calls: number;
  say(text: string): void;
  stopped(): boolean;
}

const startLimitMs = 30_000;
const meanHoldMs = 9_000;
/** Calls get as long to come up before anything happens to them. */
const warmUpMs = 1_500;

export async function run(options: RunOptions): Promise<Summary> {
  const { scenario, folder, prefix, say } = options;
  mkdirSync(folder, { recursive: true });
  const machines = machinesOf(scenario.shape);
  const relayed = options.random !== null || scenario.steps.some((step) => /^(delay|duplicate)\b/.test(step));
  const lanes = relayed ? relayedLanes(machines) : [];
  const log = new FaultLog(folder);
  const unasked: string[] = [];
  const site = new PlayedSite({
    ...{ machines, relayed, prefix, folder, nodeCommand: options.nodeCommand },
    ...{ timers: scenario.timers, automaticChanges: scenario.automaticChanges, more: scenario.more },
    onUnaskedEnd: (name, how) => unasked.push(`${name} ended by itself (${how}); see log/${name}.log`),
  });
  const relay = relayed ? new RelayProcess(prefix, lanes, options.ownCommand) : null;
  const observer = new Observer(site);
  const books = new CallBooks(site);
  const traffic = new Traffic({
    site: site.site,
    token: site.token,
    seed: options.random?.seed ?? 1,
    targetCalls: waitsForNoCalls(scenario) ? 0 : options.calls,
    meanHoldMs,
  });
  const player = new Player({
    site,
    relay,
    observer,
    books,
    log,
    say,
    stopped: options.stopped,
    ordersMayFail: options.random !== null,
    filter: new PacketFilter(prefix, machines, lanes),
  });
  const parts: Parts = { options, site, relay, observer, books, traffic, player, log, unasked };
  try {
    await relay?.open(options.random?.seed ?? 1);
    return await playAll(parts);
  } finally {
    observer.stop();
    books.stop();
    traffic.stop();
    relay?.close();
    await site.stop();
  }
}

interface Parts {
  readonly options: RunOptions;
  readonly site: PlayedSite;
  readonly relay: RelayProcess | null;
  readonly observer: Observer;
  readonly books: CallBooks;
  readonly traffic: Traffic;
  readonly player: Player;
  readonly log: FaultLog;
  readonly unasked: readonly string[];
}

async function playAll(parts: Parts): Promise<Summary> {
  const { options, site, observer, books, traffic } = parts;
  const startedAt = Date.now();
  observer.start();
  await site.startAll();
  const never = await awaitWhole(site, false, startLimitMs, options.stopped);
  if (never !== null) throw new Error(`the site did not come up within ${startLimitMs / 1000} s: ${never.join(", ")}`);
  options.say(`The site is up after ${((Date.now() - startedAt) / 1000).toFixed(1)} s.`);
  books.start();
  traffic.start();
  await new Promise((done) => setTimeout(done, warmUpMs));
  const media = await mediaBefore(site);
  const violations: Violation[] = [];
  let rounds = 0;
  if (options.random === null) violations.push(...(await playSteps(parts, options.scenario.steps)));
  else {
    const { minutes, seed } = options.random;
    const end = performance.now() + minutes * 60_000;
    while (performance.now() < end && !options.stopped() && violations.length === 0) {
      rounds += 1;
      const steps = roundOf(seed, rounds, {
        servers: site.names("call-server"),
        gateways: site.names("gateway"),
        witnesses: site.names("witness"),
      });
      options.say(`Round ${rounds}: ${steps.join("; ")}`);
      violations.push(...(await playSteps(parts, steps)));
    }
  }
  keepSeen(options.folder, { titlesSeen: observer.titlesSeen, late: observer.late, calls: null });
  if (options.stopped() || endsWithoutVoters(options.scenario))
    return summaryOf(parts, { startedAt, rounds, violations, calls: { truth: 0, records: 0, unspoken: 0, leftOut: 0 } });
  violations.push(...(await mediaViolations(site, media, parts.log.entries, (from, until) => observer.lateMs(from, until))));
  traffic.aim(0);
  const left = await endEveryCall(site, books, options.stopped);
  if (left !== null) violations.push({ invariant: 5, text: `Calls that nobody ended any more are left: ${left}.`, evidence: [] });
  keepSeen(options.folder, { titlesSeen: observer.titlesSeen, late: observer.late, calls: books });
  const calls = judgeCalls(books, site.site, parts.log);
  violations.push(...calls.found);
  return summaryOf(parts, { startedAt, rounds, violations, calls: calls.count });
}

/** Gateways that were lent, or that a title holder may not take back by itself, stay where they are. */
function mayShare({ steps, more }: Scenario): boolean {
  return (more.merge ?? "now") !== "now" || steps.some((step) => /^switchover \S+ \S/.test(step));
}

/** When most voters have lost their disks nobody knows what they had promised, and only a person may admit them (docs/operating.md). */
function endsWithoutVoters({ steps, shape }: Scenario): boolean {
  const wiped = new Set(steps.filter((step) => step.startsWith("wipe gw") || step.startsWith("wipe wit")));
  return wiped.size >= majorityOf(shape.gateways + shape.witnesses);
}

/** A rule that waits until there are no calls would wait for ever. */
function waitsForNoCalls({ more }: Scenario): boolean {
  return more.merge === "at-zero-calls" || more.failback === "at-zero-calls";
}

/** Plays, mends, waits until the site is whole, and looks at the journals. */
async function playSteps({ options, site, player, observer, log, unasked }: Parts, steps: readonly string[]): Promise<Violation[]> {
  for (const text of steps) {
    if (options.stopped()) return [];
    await player.play(parseStep(text), text);
  }
  if (options.stopped()) return [];
  if (endsWithoutVoters(options.scenario)) return [...judgeControl(options.folder, site.site, log, observer).violations];
  await player.mend();
  const mendedAt = performance.now();
  const wrong = await awaitWhole(site, mayShare(options.scenario), wholeWithinMs, options.stopped);
  // Ctrl-C at a terminal reaches the nodes as well: what they do from then on says nothing.
  if (options.stopped()) return [];
  options.say(wrong === null ? `  whole again after ${Math.round(performance.now() - mendedAt)} ms` : `  not whole: ${wrong.join(", ")}`);
  const { violations } = judgeControl(options.folder, site.site, log, observer);
  const notWhole: Violation[] =
    wrong === null
      ? []
      : [{ invariant: 5, text: `Not whole within ${wholeWithinMs / 1000} s after mending: ${wrong.join(", ")}.`, evidence: [] }];
  return [...violations, ...notWhole, ...unasked.map((text): Violation => ({ invariant: 5, text, evidence: [] }))];
}

function summaryOf(
  { options, site, observer, relay, log, player }: Parts,
  run: Pick<Summary, "startedAt" | "rounds" | "violations" | "calls">,
): Summary {
  const { titles, takeovers, journalLines } = judgeControl(options.folder, site.site, log, observer);
  const summary: Summary = {
    ...run,
    scenario: options.scenario.name,
    seed: options.random?.seed ?? null,
    endedAt: Date.now(),
    stopped: options.stopped(),
    passed: run.violations.length === 0 && player.unmet.length === 0,
    unmet: player.unmet,
    faults: log.entries.filter(({ kind }) => kind !== "look").length,
    titles: titles.map(({ server, epoch, from, until }) => ({ server, epoch, from, until: Number.isFinite(until) ? until : null })),
    takeovers,
    journalLines,
    runner: { ...observer.starvation(), relayWorstLateMs: relay?.worstLateMs ?? null },
    folder: options.folder,
  };
  writeFileSync(join(options.folder, "summary.json"), `${JSON.stringify(summary, null, 2)}\n`);
  return summary;
}
