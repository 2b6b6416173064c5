"use client";
/** The list of changes of control. The newest may still be in progress: it comes from the live snapshot and leads the list. */
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import Link from "next/link";
import { useRouter } from "next/navigation";
import { useState } from "react";
import type { ConsoleSnapshot, FailoverSummary } from "../../../server/operations/console-view.ts";
import { api } from "../../_trpc/client.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { Button } from "../../_ui/Button.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { EmptyState, Failure, Waiting } from "../../_ui/EmptyState.tsx";
import { formatAge, formatWhen, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Region } from "../../_ui/Region.tsx";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { PageVerdict } from "../../_ui/Verdict.tsx";
import { causeText, counted, lasted } from "../_waterfall/words.ts";
import styles from "./list.module.css";
import { listVerdict, totalText, withLive } from "./summary.ts";

const pageSize = 100;

export function FailoverList() {
  const router = useRouter();
  const { snapshot, link } = useLive();
  const live = snapshot?.failoverSummary ?? null;
  const [before, setBefore] = useState<number | null>(null);
  const list = useQuery({
    // The list changes only when a change of control begins or ends.
    queryKey: ["failovers", before, live?.id ?? null, live?.state ?? null],
    queryFn: () => api().failovers.list.query({ limit: pageSize, before }),
    placeholderData: keepPreviousData,
  });
  const summaries = before === null ? withLive(list.data ?? [], live) : (list.data ?? []);
  const columns = useColumns();
  if (list.isPending && live === null) {
    return (
      <Region title="Failovers">
        <Waiting who="the list of failovers" waitingMs={link.waitingMs} />
      </Region>
    );
  }
  return (
    <>
      <PageVerdict sentence={listVerdict(summaries, lasted)}>
        {note(summaries)} {snapshot !== null && guardText(snapshot)}
      </PageVerdict>
      <Region
        title="Changes of control"
        note="newest first; a total is an upper bound, from the last good keepalive of the old primary to the last call adopted"
      >
        {list.error !== null && (
          <Failure title="The list could not be read." step={<Button onClick={() => void list.refetch()}>Try now</Button>}>
            {list.error.message}. The newest change is shown from the live data.
          </Failure>
        )}
        {summaries.length === 0 && list.error === null ? (
          <EmptyState title="No changes of control yet.">
            The first primary took the title when the site started. Kill it on the <Link href="/lab">Lab</Link> page, or switch over, and
            the change appears here while it happens.
          </EmptyState>
        ) : (
          <div className={styles.list}>
            <DataTable
              bleed
              stack
              label="Changes of control"
              columns={columns}
              rows={summaries}
              rowKey={(row) => row.id}
              onOpen={(row) => router.push(`/failovers/${encodeURIComponent(row.id)}`)}
            />
          </div>
        )}
        <Paging summaries={summaries} before={before} onPage={setBefore} />
      </Region>
    </>
  );
}

function note(summaries: readonly FailoverSummary[]): string {
  const released = summaries.reduce((sum, summary) => sum + summary.callsReleased, 0);
  const automatic = summaries.filter((summary) => summary.kind === "failover").length;
  if (summaries.length === 0) return "Failovers and switchovers are listed here as soon as they begin.";
  return `${counted(automatic, "failover")} and ${counted(summaries.length - automatic, "switchover")} listed; ${released === 0 ? "no call was released in any of them" : `${counted(released, "call")} released in all of them`}.`;
}

/** How far control is from being held: "1 of 3 automatic changes used within 1 h." */
function guardText({ guard, servers }: ConsoleSnapshot): string {
  if (guard.source === null) return "How many automatic changes were used is not known: no server answers.";
  const seen = guard.acknowledgedEpoch === null ? "" : `, those up to epoch ${guard.acknowledgedEpoch} acknowledged`;
  const cold = servers.some((server) => server.status?.takeover === "cold") ? " This site stands by cold: a takeover ends the calls." : "";
  return `${guard.used} of ${counted(guard.limit, "automatic change")} used within ${formatAge(guard.windowMs)}${seen}.${cold}`;
}

function Paging({
  summaries,
  before,
  onPage,
}: {
  readonly summaries: readonly FailoverSummary[];
  readonly before: number | null;
  readonly onPage: (before: number | null) => void;
}) {
  const last = summaries.at(-1);
  if (before === null && summaries.length < pageSize) return null;
  return (
    <div className="table-foot">
      {before !== null && <Button onClick={() => onPage(null)}>Newest</Button>}
      {summaries.length >= pageSize && last !== undefined && <Button onClick={() => onPage(last.startedAt)}>Older</Button>}
    </div>
  );
}

function useColumns(): Column<FailoverSummary>[] {
  const zone = useZone();
  const { now } = useLive();
  return [
    {
      key: "number",
      head: "No.",
      phone: "plain",
      align: "right",
      cell: (row) => (
        <Link href={`/failovers/${encodeURIComponent(row.id)}`} tabIndex={-1} className="medium">
          {row.number}
        </Link>
      ),
    },
    { key: "kind", head: "Kind", phone: "plain", cell: (row) => listKind(row) },
    {
      key: "pair",
      head: "From → to",
      phone: "plain",
      mono: true,
      cell: (row) => (
        <>
          {row.from ?? "nobody"} → <span className="medium">{row.to}</span>
        </>
      ),
    },
    {
      key: "when",
      head: `When, ${zoneName(now, zone)}`,
      phone: "line",
      cell: (row) => (
        <>
          {formatWhen(row.startedAt, now, zone)} <Age className="ink-3" at={row.startedAt} suffix="ago" />
        </>
      ),
    },
    { key: "total", head: "Total", align: "right", cell: (row) => <Total row={row} /> },
    { key: "kept", head: "Calls kept", align: "right", cell: (row) => row.callsAdopted },
    {
      key: "released",
      head: "Released",
      align: "right",
      cell: (row) => (row.callsReleased === 0 ? 0 : <span className="amber bold">{row.callsReleased}</span>),
    },
    { key: "recovered", head: "Records recovered", align: "right", cell: (row) => row.recordsRecovered },
    { key: "why", head: "By, reason", phone: "line", className: "wrap ink-2", cell: (row) => why(row) },
  ];
}

function Total({ row }: { readonly row: FailoverSummary }) {
  if (row.state === "in-progress") return <StatusGlyph name="transit" word="SWITCHING" reason="in progress" />;
  return <>{totalText(row, lasted)}</>;
}

function listKind(row: FailoverSummary): string {
  const kind = row.kind === "switchover" ? "Switchover" : row.cause === "operator-forced" ? "Failover, forced" : "Failover";
  return row.cold ? `${kind}, cold` : kind;
}

function why(row: FailoverSummary): string {
  const said = [row.by, row.reason].filter((part) => part !== null && part !== "").join(": ");
  if (said === "") return causeText(row.cause);
  return row.cause === "operator-forced" ? `${causeText(row.cause)}. ${said}` : said;
}
