"use client";
/** The newest change of control, so that the effect of a fault is seen beside its button. */
import Link from "next/link";
import { useLive } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { Glyph } from "../../_ui/StatusGlyph.tsx";
import { callsAtStake, total } from "../../failovers/_waterfall/milestones.ts";
import { lasted, titleText } from "../../failovers/_waterfall/words.ts";
import styles from "./lab.module.css";

export function LastChange() {
  const { snapshot } = useLive();
  const report = snapshot?.failover ?? null;
  if (report === null) return null;
  const { upperMs } = total(report);
  const running = report.state === "in-progress";
  return (
    <p className={styles.last}>
      <Glyph name={running ? "transit" : "note"} />
      <span>
        {running
          ? `${report.to} is taking over from ${report.from ?? "nobody"} now, `
          : `${titleText(report)}: ${report.from ?? "nobody"} to ${report.to}, `}
        {upperMs !== null && `≤ ${lasted(upperMs)}, `}
        {report.callsAdopted} of {callsAtStake(report)} calls adopted{running ? " so far" : ""}.
      </span>
      <Link href={`/failovers/${encodeURIComponent(report.id)}`}>{running ? "Watch it" : "Open the waterfall"}</Link>
      <Age className="ink-3" at={report.startedAt} suffix="ago" />
    </p>
  );
}
