/** `tandem records`: from the console's database. While the console is down the command collects from the servers itself first. */
import type { CallRecord, RecordedInstant, RecordOrigin } from "../core/calls/call-record.ts";
import { collectRecords } from "../operations/collect-records.ts";
import type { RecordPage, RecordQuery } from "../operations/console-view.ts";
import type { OperationsContext } from "../operations/context.ts";
import { listRecords } from "../operations/list-records.ts";
import { allRecords } from "../operations/record-query.ts";
import { counted, groupDigits } from "../operations/words.ts";
import { UsageError } from "./failure.ts";
import { type CommonOptions, withContext } from "./open-context.ts";
import { isoTime, printJson, printLine, printTable } from "./output.ts";
import { numberPrefix, requireGateway } from "./refusals.ts";

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
    number: numberPrefix(options.number) ?? null,
    gateway: options.gateway ?? null,
  };
  await withContext(common, "make", async (context) => {
    if (!(await consoleAnswers(context))) {
      const { missing } = await collectRecords(context);
      if (missing.length > 0)
        process.stderr.write(`tandem: the console is down and ${missing.join(", ")} could not be read; records may be missing\n`);
    }
    const { found, matched, more } = await readAll(context, query, options.limit);
    // Records of a gateway that left the site are still found by its name; a name without any is a mistake.
    if (found.length === 0) requireGateway(context.site, options.gateway);
    const cut = more ? cutSentence(found.length, matched) : null;
    if (common.json) {
      printJson(found.map(withIsoTimes));
      if (cut !== null) process.stderr.write(`tandem: ${cut}\n`);
    } else {
      printRecords(found);
      printLine(cut ?? counted(found.length, "record"));
    }
  });
}

type Matched = RecordPage["matched"];

interface Found {
  readonly found: readonly CallRecord[];
  readonly matched: Matched;
  /** The limit cut the list off. */
  readonly more: boolean;
}

async function readAll(context: OperationsContext, query: RecordQuery, limit: number): Promise<Found> {
  const found: CallRecord[] = [];
  let matched: Matched = { count: 0, exact: true };
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof listRecords>> = await listRecords(context, {
      query,
      cursor,
      limit: Math.min(pageRows, limit - found.length),
    });
    found.push(...page.records);
    matched = page.matched;
    cursor = page.next;
  } while (cursor !== null && found.length < limit);
  return { found, matched, more: cursor !== null };
}

function cutSentence(shown: number, matched: Matched): string {
  const all = `${matched.exact ? "" : "more than "}${groupDigits(Math.max(shown, matched.count))}`;
  return `${groupDigits(shown)} of ${all} records, the newest; --limit N for more`;
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

/** The console's words; `--json` has the values themselves. */
const origins: Readonly<Record<RecordOrigin, string>> = {
  signalling: "measured",
  adopted: "adopted",
  history: "recovered",
  observed: "observed",
};

function errorText(errorMs: number): string {
  if (errorMs >= 1000) return `${(errorMs / 1000).toFixed(1)} s`;
  return `${errorMs < 10 && errorMs % 1 !== 0 ? errorMs.toFixed(1) : Math.round(errorMs)} ms`;
}

function printRecords(found: readonly CallRecord[]): void {
  printTable(
    ["START", "CALLING", "CALLED", "DURATION", "±", "CAUSE", "OUTCOME", "RECORD"],
    found.map((one) => [
      isoTime(one.start.at),
      one.calling.number,
      one.called.number ?? one.dialled,
      `${(one.durationMs / 1000).toFixed(3)} s`,
      errorText(one.durationErrorMs),
      one.cause,
      one.outcome,
      origins[one.origin],
    ]),
  );
}
