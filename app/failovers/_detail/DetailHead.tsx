"use client";
/** Title of a failover, the way to its neighbours, and the ways to take the report away. */
import { useQuery } from "@tanstack/react-query";
import Link from "next/link";
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { api } from "../../_trpc/client.ts";
import { Button } from "../../_ui/Button.tsx";
import { CopyButton } from "../../_ui/CopyButton.tsx";
import { formatDate, formatTimeMs, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { titleText } from "../_waterfall/words.ts";
import styles from "./failover.module.css";
import { reportMarkdown } from "./report-text.ts";

export function DetailHead({ report }: { readonly report: FailoverReport }) {
  const zone = useZone();
  const neighbours = useNeighbours(report);
  return (
    <div className={styles.head}>
      <div>
        <div className="label ink-3">
          <Link href="/failovers">Failovers</Link> / {report.epoch.number}
        </div>
        <div className={styles.title}>
          <h1>{titleText(report)}</h1>
          <span className={styles.when}>
            {report.from ?? "nobody"} to {report.to}, {formatDate(report.startedAt, zone)} {formatTimeMs(report.startedAt, zone)}{" "}
            {zoneName(report.startedAt, zone)}
          </span>
          {report.state === "in-progress" && <StatusGlyph name="transit" word="IN PROGRESS" reason="numbers say so far" />}
          {report.state === "abandoned" && <StatusGlyph name="note" word="ABANDONED" reason="nobody took over" />}
        </div>
      </div>
      <div className={styles.acts}>
        <Neighbour id={neighbours.older}>Previous</Neighbour>
        <Neighbour id={neighbours.newer}>Next</Neighbour>
        <CopyButton what="Markdown" text={() => reportMarkdown(report)} />
        <CopyButton what="JSON" text={() => JSON.stringify(report, null, 2)} />
        <Button onClick={() => window.print()}>Print</Button>
      </div>
    </div>
  );
}

function Neighbour({ id, children }: { readonly id: string | null; readonly children: string }) {
  if (id === null) return null;
  return (
    <Link className="button button-quiet" href={`/failovers/${encodeURIComponent(id)}`}>
      {children}
    </Link>
  );
}

/** The failovers before and after this one in time. */
function useNeighbours(report: FailoverReport): { readonly older: string | null; readonly newer: string | null } {
  const list = useQuery({
    queryKey: ["failovers", null, report.id, report.state],
    queryFn: () => api().failovers.list.query({ limit: 100 }),
  });
  const others = (list.data ?? []).filter((summary) => summary.id !== report.id);
  return {
    older: others.find((summary) => summary.startedAt < report.startedAt)?.id ?? null,
    newer: others.findLast((summary) => summary.startedAt > report.startedAt)?.id ?? null,
  };
}
