"use client";
/** The window as two fields. A change is applied on leaving the field or with Enter, not while a time is half typed. */
import { useId, useState } from "react";
import type { RecordQuery } from "../../../server/operations/console-view.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { useZone } from "../../_ui/preferences.ts";
import { fieldText, fieldTime } from "../_query/zoned-time.ts";
import styles from "./brush.module.css";

export function WindowFields({ query, onQuery }: { readonly query: RecordQuery; readonly onQuery: (query: RecordQuery) => void }) {
  return (
    <span className={styles.fields}>
      <TimeField
        key={`from ${query.from ?? ""}`}
        label="From"
        empty="first"
        at={query.from}
        onTime={(from) => onQuery(ordered({ ...query, from }))}
      />
      <span className="ink-3">to</span>
      <TimeField key={`to ${query.to ?? ""}`} label="To" empty="now" at={query.to} onTime={(to) => onQuery(ordered({ ...query, to }))} />
    </span>
  );
}

function ordered(query: RecordQuery): RecordQuery {
  const { from, to } = query;
  return from !== null && to !== null && from > to ? { ...query, from: to, to: from } : query;
}

interface TimeFieldProps {
  readonly label: string;
  /** What an empty field means. */
  readonly empty: string;
  readonly at: number | null;
  readonly onTime: (at: number | null) => void;
}

function TimeField({ label, empty, at, onTime }: TimeFieldProps) {
  const zone = useZone();
  const today = useSnapshot()?.at ?? 0;
  const shown = fieldText(at, today, zone);
  const [typed, setTyped] = useState<string | null>(null);
  const value = typed ?? shown;
  const time = fieldTime(value, today, zone);
  const apply = () => {
    if (typed !== null && time !== undefined && typed !== shown) onTime(time);
    if (time !== undefined) setTyped(null);
  };
  const rule = useId();
  return (
    <>
      <input
        className={styles.field}
        aria-describedby={rule}
        type="text"
        autoComplete="off"
        aria-label={`${label}, ${zone === "UTC" ? "UTC" : "local time"}, hh:mm:ss with a date before it where it is not today`}
        title="hh:mm:ss, or yyyy-mm-dd hh:mm:ss"
        aria-invalid={time === undefined}
        placeholder={empty}
        size={Math.max(9, value.length)}
        value={value}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={apply}
        onKeyDown={(event) => {
          if (event.key === "Enter") apply();
        }}
      />
      <span id={rule} role="status" className={time === undefined ? styles.rule : "visually-hidden"}>
        {time === undefined ? `${label}: write hh:mm:ss, or yyyy-mm-dd hh:mm:ss.` : ""}
      </span>
    </>
  );
}
