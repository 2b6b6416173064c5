/** What of an audit's exchange and result a person is shown. */
import type { AuditResult } from "../../drivers/auditor.ts";

const longestText = 2_000;

/** Whoever reads it sees that it was cut, also in the middle of a word. */
export function shortened(text: string): string {
  return text.length > longestText ? `${text.slice(0, longestText).trimEnd()} …` : text;
}

/** Null: none at all, of an audit that was cut short, says nothing about how many there are. */
export function rowsTold(result: Pick<AuditResult, "complete" | "rows"> | null): number | null {
  return result === null || (!result.complete && result.rows.length === 0) ? null : result.rows.length;
}
