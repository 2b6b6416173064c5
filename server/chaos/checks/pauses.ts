/**
 * Invariant 8: while automatic changes are paused, none happens, whatever fails. From the fault log the time between an accepted
 * `pause` and its end; from the servers' journals every title that was gained by a claim of nobody's order within it. A title that the
 * same start regains at its own epoch is no change.
 */
import { type Epoch, epochText, sameEpoch } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import type { FaultEntry } from "../fault-log.ts";
import { clockErrorMs, type NodeJournal } from "../journals.ts";
import { epochOf } from "./promises.ts";
import { automaticCauses } from "./verdicts.ts";
import { timeOf, told, type Violation } from "./violation.ts";

export interface PauseSpan {
  readonly from: WallTime;
  readonly until: WallTime;
}

export function pausesIn(faults: readonly FaultEntry[]): PauseSpan[] {
  return faults.flatMap((entry, index): PauseSpan[] => {
    const [verb, ms] = entry.step.split(" ");
    if (entry.kind !== "order" || verb !== "pause" || entry.accepted !== true) return [];
    const resumed = faults.slice(index + 1).find((later) => later.kind === "order" && later.step === "resume");
    // Counted from before the order went out, where it tells how long: so it is over at the latest then.
    const over = ms === undefined ? Number.POSITIVE_INFINITY : entry.from + Number(ms);
    return [{ from: entry.at, until: Math.min(over, resumed?.from ?? Number.POSITIVE_INFINITY) }];
  });
}

export function pauseViolations(journal: NodeJournal, pauses: readonly PauseSpan[]): Violation[] {
  const found: Violation[] = [];
  let claim: JournalEvent | null = null;
  let claimed: Epoch | null = null;
  for (const event of journal.events) {
    const epoch = epochOf(event);
    if (event.what === "claim-sent") claim = event;
    // The same claim goes on at a higher epoch where its own was spent.
    if (event.what === "claim-sent" || (event.what === "epoch-raised" && claim !== null)) claimed = epoch;
    if (event.what !== "title-gained" || claim === null || epoch === null || claimed === null || !sameEpoch(epoch, claimed)) continue;
    const sent = claim;
    claim = null;
    if (!automaticCauses.includes(String(sent.data.cause))) continue;
    const pause = pauses.find(({ from, until }) => sent.wall > from + clockErrorMs && event.wall < until - clockErrorMs);
    if (pause === undefined) continue;
    found.push({
      invariant: 8,
      text: `${journal.node} took the title at ${epochText(epoch)} by itself, although changes were paused from ${timeOf(pause.from)} to ${timeOf(pause.until)}.`,
      evidence: [told(sent), told(event)],
    });
  }
  return found;
}
