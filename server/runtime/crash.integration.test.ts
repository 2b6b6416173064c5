/** A writer is killed by SIGKILL again and again: what it had shown is there, once, in order, and numbers go on. */
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { Counters } from "./counters.ts";
import { openJournal } from "./journal.ts";
import { openOutbox } from "./outbox.ts";

/** Adds and acknowledges as fast as it can, and tells on stdout what a reader could have seen so far. */
const writer = `
  import { writeSync } from "node:fs";
  import { openJournal } from ${JSON.stringify(new URL("./journal.ts", import.meta.url).href)};
  import { openOutbox } from ${JSON.stringify(new URL("./outbox.ts", import.meta.url).href)};
  import { nextBootId } from ${JSON.stringify(new URL("./boot-id.ts", import.meta.url).href)};
  import { systemClock } from ${JSON.stringify(new URL("./clock.ts", import.meta.url).href)};
  import { Counters } from ${JSON.stringify(new URL("./counters.ts", import.meta.url).href)};
  const folder = process.argv[1];
  const counters = new Counters();
  const boot = nextBootId(folder + "/boot-id", Date.now());
  const journal = openJournal({ folder, node: "cs-a", boot, clock: systemClock(), counters, maxSegmentOctets: 20_000 });
  const outbox = openOutbox({ folder, counters, maxSegmentOctets: 5_000, inMemory: 50 });
  const tell = (acknowledged) => writeSync(1, JSON.stringify({ boot, journal: journal.last, outbox: outbox.last, acknowledged }) + "\\n");
  tell(outbox.acknowledged);
  for (let turn = 0; ; turn += 1) {
    for (let i = 0; i < 7; i += 1) outbox.add({ callId: "call-" + (outbox.pending + outbox.acknowledged + 1) });
    journal.append("fact-seen", "note", "A fact.", { turn });
    if (turn % 5 === 0) journal.appendDurably("verdict-reached", "alarm", "A verdict.", { turn });
    if (turn % 3 === 0) await outbox.flush();
    if (turn % 11 === 0) {
      const through = outbox.last - 20;
      outbox.acknowledge(through);
      await outbox.flush();
    }
    tell(outbox.acknowledged);
    await new Promise((resolve) => setImmediate(resolve));
  }
`;

interface Told {
  readonly boot: number;
  readonly journal: number;
  readonly outbox: number;
  readonly acknowledged: number;
}

/** Kills the writer at its `line`-th report, in the middle of whatever it does then; gives its last whole report. */
function killedWriter(folder: string, line: number): Promise<Told> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", writer, folder], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    let text = "";
    let problems = "";
    child.stderr.on("data", (part: Buffer) => {
      problems += part.toString();
    });
    child.stdout.on("data", (part: Buffer) => {
      text += part.toString();
      if (text.split("\n").length > line) child.kill("SIGKILL");
    });
    child.on("exit", (_code, signal) => {
      const last = text.split("\n").at(-2);
      if (signal !== "SIGKILL" || last === undefined) reject(new Error(`the writer ended by itself: ${problems}`));
      else resolve(JSON.parse(last) as Told);
    });
  });
}

test("kill -9 at any moment loses nothing that was shown and repeats no number", async () => {
  const folder = mkdtempSync(join(tmpdir(), "crash-"));
  try {
    let before: Told = { boot: 0, journal: 0, outbox: 0, acknowledged: 0 };
    for (const line of [2, 9, 30, 61, 100, 163]) {
      const told = await killedWriter(folder, line);
      expect(told.boot).toBeGreaterThan(before.boot);
      expect(told.journal).toBeGreaterThan(before.journal);
      checkStores(folder, told);
      before = told;
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 60_000);

function checkStores(folder: string, told: Told): void {
  const counters = new Counters();
  const outbox = openOutbox({ folder, counters, maxSegmentOctets: 5_000, inMemory: 50 });
  const journal = openJournal({ folder, node: "cs-a", boot: 1, clock: { now: () => ({ mono: 0, wall: 0 }) }, counters });
  expect(outbox.last).toBeGreaterThanOrEqual(told.outbox);
  expect(outbox.acknowledged).toBeGreaterThanOrEqual(told.acknowledged);
  const entries = outbox.after(0, 1_000_000);
  expect(entries.map((entry) => entry.sequence)).toEqual(
    Array.from({ length: outbox.last - outbox.acknowledged }, (_, i) => outbox.acknowledged + 1 + i),
  );
  for (const entry of entries) expect(entry.record.callId).toBe(`call-${entry.sequence}`);
  expect(journal.last).toBeGreaterThanOrEqual(told.journal);
  const events = journal.after(0, 1_000_000).map((event) => event.sequence);
  expect(events).toEqual(Array.from({ length: events.length }, (_, i) => journal.last - events.length + 1 + i));
  expect(counters.snapshot()).toEqual({});
  outbox.close();
  journal.close();
}
