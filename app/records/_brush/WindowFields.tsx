"use client";
/** The window as two fields. A change is applied on leaving the field or with Enter, not while a date is half typed. */
import { useState } from "react";
import type { RecordQuery } from "../../../server/operations/console-view.ts";
import { useZone } from "../../_ui/preferences.ts";
import { fieldText, fieldTime } from "../_query/zoned-time.ts";
import styles from "./brush.module.css";

export function WindowFields({ query, onQuery }: { readonly query: RecordQuery; readonly onQuery: (query: RecordQuery) => void }) {
  return (
    <span className={styles.fields}>
      <TimeField key={`from ${query.from ?? ""}`} label="From" at={query.from} onTime={(from) => onQuery(ordered({ ...query, from }))} />
      <span className="ink-3">to</span>
      <TimeField key={`to ${query.to ?? ""}`} label="To" at={query.to} onTime={(to) => onQuery(ordered({ ...query, to }))} />
    </span>
  );
}

function ordered(query: RecordQuery): RecordQuery {
  const { from, to } = query;
  return from !== null && to !== null && from > to ? { ...query, from: to, to: from } : query;
}

function TimeField({
  label,
  at,
  onTime,
}: {
  readonly label: string;
  readonly at: number | null;
  readonly onTime: (at: number | null) => void;
}) {
  const zone = useZone();
  const [value, setValue] = useState(fieldText(at, zone));
  const apply = () => {
    const time = fieldTime(value, zone);
    if (fieldText(time, zone) !== fieldText(at, zone)) onTime(time);
  };
  return (
    <input
      className={styles.field}
      type="datetime-local"
      step={1}
      aria-label={`${label}, ${zone === "UTC" ? "UTC" : "local time"}`}
      value={value}
      onChange={(event) => setValue(event.target.value)}
      onBlur={apply}
      onKeyDown={(event) => {
        if (event.key === "Enter") apply();
      }}
    />
  );
}
