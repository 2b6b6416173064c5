/** The journal lines of one failover: those of its interval, oldest first, with their offset on its scale. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import type { JournalEvent } from "../../../server/core/timeline/journal-event.ts";
import { furthestMs } from "../_waterfall/milestones.ts";

/** Lines shortly before the last keepalive belong to the story: what the old primary did last. */
const beforeMs = 250;
const afterMs = 500;

export interface EvidenceLine {
  readonly key: string;
  readonly atMs: number;
  readonly event: JournalEvent;
}

export interface EvidenceInterval {
  readonly from: number;
  readonly to: number;
}

export function evidenceInterval(report: FailoverReport): EvidenceInterval {
  return { from: report.startedAt - beforeMs, to: report.startedAt + furthestMs(report) + afterMs };
}

export function evidenceLines(report: FailoverReport, events: readonly JournalEvent[]): EvidenceLine[] {
  const { from, to } = evidenceInterval(report);
  return events
    .filter((event) => event.wall >= from && event.wall <= to)
    .map((event) => ({ key: `${event.node} ${event.sequence}`, atMs: event.wall - report.startedAt, event }))
    .sort((a, b) => a.atMs - b.atMs || a.event.sequence - b.event.sequence);
}

/** The line that stands at the cursor: the last one not later than it. */
export function lineAt(lines: readonly EvidenceLine[], cursorMs: number | null): EvidenceLine | null {
  if (cursorMs === null) return null;
  return lines.findLast((line) => line.atMs <= cursorMs + 1) ?? null;
}

/** `+350.6`, `−12.0` */
export function offsetText(ms: number): string {
  return `${ms < 0 ? "−" : "+"}${Math.abs(ms).toFixed(1)}`;
}

/** `beat=401 cmd=403`: the event's evidence as one line; nested values as JSON. */
export function dataText(data: JournalEvent["data"]): string {
  return Object.entries(data)
    .map(([name, value]) => `${name}=${typeof value === "object" ? JSON.stringify(value) : String(value)}`)
    .join(" ");
}

const longestShown = 60;

/** The same to be read: nested values by their path, lists by their length, sentences left out; the copied lines have everything. */
export function shownData(data: Readonly<Record<string, unknown>>, path = ""): string {
  return Object.entries(data)
    .flatMap(([key, value]) => {
      const name = `${path}${key}`;
      if (Array.isArray(value)) return `${name}: ${value.length}`;
      if (typeof value === "object" && value !== null) return shownData(value as Readonly<Record<string, unknown>>, `${name}.`);
      if (typeof value === "number") return `${name}=${Math.round(value * 10) / 10}`;
      return String(value).length > longestShown ? [] : `${name}=${String(value)}`;
    })
    .join(" ");
}

export function linesText(lines: readonly EvidenceLine[]): string {
  return lines
    .map((line) =>
      `${new Date(line.event.wall).toISOString()} ${offsetText(line.atMs)} ${line.event.node} #${line.event.sequence} ${line.event.what} ${line.event.text} ${dataText(line.event.data)}`.trimEnd(),
    )
    .join("\n");
}
