/** `tandem records`: from the console's database. While the console is down the command collects from the servers itself first. */
import type { CallRecord, RecordedInstant } from "../core/calls/call-record.ts";
import { collectRecords } from "../operations/collect-records.ts";
import type { RecordQuery } from "../operations/console-view.ts";
import type { OperationsContext } from "../operations/context.ts";
import { listRecords } from "../operations/list-records.ts";
import { allRecords } from "../operations/record-query.ts";
import { UsageError } from "./failure.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";

export interface RecordsOptions {
  readonly from?: string;
  readonly to?: string;
  readonly number?: string;
  readonly gateway?: string;
  readonly limit: number;
}

const healthMs = 1000;
const pageRows = 500;

export async function records(common: CommonOptions, options: RecordsOptions): Promise<void> {
  const query: RecordQuery = {
    ...allRecords,
    from: instant("--from", options.from),
    to: instant("--to", options.to),
    number: options.number ?? null,
    gateway: options.gateway ?? null,
  };
  await withContext(common, "make", async (context) => {
    if (!(await consoleAnswers(context))) {
      const { missing } = await collectRecords(context);
      if (missing.length > 0)
        process.stderr.write(`tandem: the console is down and ${missing.join(", ")} could not be read; records may be missing\n`);
    }
    const found = await readAll(context, query, options.limit);
    if (common.json) printJson(found.map(withIsoTimes));
    else printRecords(found);
  });
}

async function readAll(context: OperationsContext, query: RecordQuery, limit: number): Promise<CallRecord[]> {
  const found: CallRecord[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listRecords>> = await listRecords(context, {
      query,
      cursor,
      limit: Math.min(pageRows, limit - found.length),
    });
    found.push(...page.records);
    cursor = page.next;
  } while (cursor !== null && found.length < limit);
  return found;
}

/** A console that answers, even with "starting", collects by itself. */
async function consoleAnswers({ site }: OperationsContext): Promise<boolean> {
  const { host, port } = site.console;
  try {
    await fetch(`http://${host}:${port}/api/health`, { signal: AbortSignal.timeout(healthMs) });
    return true;
  } catch {
    return false;
  }
}

function instant(option: string, text: string | undefined): number | null {
  if (text === undefined) return null;
  const at = Date.parse(text);
  if (!Number.isFinite(at)) throw new UsageError(`${option} ${text}: write an ISO 8601 time, for example ${new Date(0).toISOString()}`);
  return at;
}

function withIsoTimes(record: CallRecord): unknown {
  const iso = (one: RecordedInstant): unknown => ({ ...one, at: isoTime(one.at) });
  return { ...record, start: iso(record.start), answer: iso(record.answer), end: iso(record.end), writtenAt: isoTime(record.writtenAt) };
}

function printRecords(found: readonly CallRecord[]): void {
  printTable(
    ["START", "CALLING", "CALLED", "DURATION", "±", "CAUSE", "OUTCOME", "ORIGIN"],
    found.map((one) => [
      isoTime(one.start.at),
      one.calling.number,
      one.called.number ?? one.dialled,
      `${(one.durationMs / 1000).toFixed(3)} s`,
      `${one.durationErrorMs} ms`,
      one.cause,
      one.outcome,
      one.origin,
    ]),
  );
  printLine(`${found.length} records`);
}
