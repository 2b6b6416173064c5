"use client";
/** One page of records. A failover that lies between two of them is a row of its own: an ink line, its time, what it did. */
import Link from "next/link";
import { type KeyboardEvent, useEffect, useRef } from "react";
import type { CallRecord } from "../../../server/core/calls/call-record.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { moveRowFocus } from "../../_ui/DataTable.tsx";
import { formatDate, formatRunning, formatTimeMs, formatWhen, zoneName } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import type { FailoverMark, PageRow } from "../_query/page-rows.ts";
import { numberText, originReasons, originWords } from "../_record/record-words.ts";
import styles from "./records.module.css";

interface RecordTableProps {
  readonly rows: readonly PageRow[];
  readonly open: string | null;
  readonly onOpen: (callId: string | null) => void;
  readonly onOlder: () => void;
  readonly onNewer: () => void;
}

export function RecordTable({ rows, open, onOpen, onOlder, onNewer }: RecordTableProps) {
  const zone = useZone();
  const snapshot = useSnapshot();
  const table = useRef<HTMLTableElement>(null);
  const wanted = useRef(false);
  const firstId = rows.find((row) => row.kind === "record")?.record.callId ?? null;
  // After turning the page by key the focus goes on with the first row of the new page.
  useEffect(() => {
    if (!wanted.current || firstId === null) return;
    wanted.current = false;
    table.current?.querySelector<HTMLElement>("tr[data-key]")?.focus();
  }, [firstId]);
  const press = (event: KeyboardEvent<HTMLTableRowElement>, callId: string) => {
    if (event.key === "PageDown" || event.key === "PageUp") {
      event.preventDefault();
      wanted.current = true;
      if (event.key === "PageDown") onOlder();
      else onNewer();
    } else if (event.key === "Escape") onOpen(null);
    else if (!moveRowFocus(event) && event.key === "Enter") onOpen(callId);
  };
  return (
    <div className="table-scroll table-open">
      <table ref={table} className={`table ${styles.table}`} aria-label="Call records, newest first">
        <thead>
          <tr>
            <th scope="col">Start, {zoneName(snapshot?.at ?? 0, zone)}</th>
            <th scope="col" className="right">
              Length
            </th>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Path</th>
            <th scope="col">Outcome</th>
            <th scope="col">Record</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) =>
            row.kind === "failover" ? (
              <FailoverRow key={row.mark.id} mark={row.mark} />
            ) : (
              <tr
                key={row.record.callId}
                data-key={row.record.callId}
                aria-selected={row.record.callId === open}
                tabIndex={row.record.callId === (open ?? firstId) ? 0 : -1}
                onClick={() => onOpen(row.record.callId)}
                onKeyDown={(event) => press(event, row.record.callId)}
              >
                <Cells record={row.record} />
              </tr>
            ),
          )}
        </tbody>
      </table>
    </div>
  );
}

function Cells({ record }: { readonly record: CallRecord }) {
  const zone = useZone();
  const now = useSnapshot()?.at ?? record.start.at;
  return (
    <>
      <td className="mono" title={formatWhen(record.start.at, now, zone)}>
        {formatDate(record.start.at, zone) === formatDate(now, zone) ? "" : `${formatDate(record.start.at, zone)} `}
        {formatTimeMs(record.start.at, zone)}
      </td>
      <td className="right">{formatRunning(record.durationMs)}</td>
      <td className="mono ink-2">{numberText(record.calling.number)}</td>
      <td className="mono ink-2">{numberText(record.called.number)}</td>
      <td className="mono ink-2">
        {record.calling.gateway ?? "?"} → {record.called.gateway ?? "?"}
      </td>
      <td>{record.outcome === "lost" ? <StatusGlyph name="failed" word="lost" size={11} /> : "answered"}</td>
      <td className={record.origin === "signalling" ? "ink-3" : "medium"} title={originReasons[record.origin]}>
        {originWords[record.origin]}
      </td>
    </>
  );
}

function FailoverRow({ mark }: { readonly mark: FailoverMark }) {
  const zone = useZone();
  return (
    <tr className={styles.failover}>
      <td colSpan={7}>
        <b>
          {formatTimeMs(mark.at, zone)} <Link href={`/failovers/${encodeURIComponent(mark.id)}`}>change of control {mark.number}</Link>
        </b>
        <span className="ink-2"> {mark.to} took over; calls above began after it</span>
      </td>
    </tr>
  );
}
