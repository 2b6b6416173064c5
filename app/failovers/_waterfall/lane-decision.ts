/** Lane 2: what was asked, who answered, what was decided, and how long the old promises still ran. */
import type { FailoverReport, ReportedStep } from "../../../server/core/timeline/failover-report.ts";
import { box, keepApart, type LaneDrawing, line, type Mark, placed, type TextMark, text } from "./mark.ts";
import { milestones, stepsOf } from "./milestones.ts";
import { roomOf } from "./room.ts";
import { type Scale, xOf } from "./scale.ts";
import { shortened } from "./words.ts";

export function decisionLane(report: FailoverReport, scale: Scale, top: number, soFarMs: number): LaneDrawing {
  const marks: Mark[] = [];
  const labels: (TextMark | null)[] = [];
  const { verdictMs, titleMs } = milestones(report);
  const decidedMs = verdictMs ?? soFarMs;
  // The title's vertical begins below this lane.
  const room = roomOf(report, scale, soFarMs, verdictMs);
  const queries = stepsOf(report, "query");
  const asked = queries[0];
  if (asked) {
    const answered = stepsOf(report, "query-answered")[0];
    const untilMs = Math.max(...queries.map((query) => query.untilMs ?? answered?.atMs ?? decidedMs));
    const said = queryText(queries, answered ?? null, verdictMs !== null);
    const x = xOf(scale, asked.atMs);
    marks.push(box(said, x, top + 8, xOf(scale, untilMs) - x, 10, "mark", true));
    labels.push(placed([x, xOf(scale, untilMs)], top + 17, [said, said.replace(/ on \d paths/, ""), "query"], "ink-2", room));
  }
  const rounds = stepsOf(report, "jury");
  for (const round of rounds) {
    const x = xOf(scale, round.atMs);
    marks.push(box(round.text, x, top + 25, round.untilMs === null ? 8 : xOf(scale, round.untilMs) - x, 10, "mark"));
  }
  const lastRound = rounds.at(-1);
  if (lastRound) {
    const said = shortened(
      rounds.length === 1 ? lastRound.text : `${rounds.length} rounds, last: ${lastRound.text.replace(/^jury, round \d+: /i, "")}`,
      40,
    );
    const endX = Math.max(xOf(scale, lastRound.untilMs ?? lastRound.atMs), xOf(scale, lastRound.atMs) + 8);
    const firstX = xOf(scale, rounds[0]?.atMs ?? lastRound.atMs);
    labels.push(placed([firstX, endX], top + 34, [said, `${rounds.length === 1 ? "jury" : `${rounds.length} rounds`}`], "ink-3", room));
  }
  for (const step of report.steps) {
    if (step.lane !== "decision" || ["query", "query-answered", "jury", "verdict"].includes(step.what)) continue;
    const x = xOf(scale, step.atMs);
    marks.push(line(step.text, [x, top + 24], [x, top + 36], "mark", 1.5));
    labels.push(placed([x, x], top + 34, [shortened(step.text, 44), shortened(step.text, 24)], "ink-3", room));
  }

  marks.push(...promises(report, scale, top + 47, titleMs ?? decidedMs));
  const promised = promiseEndMs(report);
  if (promised !== null && xOf(scale, promised) - scale.left > 150) {
    labels.push(
      text((scale.left + xOf(scale, promised)) / 2, top + 51, `promises to ${report.from ?? "the old primary"}`, "ink-3", {
        anchor: "middle",
        backed: true,
      }),
    );
  }
  if (verdictMs !== null) {
    const x = xOf(scale, verdictMs);
    marks.push(line("verdict", [x, top + 8], [x, top + 52], "ink", 2));
    labels.unshift(placed([x, x + 2], top + 51, [verdictLabel(report, verdictMs)], "ink", room));
  }
  return { name: "Decision", top, bottom: top + 64, marks: [...marks, ...keepApart(labels.filter((label) => label !== null))] };
}

function queryText(queries: readonly ReportedStep[], answered: ReportedStep | null, decided: boolean): string {
  if (answered !== null) return `query ${shortened(answered.text, 34)}`;
  const paths = queries.length === 1 ? "" : ` on ${queries.length} paths`;
  return `query${paths}: ${decided ? "no answer" : "waiting"}`;
}

function verdictLabel(report: FailoverReport, verdictMs: number): string {
  const at = `verdict +${Math.round(verdictMs)}`;
  return report.verdict && !report.verdict.takeOver ? `${at}: not taking over` : at;
}

/** When the last voter's promise to the old owner ran out. */
function promiseEndMs(report: FailoverReport): number | null {
  const ends = report.gateways.map((gateway) => gateway.promiseEndMs).filter((at) => at !== null);
  return ends.length === 0 ? null : Math.max(...ends);
}

function promises(report: FailoverReport, scale: Scale, y: number, untilMs: number): Mark[] {
  const endMs = promiseEndMs(report);
  if (endMs === null)
    return report.kind === "switchover" ? [] : [line("promises: not told", [scale.left, y], [xOf(scale, untilMs), y], "mark-2", 1, true)];
  const x = xOf(scale, endMs);
  return [
    line("promises to the old owner", [scale.left, y], [x, y], "mark-2", 2),
    line("last promise ran out", [x, y - 5], [x, y + 5], "mark", 2),
  ];
}
