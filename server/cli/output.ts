/** Plain tables for people, JSON for scripts. */

let printed = false;

/** Whether a script has got its one JSON value already. */
export function hasPrintedJson(): boolean {
  return printed;
}

export function printJson(value: unknown): void {
  printed = true;
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

export function printLine(text = ""): void {
  process.stdout.write(`${text}\n`);
}

/** Columns as wide as their widest cell; a null is written as "?", because it is unknown and not empty. */
export function printTable(heads: readonly string[], rows: readonly (readonly (string | number | null)[])[]): void {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? "?" : String(cell))));
  const widths = heads.map((head, column) => Math.max(head.length, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join("  ")
      .trimEnd();
  printLine(line(heads));
  for (const row of cells) printLine(line(row));
}

export function isoTime(at: number | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
