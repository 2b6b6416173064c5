/** The last polls as bars: how bad is the height, what kind of audit the width, whether it was there at all the shape. Pure. */
import type { PastPoll } from "../../../server/core/polling/poll-figures.ts";
import { formatDuration, formatTime, type Zone } from "../../_ui/format.ts";
import { askedText, resultText } from "./audit-words.ts";

/** good: complete. partial: it answered, and yet the audit is not complete. silent: nothing was had of it. */
type BarKind = "good" | "partial" | "silent";

interface PollBar {
  readonly kind: BarKind;
  /** Of the full height. */
  readonly share: number;
  /** A full audit is wide, a liveness audit narrow. */
  readonly wide: boolean;
}

const shares: Readonly<Record<BarKind, number>> = { good: 0.4, partial: 0.7, silent: 1 };
const unheard: readonly string[] = ["timeout", "refused", "unauthorized"];

export function pollBar({ result, mode }: Pick<PastPoll, "result" | "mode">): PollBar {
  const kind = result === "complete" ? "good" : unheard.includes(result) ? "silent" : "partial";
  return { kind, share: shares[kind], wide: mode === "full" };
}

/** "05:11:10: full, by hand, complete; 46 rows, 19 packets, took 10 ms" */
export function pollSentence(poll: PastPoll, zone: Zone): string {
  const { beganAt, mode, asked, rows, packets, durationMs, because } = poll;
  const why = because === null ? "" : ` (${because})`;
  const read = rows === null ? "no rows" : `${rows} ${rows === 1 ? "row" : "rows"}`;
  const sent = `${packets} ${packets === 1 ? "packet" : "packets"}`;
  return `${formatTime(beganAt, zone)}: ${mode}, ${askedText(asked)}, ${resultText(poll)}${why}; ${read}, ${sent}, took ${formatDuration(durationMs)}`;
}

/** "50 polls, 48 complete, 1 answered and incomplete, 1 without an answer." */
export function pollsSummary(past: readonly PastPoll[]): string {
  const counts: Record<BarKind, number> = { good: 0, partial: 0, silent: 0 };
  for (const poll of past) counts[pollBar(poll).kind] += 1;
  const parts = [
    `${past.length} ${past.length === 1 ? "poll" : "polls"}`,
    `${counts.good} complete`,
    ...(counts.partial > 0 ? [`${counts.partial} answered, but incomplete`] : []),
    ...(counts.silent > 0 ? [`${counts.silent} without an answer`] : []),
  ];
  return `${parts.join(", ")}.`;
}
