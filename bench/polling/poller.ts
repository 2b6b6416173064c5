/**
 * One process that polls: `tsx bench/polling/poller.ts <interval ms>`. Its first line of input is a list of ports, one for each gateway. The schedule, the auditors, the socket
 * and the machine that watches the calls are the ones that a call server has; the loop between them is the bench's. Each further line is answered with what was done since the last one.
 */

import { monitorEventLoopDelay } from "node:perf_hooks";
import { createInterface } from "node:readline";
import { ObservedCalls } from "../../server/core/gear/observed-calls.ts";
import { defaultObservedPolicy } from "../../server/core/gear/observed-event.ts";
import type { PollEffect, PollMode } from "../../server/core/polling/poll-event.ts";
import { PollSchedule } from "../../server/core/polling/poll-schedule.ts";
import { defaultSchedulePolicy } from "../../server/core/polling/schedule-policy.ts";
import type { Auditor, AuditResult } from "../../server/drivers/auditor.ts";
import { shippedProfile } from "../../server/drivers/snmp/shipped-profiles.ts";
import { createSnmpAuditor } from "../../server/drivers/snmp/snmp-audit.ts";
import { createSnmpClient } from "../../server/drivers/snmp/snmp-client.ts";
import { activePollOf } from "../../server/nodes/call-server/active-poll.ts";
import { systemClock } from "../../server/runtime/clock.ts";
import { Counters } from "../../server/runtime/counters.ts";
import { FaultTable } from "../../server/runtime/faults.ts";
import { openSnmpSocket } from "../../server/runtime/snmp-socket.ts";

export interface PollingReport {
  readonly seconds: number;
  readonly processorMs: number;
  readonly polls: Readonly<Record<PollMode, number>>;
  /** By their reason. */
  readonly failures: Readonly<Record<string, number>>;
  readonly packets: number;
  readonly rows: number;
  readonly legs: number;
  /** How late audits began: median, 99th percentile, longest. */
  readonly lateMs: readonly [number, number, number];
  readonly durationMs: readonly [number, number, number];
  readonly loopLateMs: number;
  readonly heapOctets: number;
  /** Gateways that were not polled at all. */
  readonly missed: number;
  readonly timeouts: number;
}

const intervalMs = Number(process.argv[2]);
const clock = systemClock();
const counters = new Counters();
const socket = openSnmpSocket({ self: "bench", faults: new FaultTable(), counters });
const schedule = new PollSchedule({ ...defaultSchedulePolicy, packetsPerSecond: 100_000, mostAtOnce: 256 });
const observed = new ObservedCalls("bench", defaultObservedPolicy);
const auditors = new Map<string, Auditor>();
const profile = shippedProfile("tandem");
const loop = monitorEventLoopDelay({ resolution: 5 });

let since = newCounts();

function newCounts() {
  return {
    at: performance.now(),
    usage: process.cpuUsage(),
    polls: { full: 0, liveness: 0 },
    failures: new Map<string, number>(),
    packets: 0,
    rows: 0,
    late: [] as number[],
    durations: [] as number[],
    polled: new Set<string>(),
    timeouts: counters.get("snmp.timeouts"),
  };
}

let timer: NodeJS.Timeout | null = null;

function perform(effects: readonly PollEffect[]): void {
  for (const effect of effects) if (effect.kind === "begin-poll") void poll(effect);
  if (timer !== null) clearTimeout(timer);
  const deadline = schedule.deadline();
  timer = deadline === null ? null : setTimeout(wake, Math.max(0, deadline - clock.now().mono));
}

function wake(): void {
  timer = null;
  perform(schedule.step({ kind: "deadline-passed" }, clock.now()));
}

async function poll({ gateway, poll: number, mode }: Extract<PollEffect, { kind: "begin-poll" }>): Promise<void> {
  const result = await auditors.get(gateway)!.audit(mode);
  const now = clock.now();
  observed.step({ kind: "poll-finished", poll: activePollOf(gateway, result) }, now);
  const failure =
    result.incompleteBecause === null ? null : { kind: result.failureKind ?? ("other" as const), because: result.incompleteBecause };
  const { complete, packets, rttMs, rows } = result;
  const outcome = { complete, failure, packets, rttMs, rows: rows.length };
  perform(schedule.step({ kind: "poll-finished", gateway, poll: number, outcome }, now));
  note(gateway, result);
}

function note(gateway: string, { mode, incompleteBecause, packets, rows, durationMs }: AuditResult): void {
  if (mode !== "history") since.polls[mode] += 1;
  if (incompleteBecause !== null) since.failures.set(incompleteBecause, (since.failures.get(incompleteBecause) ?? 0) + 1);
  else since.polled.add(gateway);
  since.packets += packets;
  since.rows += rows.length;
  since.late.push(schedule.past(gateway).at(-1)?.lateMs ?? 0);
  since.durations.push(durationMs);
}

function add(gateway: string, port: number): void {
  const client = createSnmpClient({
    socket,
    node: gateway,
    agent: { host: "127.0.0.1", port },
    credentials: { version: "2c", community: Buffer.from("tandem") },
  });
  const naming = { name: gateway, endpoints: { prefix: "ds/e1-1/", count: 1_000 }, firstNumber: null };
  auditors.set(gateway, createSnmpAuditor({ naming, client, clock, profile, own: true }));
  observed.step({ kind: "gear-added", gear: { gateway, pollMs: intervalMs, keepsHistory: false } }, clock.now());
  perform(schedule.step({ kind: "gear-added", gear: { gateway, intervalMs, packetsPerSecond: 100, polled: true } }, clock.now()));
}

function spread(values: number[]): readonly [number, number, number] {
  values.sort((a, b) => a - b);
  const at = (share: number): number => values[Math.min(values.length - 1, Math.floor(share * values.length))] ?? 0;
  return [at(0.5), at(0.99), at(1)];
}

function report(): PollingReport {
  const done = since;
  const { user, system } = process.cpuUsage(done.usage);
  const told: PollingReport = {
    seconds: (performance.now() - done.at) / 1000,
    processorMs: (user + system) / 1000,
    polls: done.polls,
    failures: Object.fromEntries(done.failures),
    packets: done.packets,
    rows: done.rows,
    legs: observed.legs,
    lateMs: spread(done.late),
    durationMs: spread(done.durations),
    loopLateMs: loop.max / 1e6,
    heapOctets: process.memoryUsage().heapUsed,
    missed: auditors.size - done.polled.size,
    timeouts: counters.get("snmp.timeouts") - done.timeouts,
  };
  loop.reset();
  since = newCounts();
  return told;
}

loop.enable();
for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith("[")) for (const [number, port] of (JSON.parse(line) as number[]).entries()) add(`gw-${number}`, port);
  else process.stdout.write(`${JSON.stringify(report())}\n`);
}
process.exit(0);
