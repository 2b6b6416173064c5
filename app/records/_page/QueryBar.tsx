"use client";
/** The filters in one row, each with its own token to drop it, and the export of exactly what the screen counts. */
import { type FormEvent, useEffect, useRef, useState } from "react";
import type { RecordPage, RecordQuery } from "../../../server/operations/console-view.ts";
import { useSnapshot } from "../../_trpc/use-live.ts";
import { formatCount } from "../../_ui/format.ts";
import { gatewayOptions } from "../../_ui/gateway-options.ts";
import { usePreferences } from "../../_ui/preferences.ts";
import { SelectField } from "../../_ui/SelectField.tsx";
import { activeFilters } from "../_query/record-filters.ts";
import { digitsOf, numberRule, queryParams } from "../_query/record-url.ts";
import { originWords } from "../_record/record-words.ts";
import styles from "./records.module.css";

const any = ["", "any"] as const;

interface QueryBarProps {
  readonly query: RecordQuery;
  readonly page: RecordPage | null;
  readonly onQuery: (query: RecordQuery) => void;
}

/** `1 141`, or `> 10 000` where counting on would cost too much. */
export function countText(matched: RecordPage["matched"]): string {
  return matched.exact ? formatCount(matched.count) : `> ${formatCount(matched.count)}`;
}

export function QueryBar({ query, page, onQuery }: QueryBarProps) {
  const snapshot = useSnapshot();
  const gateways = gatewayOptions(snapshot?.gateways.map((gateway) => gateway.name) ?? null, query.gateway);
  const search = queryParams(query).toString();
  return (
    <div className={styles.queryBar}>
      <NumberField key={query.number ?? ""} query={query} onQuery={onQuery} />
      <SelectField
        label="Gateway"
        value={query.gateway ?? ""}
        options={[any, ...gateways]}
        onChoose={(gateway) => onQuery({ ...query, gateway: gateway || null })}
      />
      <SelectField
        label="Outcome"
        value={query.outcome ?? ""}
        options={[any, "answered", "lost"]}
        onChoose={(outcome) => onQuery({ ...query, outcome: (outcome || null) as RecordQuery["outcome"] })}
      />
      <SelectField
        label="Record"
        value={query.origin ?? ""}
        options={[
          any,
          ...(["signalling", "adopted", "history", "observed"] as const).map((origin) => [origin, originWords[origin]] as const),
        ]}
        onChoose={(origin) => onQuery({ ...query, origin: (origin || null) as RecordQuery["origin"] })}
      />
      <Tokens query={query} onQuery={onQuery} />
      {/* A plain link: the browser streams the file, and the address says what is in it. */}
      <a className={`button ${styles.export}`} href={`/api/records.csv${search === "" ? "" : `?${search}`}`} download="records.csv">
        Export {page === null ? "" : `${countText(page.matched)} ${page.matched.count === 1 ? "row" : "rows"} `}as CSV
      </a>
    </div>
  );
}

function Tokens({ query, onQuery }: { readonly query: RecordQuery; readonly onQuery: (query: RecordQuery) => void }) {
  return (
    <ul className={styles.tokens} aria-label="Filters in force">
      {activeFilters(query).map((filter) => (
        <li key={filter.key}>
          {filter.words}
          <button type="button" aria-label={`Drop ${filter.words}`} onClick={() => onQuery(filter.without)}>
            ×
          </button>
        </li>
      ))}
    </ul>
  );
}

/** Applied with Enter or on leaving the field, so that a slow query does not run for each digit. `/` goes there. */
function NumberField({ query, onQuery }: { readonly query: RecordQuery; readonly onQuery: (query: RecordQuery) => void }) {
  const [value, setValue] = useState(query.number ?? "");
  const field = useRef<HTMLInputElement>(null);
  const { shortcuts } = usePreferences();
  useEffect(() => {
    if (!shortcuts) return;
    const press = (event: KeyboardEvent) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || (event.target as HTMLElement | null)?.closest("input, select, textarea"))
        return;
      event.preventDefault();
      field.current?.focus();
    };
    window.addEventListener("keydown", press);
    return () => window.removeEventListener("keydown", press);
  }, [shortcuts]);
  const number = digitsOf(value);
  const refused = value.trim() !== "" && number === null;
  const apply = () => {
    if (!refused && number !== query.number) onQuery({ ...query, number });
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    apply();
  };
  return (
    <>
      <form onSubmit={submit} className="field">
        <label htmlFor="number">
          Number starts with <span className="kbd">/</span>
        </label>
        <input
          ref={field}
          id="number"
          className="input"
          inputMode="tel"
          autoComplete="off"
          maxLength={40}
          aria-invalid={refused}
          aria-describedby="number-rule"
          value={value}
          onChange={(event) => setValue(event.target.value)}
          onBlur={apply}
        />
      </form>
      <span id="number-rule" role="status" className={refused ? styles.rule : "visually-hidden"}>
        {refused ? numberRule : ""}
      </span>
    </>
  );
}
