/** The answers about one failover that people ask for on the phone. */
import type { ReactNode } from "react";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { audibleGapMs } from "../_waterfall/lane-calls.ts";
import { callsAtStake, total } from "../_waterfall/milestones.ts";
import { causeText, counted, kindText, lasted } from "../_waterfall/words.ts";
import styles from "./failover.module.css";

interface Fact {
  readonly label: string;
  readonly value: ReactNode;
  readonly note: ReactNode;
}

export function FactsRow({ report, soFarMs }: { readonly report: FailoverReport; readonly soFarMs: number }) {
  return (
    <dl className={styles.facts}>
      {factsOf(report, soFarMs).map((fact) => (
        <div key={fact.label}>
          <dt>{fact.label}</dt>
          <dd>{fact.value}</dd>
          <dd className={styles.factNote}>{fact.note}</dd>
        </div>
      ))}
    </dl>
  );
}

function factsOf(report: FailoverReport, soFarMs: number): Fact[] {
  const running = report.state === "in-progress";
  const soFar = running ? " so far" : "";
  const votes = report.verdict?.votes ?? [];
  const silent = votes.filter((vote) => vote.reading === "silent").length;
  const heard = votes.filter((vote) => vote.reading === "heard").length;
  return [
    {
      label: "Cause",
      value: causeText(report.cause),
      note: report.reason ?? (report.from === null ? "nobody was in control" : `of ${report.from}`),
    },
    {
      label: "Kind",
      value: kindText(report),
      note: report.verdict
        ? `${report.verdict.missed} missed, jury ${silent} to ${heard}`
        : report.by === null
          ? "no jury"
          : `by ${report.by}`,
    },
    totalFact(report, soFarMs),
    { label: "Calls adopted", value: `${report.callsAdopted} of ${callsAtStake(report)}${soFar}`, note: missingCalls(report) },
    {
      label: "Released",
      value: report.callsReleased === 0 ? "0" : <span className="amber">{report.callsReleased}</span>,
      note: report.callsReleased === 0 ? `none released${soFar}` : "with a reason each, see the lines",
    },
    { label: "Records recovered", value: `${report.recordsRecovered}${soFar}`, note: "ended while nobody was in control" },
    mediaFact(report),
  ];
}

function totalFact(report: FailoverReport, soFarMs: number): Fact {
  const { upperMs, lowerMs } = total(report);
  if (report.state === "in-progress") return { label: "Total", value: `${lasted(soFarMs)} so far`, note: "since the last good keepalive" };
  if (upperMs === null || lowerMs === null)
    return { label: "Total", value: "not known", note: report.state === "abandoned" ? "abandoned" : "no end was reported" };
  return { label: "Total", value: `≤ ${lasted(upperMs)}`, note: `≥ ${lasted(lowerMs)}, to the last call` };
}

function missingCalls(report: FailoverReport): string {
  const missing = callsAtStake(report) - report.callsAdopted - report.callsReleased;
  if (report.state === "in-progress") return missing > 0 ? `${missing} still to come` : "all of them";
  const outOfReach = report.gateways.filter((gateway) => gateway.state !== "done").length;
  if (missing > 0 && outOfReach > 0) return `${counted(missing, "call")} not found, ${counted(outOfReach, "gateway")} out of reach`;
  if (missing > 0) return `${counted(missing, "call")} ended meanwhile`;
  return "none lost, none unknown";
}

function mediaFact(report: FailoverReport): Fact {
  const gapMs = report.longestMediaGapMs;
  if (gapMs === null) {
    return {
      label: "Media gap",
      value: (
        <span className="status">
          <span className="swatch" aria-hidden="true" />
          {report.state === "in-progress" ? "none yet" : "not measured"}
        </span>
      ),
      note: "watched for 60 s after a takeover",
    };
  }
  const value = `${Math.round(gapMs)} ms`;
  return gapMs <= audibleGapMs
    ? { label: "Media gap", value: "none", note: `longest silence ${value}` }
    : { label: "Media gap", value: <span className="amber">{value}</span>, note: "longest silence in one stream" };
}
