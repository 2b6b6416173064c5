"use client";
/** The records explorer. The brush is its scrollbar; the drawer follows the chosen row. */
import { useRef } from "react";
import { useLive } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { Failure, Waiting } from "../../_ui/EmptyState.tsx";
import { TimeBrush } from "../_brush/TimeBrush.tsx";
import { marksWithin, pageRows } from "../_query/page-rows.ts";
import { RecordDrawer } from "../_record/RecordDrawer.tsx";
import { NoRecords } from "./NoRecords.tsx";
import { Pager } from "./Pager.tsx";
import { QueryBar } from "./QueryBar.tsx";
import { RecordTable } from "./RecordTable.tsx";
import styles from "./records.module.css";
import { useRecordHistogram, useRecordPage } from "./use-records.ts";
import { useRecordsAddress } from "./use-records-address.ts";

export function RecordsPage() {
  const address = useRecordsAddress();
  const { link } = useLive();
  const page = useRecordPage(address.query, address.after);
  const histogram = useRecordHistogram(address.query);
  // Cursors of the newer pages walked through; a keyset knows only the way down.
  const newer = useRef<(string | null)[]>([]);
  const older = page.data?.next ?? null;
  const goOlder = () => {
    if (older === null) return;
    newer.current.push(address.after);
    address.setAfter(older);
  };
  const goNewer = () => address.setAfter(newer.current.pop() ?? null);
  const rows = pageRows(page.data?.records ?? [], marksWithin(histogram.data?.failovers ?? [], address.query), {
    newest: address.after === null,
    oldest: older === null,
  });
  const open = page.data?.records.find((record) => record.callId === address.open) ?? null;
  return (
    <div className={styles.page}>
      <h1 className="visually-hidden">Call records</h1>
      <QueryBar query={address.query} page={page.data} onQuery={address.setQuery} />
      <TimeBrush query={address.query} histogram={histogram.data} page={page.data} error={histogram.error} onQuery={address.setQuery} />
      <div className={styles.body}>
        <section className={styles.list} aria-label="Records">
          {page.error !== null && (
            <Failure title="The records could not be read." step={<Button onClick={page.again}>Try now</Button>}>
              {page.error}
              {page.data !== null && ". Shown is the page read before."}
            </Failure>
          )}
          {page.pending && <Waiting who="the records" waitingMs={link.waitingMs} rows={12} />}
          {page.data !== null && page.data.records.length === 0 && (
            <NoRecords query={address.query} page={page.data} onQuery={address.setQuery} />
          )}
          {rows.length > 0 && <RecordTable rows={rows} open={address.open} onOpen={address.setOpen} onOlder={goOlder} onNewer={goNewer} />}
          {page.data !== null && (
            <Pager
              page={page.data}
              onFirst={() => (newer.current = [])}
              after={address.after}
              onOlder={older === null ? null : goOlder}
              onNewer={address.after === null ? null : goNewer}
              onNewest={address.setAfter}
              onAgain={page.again}
            />
          )}
        </section>
        {address.open !== null && <RecordDrawer callId={address.open} known={open} onClose={() => address.setOpen(null)} />}
      </div>
    </div>
  );
}
