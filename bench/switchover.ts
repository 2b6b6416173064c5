/**
 * `npm run bench -- switchover`: control goes back and forth on request with 1,000 connections up; for each gateway the time from
 * the release it obeyed to the first command of the new owner that it obeyed, from the gateways' own journals.
 */
import { randomUUID } from "node:crypto";
import { droppedCalls, givenUp, talkingCalls } from "./dropped-calls.ts";
import { Bounds, figuresLine, say } from "./figures.ts";
import { type RealLab, sequenceGaps, serverStatus, settled, startRealLab, takeoverBy, until } from "./real-lab.ts";

const calls = 500;
const limitMs = 250;

export async function benchSwitchover(words: readonly string[]): Promise<number> {
  const runs = Number(words[words.indexOf("--runs") + 1]) || 20;
  const bounds = new Bounds();
  const lab = await startRealLab(calls);
  try {
    say(`\n${calls * 2} connections, ${runs} switchovers`);
    const gaps: number[] = [];
    let dropped = 0;
    let released = 0;
    const before = await sequenceGaps(lab);
    for (let run = 1; run <= runs; run += 1) {
      const [primary, standby] = await settled(lab, calls, 120_000);
      const { epoch, lastEventSequence } = await serverStatus(lab, standby);
      const talking = await talkingCalls(lab, primary);
      const marks = await journalMarks(lab);
      await until("the switchover is accepted", 30_000, async () => {
        const order = { switchoverId: randomUUID(), to: standby, reason: "bench", by: "bench", dryRun: false };
        return (await lab.fleet.switchover(primary, order)).accepted;
      });
      const report = await takeoverBy(lab, standby, epoch.number);
      dropped += await droppedCalls(lab, standby, talking);
      released += report.callsReleased;
      for (const line of await givenUp(lab, standby, lastEventSequence)) say(`  ${line}`);
      const found = await releaseToCommand(lab, marks);
      gaps.push(...found);
      say(
        `  run ${String(run).padStart(2)}: ${primary} to ${standby}, ${report.callsAdopted} calls, worst gateway ${Math.max(...found).toFixed(1)} ms`,
      );
    }
    say(figuresLine("release obeyed to first command", gaps, "ms"));
    bounds.check(`no answered call dropped: ${dropped}`, dropped === 0);
    bounds.check(`no call released while it was set up: ${released}`, released === 0);
    bounds.check(`no RTP sequence gap: ${(await sequenceGaps(lab)) - before}`, (await sequenceGaps(lab)) === before);
    bounds.check(`within ${limitMs} ms per gateway: ${Math.max(...gaps).toFixed(1)}`, Math.max(...gaps) <= limitMs);
  } finally {
    await lab.stop();
  }
  return bounds.broken;
}

async function journalMarks(lab: RealLab): Promise<Map<string, number>> {
  const entries = await Promise.all(
    lab.site.gateways.map(async ({ name }) => [name, (await lab.fleet.status(name)).lastEventSequence] as const),
  );
  return new Map(entries);
}

/** ms per gateway; both instants are of the same gateway's monotonic clock. */
async function releaseToCommand(lab: RealLab, marks: ReadonlyMap<string, number>): Promise<number[]> {
  return Promise.all(
    [...marks].map(async ([name, after]) => {
      const { events } = await lab.fleet.events(name, after, 5000);
      const release = events.find((event) => event.what === "epoch-released");
      const obeyed = events.find((event) => event.what === "command-obeyed" && release !== undefined && event.sequence > release.sequence);
      if (!release || !obeyed) throw new Error(`${name}: its journal has no release followed by a command`);
      return obeyed.mono - release.mono;
    }),
  );
}
