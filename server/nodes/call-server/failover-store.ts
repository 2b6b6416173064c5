/** Reports of changes of control that this server carried out, kept over its own death: one JSON line each, the newest hundred. */
import { join } from "node:path";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";
import { readDurable, writeDurably } from "../../runtime/durable-file.ts";

const mostReports = 100;

export class FailoverStore {
  readonly #path: string;
  #reports: FailoverReport[];

  constructor(folder: string) {
    this.#path = join(folder, "failovers.ndjson");
    const octets = readDurable(this.#path);
    const lines = octets === null ? [] : Buffer.from(octets).toString("utf8").split("\n");
    this.#reports = lines.flatMap((line) => parsed(line));
  }

  /** Oldest first. */
  all(): readonly FailoverReport[] {
    return this.#reports;
  }

  /** The newest change that this server carried to its end. */
  get lastDone(): FailoverReport | null {
    return this.#reports.findLast((report) => report.state === "done") ?? null;
  }

  add(report: FailoverReport): void {
    this.#reports = [...this.#reports.filter((one) => one.id !== report.id), report].slice(-mostReports);
    writeDurably(this.#path, this.#reports.map((one) => `${JSON.stringify(one)}\n`).join(""));
  }
}

/** The file is replaced as a whole, so a line that does not read is none of ours; the others still count. */
function parsed(line: string): FailoverReport[] {
  if (line === "") return [];
  try {
    return [JSON.parse(line) as FailoverReport];
  } catch {
    return [];
  }
}
