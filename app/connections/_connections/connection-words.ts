/** The page's sentence and the summary of what a failure would do. Pure. */
import type { ConnectionColumns } from "../../../server/operations/console-view.ts";
import { formatCount } from "../../_ui/format.ts";
import { isLastSeen } from "./connection-sources.ts";

function counted(count: number, one: string): string {
  return `${formatCount(count)} ${count === 1 ? one : `${one}s`}`;
}

export function connectionsSentence(columns: ConnectionColumns, filtered: boolean): string {
  if (columns.source === null) return "No call server answers. What is up now is unknown.";
  const calls = new Set(columns.callId).size;
  const shown = columns.callId.length;
  if (shown === 0 && columns.total === 0) return filtered ? "No connection matches." : `0 connections on ${columns.source}.`;
  const cut = shown < columns.total ? ` The first ${formatCount(shown)} are listed.` : "";
  return `${counted(columns.total, "connection")}${shown < columns.total ? "" : ` of ${counted(calls, "call")}`}${filtered ? " match" : ""}, as ${columns.source} knows them.${cut}`;
}

/** "Would a failure of cs-b now keep them? 112 yes, 6 not yet talking, 0 unknown." */
export function continuityWords(columns: ConnectionColumns): string {
  const counts = { preserved: 0, transient: 0, unknown: 0, observed: 0 };
  for (const [row, value] of columns.continuity.entries()) {
    if (columns.own[row] === false) counts.observed += 1;
    else if (value === "preserved" || value === "transient") counts[value] += 1;
    else counts.unknown += 1;
  }
  const unknown = counts.unknown === 0 ? "" : `, ${formatCount(counts.unknown)} unknown`;
  const given = counts.transient === 0 ? "none given up" : `${formatCount(counts.transient)} given up because they are not talking yet`;
  const observed = counts.observed === 0 ? "" : ` ${formatCount(counts.observed)} on gear of others, only observed.`;
  const lastSeen = columns.stale.filter((_, row) => isLastSeen(columns, row)).length;
  const silent = lastSeen === 0 ? "" : ` Of ${formatCount(lastSeen)} of them the gear tells nothing now.`;
  const inherited = columns.stale.filter(Boolean).length - lastSeen;
  const old = inherited === 0 ? "" : ` ${formatCount(inherited)} inherited and not confirmed yet.`;
  return `If ${columns.source ?? "the server"} failed now: ${formatCount(counts.preserved)} kept, ${given}${unknown}.${observed}${silent}${old}`;
}
