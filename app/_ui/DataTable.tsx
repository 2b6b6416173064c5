"use client";
/**
 * A plain table with the product's manners: hairlines, numbers right, identifiers mono, one row can be open.
 * With `onOpen` its rows take the focus: arrows or j and k move, Enter opens, Home and End jump.
 */
import type { KeyboardEvent, ReactNode } from "react";

export interface Column<Row> {
  readonly key: string;
  readonly head: ReactNode;
  readonly cell: (row: Row) => ReactNode;
  readonly align?: "left" | "right";
  readonly mono?: boolean;
  readonly width?: number | string;
  readonly className?: string;
  /** In a stacked table on a phone: without its head's word, or on a line of its own (also without). */
  readonly phone?: "plain" | "line";
}

interface DataTableProps<Row> {
  readonly label: string;
  readonly columns: readonly Column<Row>[];
  readonly rows: readonly Row[];
  readonly rowKey: (row: Row) => string;
  readonly selected?: string | null;
  readonly onOpen?: (row: Row) => void;
  readonly stale?: (row: Row) => boolean;
  /** Reaches over the gutter of its region, so that the chosen row's wash does too. */
  readonly bleed?: boolean;
  /** On a phone each row becomes a few lines with the heads' words in them, so that nothing lies beyond the edge. */
  readonly stack?: boolean;
}

function classOf<Row>(column: Column<Row>): string | undefined {
  const names = [column.align === "right" ? "right" : "", column.mono ? "mono" : "", column.className ?? ""].filter((name) => name !== "");
  return names.length === 0 ? undefined : names.join(" ");
}

/** Heads keep the place of their column, not its type. */
function headClassOf<Row>(column: Column<Row>): string | undefined {
  const names = [
    column.align === "right" ? "right" : "",
    ...(column.className ?? "").split(" ").filter((name) => name === "column-optional" || name === "rel"),
  ];
  return names.filter((name) => name !== "").join(" ") || undefined;
}

/** What stands before the value where the heads are not shown. */
function wordOf<Row>(column: Column<Row>): string | undefined {
  return column.phone === undefined && typeof column.head === "string" ? column.head : undefined;
}

/** Moves the focus between the rows of a table body; returns true when it handled the key. */
export function moveRowFocus(event: KeyboardEvent<HTMLTableRowElement>): boolean {
  const row = event.currentTarget;
  const rows = [...(row.parentElement?.children ?? [])].filter((item): item is HTMLElement => item instanceof HTMLElement);
  const index = rows.indexOf(row);
  const target =
    event.key === "ArrowDown" || event.key === "j"
      ? rows[index + 1]
      : event.key === "ArrowUp" || event.key === "k"
        ? rows[index - 1]
        : event.key === "Home"
          ? rows[0]
          : event.key === "End"
            ? rows.at(-1)
            : undefined;
  if (target === undefined) return false;
  event.preventDefault();
  target.focus();
  return true;
}

export function DataTable<Row>(props: DataTableProps<Row>) {
  const { label, columns, rows, rowKey, selected = null, onOpen, stale, bleed = false, stack = false } = props;
  const names = ["table-scroll", onOpen === undefined ? "" : "table-open", bleed ? "table-bleed" : "", stack ? "table-stack" : ""].filter(
    (name) => name !== "",
  );
  return (
    <div className={names.join(" ")}>
      <table className="table" aria-label={label}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th key={column.key} scope="col" className={headClassOf(column)} style={{ width: column.width }}>
                {column.head}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, index) => {
            const key = rowKey(row);
            const cells = columns.map((column) => (
              <td key={column.key} className={classOf(column)} data-label={wordOf(column)} data-phone={column.phone}>
                {column.cell(row)}
              </td>
            ));
            if (onOpen === undefined) {
              return (
                <tr key={key} data-stale={stale?.(row) ?? false}>
                  {cells}
                </tr>
              );
            }
            return (
              <tr
                key={key}
                data-stale={stale?.(row) ?? false}
                data-key={key}
                aria-selected={selected === key}
                tabIndex={selected === key || (selected === null && index === 0) ? 0 : -1}
                onClick={() => onOpen(row)}
                onKeyDown={(event) => {
                  if (!moveRowFocus(event) && event.key === "Enter") onOpen(row);
                }}
              >
                {cells}
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}
