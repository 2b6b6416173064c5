/**
 * `npm run bench -- records`: twenty failovers in a row under traffic of short calls; afterwards the traffic stops, the calls end,
 * and the stored records are compared with what the parties saw.
 */

import { storedRecords } from "./acceptance/stored-records.ts";
import { disagreements, truthOf } from "./acceptance/truth.ts";
import { Bounds, say } from "./figures.ts";
import { primaryOf, type RealLab, serverStatus, settled, startRealLab, takeoverBy, until } from "./real-lab.ts";

const calls = 60;

export async function benchRecords(words: readonly string[]): Promise<number> {
  const runs = Number(words[words.indexOf("--runs") + 1]) || 20;
  const bounds = new Bounds();
  process.env.TANDEM_HOLD_SECONDS = "12";
  const lab = await startRealLab(calls);
  try {
    await failOverAgainAndAgain(lab, runs, calls);
    const { found, records, truth } = await recordsAgainstTruth(lab);
    for (const line of found.slice(0, 20)) say(`  ${line}`);
    say(`${runs} failovers; ${truth} answered calls ended, ${records} records`);
    bounds.check("records = answered calls that ended, none twice, every duration within its error", found.length === 0 && truth > 0);
  } finally {
    await lab.stop();
  }
  return bounds.broken;
}

export async function failOverAgainAndAgain(lab: RealLab, runs: number, atLeast: number): Promise<void> {
  for (let run = 1; run <= runs; run += 1) {
    const began = new Date().toISOString();
    const [primary, standby] = await settled(lab, atLeast * 0.5, 90_000);
    const { epoch } = await serverStatus(lab, standby);
    await lab.control.act("kill", primary);
    const report = await takeoverBy(lab, standby, epoch.number, 30_000);
    say(
      `  failover ${run} (${began}, ${report.cause}): ${report.callsAdopted} calls adopted, ${report.callsReleased} released, ${report.recordsRecovered} records recovered`,
    );
    await lab.control.act("restart", primary);
  }
}

/** Lets every call end and every record arrive, then compares. */
export async function recordsAgainstTruth(lab: RealLab): Promise<{ found: string[]; records: number; truth: number }> {
  await lab.control.traffic(0);
  await until("every call ended", 180_000, async () => {
    const primary = await primaryOf(lab);
    return primary !== null && (await serverStatus(lab, primary)).calls.active === 0;
  });
  await until("every record collected", 30_000, async () => {
    const pending = await Promise.all(lab.site.servers.map(async ({ name }) => (await serverStatus(lab, name)).outbox.pending));
    return pending.every((count) => count === 0);
  });
  const truth = await truthOf(lab);
  const records = await storedRecords(lab);
  return { found: disagreements(records, truth), records: records.length, truth: new Set(truth.map((call) => call.callId)).size };
}
