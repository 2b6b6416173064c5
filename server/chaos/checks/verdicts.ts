/**
 * Invariant 3: no automatic takeover unless N keepalives were missed (or the primary denies its title), the query failed and the jury
 * agrees, and all of it stands in the journal before the first claim. The verdict's line is written and synced by the call that the
 * claim waits for, so its place in the file is the proof; that it was synced is not to be seen afterwards.
 */

import type { ReportedVerdict } from "../../core/timeline/failover-report.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import type { NodeJournal } from "../journals.ts";
import { told, type Violation } from "./violation.ts";

/** Claims for these causes are nobody's order. */
export const automaticCauses = ["primary-dead", "primary-frozen", "primary-cut-off", "primary-without-title", "no-primary"];

export function verdictViolations(journal: NodeJournal, voters: number): Violation[] {
  const found: Violation[] = [];
  let verdict: JournalEvent | null = null;
  let boot = 0;
  for (const event of journal.events) {
    if (event.boot !== boot) verdict = null;
    boot = event.boot;
    if (event.what === "verdict-reached") verdict = event;
    if (event.what !== "claim-sent" || !automaticCauses.includes(String(event.data.cause))) continue;
    const why = verdict === null ? "no verdict stands before it" : wrongWith(verdict, String(event.data.cause), voters);
    if (why !== null) {
      found.push({
        invariant: 3,
        text: `${journal.node} claimed by itself, but ${why}.`,
        evidence: [...(verdict === null ? [] : [told(verdict)]), told(event)],
      });
    }
    verdict = null;
  }
  return found;
}

/** Null where the verdict bears the claim. */
function wrongWith(event: JournalEvent, cause: string, voters: number): string | null {
  const verdict = event.data.verdict as Partial<ReportedVerdict> | undefined;
  if (verdict?.takeOver !== true) return "its verdict was not to take over";
  const { missed = 0, missLimit = 0, votes = [] } = verdict;
  if (missed < missLimit && cause !== "primary-without-title") return `only ${missed} of ${missLimit} keepalives were missed`;
  const silent = votes.filter((vote) => vote.reading === "silent").length;
  const needed = Math.floor(voters / 2) + 1;
  return silent >= needed ? null : `only ${silent} voters had not heard the primary, ${needed} are needed`;
}
