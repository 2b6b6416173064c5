/** A failover as Markdown, for tickets: the same facts and sentences as on the page, nothing more. */
import type { FailoverReport, ReportedVote } from "../../../server/core/timeline/failover-report.ts";
import { criticalPath } from "../_waterfall/critical-path.ts";
import { callsAtStake, total } from "../_waterfall/milestones.ts";
import { momentsOf } from "../_waterfall/moment.ts";
import { phases, phaseText } from "../_waterfall/phases.ts";
import { causeText, kindText, lasted, titleText } from "../_waterfall/words.ts";

export function reportMarkdown(report: FailoverReport): string {
  const path = criticalPath(report);
  const lines = [
    `# ${titleText(report)}: ${report.from ?? "nobody"} to ${report.to}`,
    "",
    `- Began: ${new Date(report.startedAt).toISOString()} (last good keepalive)`,
    `- Cause: ${causeText(report.cause)}; ${kindText(report)}`,
    `- Total: ${totalWords(report)}`,
    `- Calls adopted: ${report.callsAdopted} of ${callsAtStake(report)}; released: ${report.callsReleased}`,
    `- Records recovered: ${report.recordsRecovered}`,
    `- Longest media gap: ${report.longestMediaGapMs === null ? "not measured" : `${Math.round(report.longestMediaGapMs)} ms`}`,
    ...(report.by === null ? [] : [`- Requested by ${report.by}: ${report.reason ?? "no reason given"}`]),
    ...phases(report, 0).map((phase) => `- ${phaseText(phase)}`),
    "",
  ];
  if (report.verdict) {
    lines.push(`## Verdict at +${Math.round(report.verdict.atMs)} ms`, "", report.verdict.sentence, "", `Rule: ${report.verdict.rule}`, "");
    lines.push(...report.verdict.ruledOut.map((reading) => `- ruled out: ${reading}`), "");
    lines.push(
      "| voter | last heard | last command | age | reads as |",
      "|---|---:|---:|---:|---|",
      ...report.verdict.votes.map(voteRow),
      "",
    );
  }
  if (path) lines.push(`Critical path: ${path.parts.join(", ")}. ${path.sentences.join(" ")}`, "");
  lines.push(
    "## Steps",
    "",
    "| ms | node | what | |",
    "|---:|---|---|---|",
    ...momentsOf(report).map((moment) => `| ${moment.atMs.toFixed(1)} | ${moment.node ?? ""} | ${moment.what} | ${cell(moment.text)} |`),
    "",
  );
  return lines.join("\n");
}

export function totalWords(report: FailoverReport): string {
  const { upperMs, lowerMs } = total(report);
  if (upperMs === null || lowerMs === null) return report.state === "in-progress" ? "in progress" : "not known";
  return `≤ ${lasted(upperMs)}, ≥ ${lasted(lowerMs)}`;
}

function voteRow(vote: ReportedVote): string {
  const ms = (value: number | null): string => (value === null ? "none" : `${Math.round(value)} ms`);
  return `| ${vote.voter} | ${ms(vote.titleSilentMs)} | ${ms(vote.commandSilentMs)} | ${ms(vote.ageMs)} | ${vote.reading} |`;
}

/** Nothing that a node wrote may break the table or become markup. */
function cell(said: string): string {
  return said.replace(/[|<>\r\n]/g, " ");
}
