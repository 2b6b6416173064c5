"use client";
/** The waterfall with its legend, the same as tables on request, and the critical path in words. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { Button } from "../../_ui/Button.tsx";
import { criticalPath } from "../_waterfall/critical-path.ts";
import { isByOrder } from "../_waterfall/milestones.ts";
import { Waterfall } from "../_waterfall/Waterfall.tsx";
import { WaterfallTable } from "../_waterfall/WaterfallTable.tsx";
import styles from "./failover.module.css";
import type { DetailView } from "./use-moment.ts";

interface WaterfallPanelProps {
  readonly report: FailoverReport;
  readonly soFarMs: number;
  readonly cursorMs: number | null;
  readonly view: DetailView;
  readonly onCursor: (ms: number) => void;
  readonly onView: (view: DetailView) => void;
}

export function WaterfallPanel({ report, soFarMs, cursorMs, view, onCursor, onView }: WaterfallPanelProps) {
  const path = criticalPath(report);
  return (
    <section aria-labelledby="waterfall-title">
      <div className={styles.waterfallHead}>
        <h2 id="waterfall-title">Waterfall</h2>
        <span className="label ink-3">
          ms after the {isByOrder(report) ? "order" : "last good keepalive"}, {report.to}’s clock
        </span>
        <Button kind="text" onClick={() => onView(view === "table" ? "drawing" : "table")}>
          {view === "table" ? "View as drawing" : "View as table"}
        </Button>
        {view === "drawing" && <Legend report={report} />}
      </div>
      {view === "table" ? (
        <div className={styles.tableView}>
          <WaterfallTable report={report} />
        </div>
      ) : (
        <Waterfall report={report} soFarMs={soFarMs} cursorMs={cursorMs} onCursor={onCursor} />
      )}
      <p className={styles.critical}>
        <i aria-hidden="true" />
        {path === null ? (
          <span className="ink-2">
            {report.state === "in-progress"
              ? "The critical path is known when the last call is adopted."
              : "No end was reported, so there is no critical path."}
          </span>
        ) : (
          <span className="ink-2">
            <b className="ink">Critical path: {path.parts.join(", ")}.</b> {path.sentences.join(" ")}
          </span>
        )}
      </p>
    </section>
  );
}

function Legend({ report }: { readonly report: FailoverReport }) {
  return (
    <span className={styles.legend}>
      {report.kind === "failover" && !isByOrder(report) && (
        <span>
          <i className={styles.keyUnknown} />
          {report.from ?? "the primary"} failed in here
        </span>
      )}
      <span>
        <i className={styles.keyConnect} />
        connect
      </span>
      <span>
        <i className={styles.keyAudit} />
        audit
      </span>
      <span>
        <i className={styles.keyHistory} />
        history
      </span>
      <span>
        <i className={styles.keyAdopt} />
        adopt
      </span>
    </span>
  );
}
