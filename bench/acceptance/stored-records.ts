/** Every call record that the console has stored, through the command line: the interface that others script against. */
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import type { CallRecord } from "../../server/core/calls/call-record.ts";
import type { RealLab } from "../real-lab.ts";

const launcher = join(import.meta.dirname, "../../server/cli/tandem.mjs");

export async function tandem(lab: RealLab, ...words: string[]): Promise<unknown> {
  const { stdout } = await promisify(execFile)(process.execPath, [launcher, ...words, "--json"], {
    env: { ...process.env, TANDEM_DATA: lab.folder },
    maxBuffer: 256 * 1024 * 1024,
  });
  return JSON.parse(stdout);
}

export async function storedRecords(lab: RealLab): Promise<CallRecord[]> {
  const answer = (await tandem(lab, "records", "--limit", "100000")) as { records: CallRecord[] } | CallRecord[];
  return Array.isArray(answer) ? answer : answer.records;
}
