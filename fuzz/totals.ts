/** What came of all ranges of one decoder together. */
import type { Finding } from "./range.ts";
import { mostFindings } from "./range.ts";
import type { Range, WorkerReply } from "./worker-message.ts";

/** Findings alike beyond this many are no news: the run ends. */
const mostAlike = 50;

export class Totals {
  inputs = 0;
  accepted = 0;
  slowestMs = 0;
  slowestAt = 0;
  largestResult = 0;
  largestAt = 0;
  heapGrown = 0;
  /** One of each kind and text. */
  readonly findings: Finding[] = [];
  private found = 0;

  add(reply: WorkerReply): void {
    this.inputs += reply.inputs;
    this.accepted += reply.accepted;
    if (reply.slowestMs > this.slowestMs) [this.slowestMs, this.slowestAt] = [reply.slowestMs, reply.slowestAt];
    if (reply.largestResult > this.largestResult) [this.largestResult, this.largestAt] = [reply.largestResult, reply.largestAt];
    this.heapGrown = Math.max(this.heapGrown, reply.heapGrown);
    for (const finding of reply.findings) this.note(finding);
    if (reply.leak !== null) this.note(reply.leak);
  }

  note(finding: Finding): void {
    this.found += 1;
    const alike = (other: Finding): boolean => other.kind === finding.kind && (finding.kind !== "throws" || other.text === finding.text);
    if (!this.findings.some(alike)) this.findings.push(finding);
  }

  get full(): boolean {
    return this.findings.length >= mostFindings || this.found >= mostAlike;
  }
}

/** What a range that ended early leaves behind; null where nothing. */
export function rest({ to }: Range, from: number): Range | null {
  return from < to ? { from, to } : null;
}
