"use client";
/** Why control changed hands: the sentence, the rule with its arithmetic, what was ruled out, and every vote. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { Named } from "../../_ui/Verdict.tsx";
import { isByOrder } from "../_waterfall/milestones.ts";
import styles from "./failover.module.css";
import { JuryTable } from "./JuryTable.tsx";

export function VerdictPanel({ report }: { readonly report: FailoverReport }) {
  const { verdict } = report;
  if (verdict === null) {
    return (
      <section className={styles.verdict} aria-label="Verdict">
        <div className={styles.verdictText}>
          <h2>{report.kind === "switchover" ? "By request" : isByOrder(report) ? "By force" : "Verdict"}</h2>
          <p className={styles.sentence}>{withoutVerdict(report)}</p>
        </div>
      </section>
    );
  }
  return (
    <section className={styles.verdict} aria-label="Verdict">
      <div className={styles.verdictText}>
        <h2>Verdict at +{Math.round(verdict.atMs)} ms</h2>
        <p className={styles.sentence}>
          <Named text={verdict.sentence} />
        </p>
        <p className={styles.rule}>
          <span className="ink-3">Rule:</span> {verdict.rule}
        </p>
        {verdict.ruledOut.length > 0 && (
          <p className={styles.rule}>
            Other readings ruled out:{" "}
            <span className="ink-3">{verdict.ruledOut.map((reading) => reading.replace(/\.$/, "")).join("; ")}.</span>
          </p>
        )}
      </div>
      <div className={styles.votes}>
        <JuryTable verdict={verdict} limitMs={2 * report.keepaliveMs} />
      </div>
    </section>
  );
}

function withoutVerdict(report: FailoverReport): string {
  if (report.kind === "switchover") {
    const asked = report.by === null ? "A switchover was requested" : `${report.by} asked for it`;
    return `${asked}${report.reason ? `: “${report.reason}”` : ""}. ${report.from ?? "The old primary"} let go and named ${report.to}; no jury was needed.`;
  }
  if (isByOrder(report))
    return `${report.by ?? "An operator"} took control by force${report.reason ? `: “${report.reason}”` : ""}. ${report.from} was there and was not asked: the voters' promises to it ran out first.`;
  return report.state === "in-progress" ? "No verdict yet: the votes are still coming in." : "No verdict was reported.";
}
