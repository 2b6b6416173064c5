"use client";
/** Under the table: order, position, the way to older and newer pages, and what has arrived since. */
import type { RecordPage } from "../../../server/operations/console-view.ts";
import { Button } from "../../_ui/Button.tsx";
import { formatCount } from "../../_ui/format.ts";
import styles from "./records.module.css";
import { useNewRecords } from "./use-records.ts";

interface PagerProps {
  readonly page: RecordPage;
  readonly after: string | null;
  readonly onOlder: (() => void) | null;
  readonly onNewer: (() => void) | null;
  readonly onNewest: (after: null) => void;
  /** Forgets the way back up. */
  readonly onFirst: () => void;
  readonly onAgain: () => void;
}

export function Pager({ page, after, onOlder, onNewer, onNewest, onFirst, onAgain }: PagerProps) {
  const fresh = useNewRecords(page);
  const newest = () => {
    onFirst();
    if (after === null) onAgain();
    else onNewest(null);
  };
  return (
    <div className={styles.pager}>
      <span>newest first, {formatCount(page.records.length)} on this page</span>
      <span className={styles.pagerButtons}>
        {fresh > 0 && (
          <Button kind="quiet" onClick={newest}>
            {formatCount(fresh)} new
          </Button>
        )}
        <Button onClick={() => onNewer?.()} disabledReason={onNewer === null ? "This is the newest page." : null}>
          Newer
        </Button>
        <Button onClick={() => onOlder?.()} disabledReason={onOlder === null ? "There are no older records." : null}>
          Older
        </Button>
      </span>
      <span className={styles.keys}>
        <span className="kbd">j</span> <span className="kbd">k</span> row <span className="kbd">PgUp</span>{" "}
        <span className="kbd">PgDn</span> page
      </span>
    </div>
  );
}
