/**
 * `npm run bench -- failover`: the primary is SIGKILLed again and again while calls are up; how long each part of the takeover took,
 * as a ratio to the floor (N × keepalive interval: no detector of this kind can be faster), and whether anything was lost.
 */
import type { FailoverReport } from "../server/core/timeline/failover-report.ts";
import { shippedProfile } from "../server/drivers/snmp/shipped-profiles.ts";
import { createSnmpAuditor } from "../server/drivers/snmp/snmp-audit.ts";
import { createSnmpClient } from "../server/drivers/snmp/snmp-client.ts";
import { systemClock } from "../server/runtime/clock.ts";
import { Counters } from "../server/runtime/counters.ts";
import { FaultTable } from "../server/runtime/faults.ts";
import { openSnmpSocket } from "../server/runtime/snmp-socket.ts";
import { droppedCalls, talkingCalls } from "./dropped-calls.ts";
import { Bounds, figuresLine, say } from "./figures.ts";
import { type RealLab, sequenceGaps, serverStatus, settled, startRealLab, takeoverBy } from "./real-lab.ts";

interface Series {
  readonly calls: number;
  readonly runs: number;
  readonly titleLimitMs: number;
  readonly activeLimitMs: number;
}

const allSeries: readonly Series[] = [
  { calls: 60, runs: 30, titleLimitMs: 650, activeLimitMs: 1000 },
  { calls: 500, runs: 20, titleLimitMs: 650, activeLimitMs: 1200 },
];

export async function benchFailover(words: readonly string[]): Promise<number> {
  const runs = Number(words[words.indexOf("--runs") + 1]) || null;
  const only = Number(words[words.indexOf("--calls") + 1]) || null;
  const bounds = new Bounds();
  for (const series of allSeries) {
    if (only === null || only === series.calls) await benchSeries({ ...series, runs: runs ?? series.runs }, bounds);
  }
  return bounds.broken;
}

async function benchSeries(series: Series, bounds: Bounds): Promise<void> {
  const lab = await startRealLab(series.calls);
  try {
    say(`\n${series.calls} calls (${series.calls * 2} connections), primary SIGKILLed ${series.runs} times`);
    const reports: FailoverReport[] = [];
    let gaps = 0;
    let dropped = 0;
    for (let run = 1; run <= series.runs; run += 1) {
      const [primary, standby] = await settled(lab, series.calls, 120_000);
      const gapsBefore = await sequenceGaps(lab);
      const { epoch } = await serverStatus(lab, standby);
      const before = await talkingCalls(lab, primary);
      await lab.control.act("kill", primary);
      const report = await takeoverBy(lab, standby, epoch.number);
      gaps += (await sequenceGaps(lab)) - gapsBefore;
      dropped += await droppedCalls(lab, standby, before);
      reports.push(report);
      say(
        `  run ${String(run).padStart(2)}: ${primary} killed, title +${offset(report, report.timeline.titleAt)} ms, last of ${report.callsAdopted} calls +${offset(report, report.timeline.activeAt)} ms, ${report.callsReleased} released, ${report.recordsRecovered} recovered`,
      );
      await lab.control.act("restart", primary);
    }
    tell(series, reports, { gaps, dropped }, bounds);
    await tellWalk(lab, series);
  } finally {
    await lab.stop();
  }
}

function offset(report: FailoverReport, at: number | null): number {
  return at === null ? Number.NaN : Math.round(at - report.startedAt);
}

function tell(series: Series, reports: readonly FailoverReport[], lost: { gaps: number; dropped: number }, bounds: Bounds): void {
  const floorMs = (reports[0]?.missLimit ?? 5) * (reports[0]?.keepaliveMs ?? 100);
  const of = (pick: (report: FailoverReport) => number): number[] => reports.map(pick);
  const title = of((report) => offset(report, report.timeline.titleAt));
  const active = of((report) => offset(report, report.timeline.activeAt));
  say(
    figuresLine(
      "detection (to the 2nd miss)",
      of((report) => offset(report, report.timeline.suspectedAt)),
      "ms",
    ),
  );
  say(
    figuresLine(
      "decision (to the verdict)",
      of((report) => offset(report, report.timeline.decidedAt) - offset(report, report.timeline.suspectedAt)),
      "ms",
    ),
  );
  say(
    figuresLine(
      "claim (verdict to title)",
      of((report) => offset(report, report.timeline.titleAt) - offset(report, report.timeline.decidedAt)),
      "ms",
    ),
  );
  say(
    figuresLine(
      "adopt (title to last call)",
      of((report) => offset(report, report.timeline.activeAt) - offset(report, report.timeline.titleAt)),
      "ms",
    ),
  );
  say(figuresLine("last keepalive to title", title, "ms"));
  say(figuresLine("last keepalive to last call", active, "ms"));
  say(
    figuresLine(
      `ratio to the floor (${floorMs} ms)`,
      active.map((value) => value / floorMs),
      "×",
    ),
  );
  const released = reports.reduce((sum, report) => sum + report.callsReleased, 0);
  say(`never answered, half set up when the primary died, released with a reason: ${released}`);
  bounds.check(`every run finished: ${reports.length} of ${series.runs}`, reports.length === series.runs);
  bounds.check(`no answered call dropped: ${lost.dropped}`, lost.dropped === 0);
  bounds.check(`no RTP sequence gap: ${lost.gaps}`, lost.gaps === 0);
  bounds.check(`title within ${series.titleLimitMs} ms: ${Math.max(...title)}`, Math.max(...title) <= series.titleLimitMs);
  bounds.check(`last call adopted within ${series.activeLimitMs} ms: ${Math.max(...active)}`, Math.max(...active) <= series.activeLimitMs);
}

/** What a cold audit costs, told apart: every column of every row over all gateways at once. */
async function tellWalk(lab: RealLab, series: Series): Promise<void> {
  const clock = systemClock();
  const times: number[] = [];
  let rows = 0;
  for (let run = 0; run < 5; run += 1) {
    const socket = openSnmpSocket({ self: "bench", faults: new FaultTable(), counters: new Counters() });
    const auditors = lab.site.gateways.map((naming) => {
      const credentials = { version: "2c", community: Buffer.from(naming.snmp.community ?? "") } as const;
      const client = createSnmpClient({ socket, node: naming.name, agent: naming.snmp, credentials });
      return createSnmpAuditor({ naming, client, clock, profile: shippedProfile("tandem"), own: true });
    });
    const began = performance.now();
    const results = await Promise.all(auditors.map((auditor) => auditor.audit("full")));
    times.push(performance.now() - began);
    rows = results.reduce((sum, result) => sum + result.rows.length, 0);
    await socket.close();
  }
  say(figuresLine(`full walk, ${rows} rows, ${series.calls} calls`, times, "ms"));
}
