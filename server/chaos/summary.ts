/** What a run came to, as it lies in its folder and as `--json` prints it. */
import type { Epoch, NodeName } from "../core/identity.ts";
import type { WallTime } from "../core/time.ts";
import type { CallCount } from "./checks/calls.ts";
import type { Takeover } from "./checks/takeover-time.ts";
import type { Violation } from "./checks/violation.ts";

export interface Summary {
  readonly scenario: string;
  readonly seed: number | null;
  readonly startedAt: WallTime;
  readonly endedAt: WallTime;
  /** Ended before its time; then calls were not compared. */
  readonly stopped: boolean;
  readonly passed: boolean;
  readonly rounds: number;
  readonly violations: readonly Violation[];
  /** Expectations of the scenario that did not come true. */
  readonly unmet: readonly string[];
  readonly faults: number;
  readonly titles: readonly {
    readonly server: NodeName;
    readonly epoch: Epoch;
    readonly from: WallTime;
    readonly until: WallTime | null;
  }[];
  /** Kills of a primary with all else well. */
  readonly takeovers: readonly Takeover[];
  readonly calls: CallCount;
  readonly journalLines: number;
  readonly runner: {
    /** Worst lateness of the runner's own 10 ms timer, how often it was above 50 ms, and how far wall and monotonic clock moved apart. */
    readonly worstLateMs: number;
    readonly over50Ms: number;
    readonly clockDriftMs: number;
    /** Null where the relay was not in the way. */
    readonly relayWorstLateMs: number | null;
  };
  readonly folder: string;
}

export function summaryLines(summary: Summary): string[] {
  const { calls, runner, takeovers } = summary;
  const seconds = ((summary.endedAt - summary.startedAt) / 1000).toFixed(0);
  const times = takeovers.flatMap(({ tookMs }) => (tookMs === null ? [] : [Math.round(tookMs)]));
  return [
    `${summary.scenario}: ${summary.passed ? (summary.stopped ? "stopped early, nothing broken" : "holds") : "BROKEN"} after ${seconds} s${summary.rounds > 0 ? `, ${count(summary.rounds, "round")}, seed ${summary.seed}` : ""}.`,
    `  ${count(summary.faults, "step")} done to it, ${count(summary.titles.length, "title")}, ${count(summary.journalLines, "journal line")}.`,
    ...(times.length === 0
      ? []
      : [
          `  Primary killed with all else well: title after ${times.join(", ")} ms (bound ${Math.round(Math.min(...takeovers.map(({ boundMs }) => boundMs)))} ms).`,
        ]),
    summary.stopped ? "  Calls and records are compared at the end of a run only." : callLine(calls),
    `  The runner's own timer was at worst ${runner.worstLateMs} ms late, ${runner.over50Ms} times more than 50 ms${runner.relayWorstLateMs === null ? "" : `; the relay ${runner.relayWorstLateMs} ms`}.`,
    ...summary.unmet.map((text) => `  NOT MET  ${text}`),
    ...violationLines(summary.violations),
  ];
}

export function callLine({ truth, records, unspoken, leftOut }: CallCount): string {
  return `  ${count(truth, "answered call")} ended, ${count(records, "record")}, ${unspoken} answered in vain, ${leftOut} left out.`;
}

export function violationLines(violations: readonly Violation[]): string[] {
  return violations.flatMap(({ invariant, text, evidence }) => [
    `  VIOLATION of ${invariant}: ${text}`,
    ...evidence.map((line) => `    ${line}`),
  ]);
}

function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}
