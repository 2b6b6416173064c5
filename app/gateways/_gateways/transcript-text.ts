/** An audit's exchange as text, to be copied into a ticket. Pure. */
import type { PollTranscript } from "../../../server/core/status/gear-status.ts";
import { formatDuration } from "../../_ui/format.ts";

export function resultSentence({ complete, because, rows, packets, durationMs }: PollTranscript): string {
  const outcome = complete ? "complete" : `not complete: ${because ?? "no reason told"}`;
  const told = rows === null ? "rows unknown" : `${rows} ${rows === 1 ? "row" : "rows"}`;
  return `${outcome}; ${told}, ${packets} ${packets === 1 ? "packet" : "packets"}, ${formatDuration(Math.round(durationMs * 10) / 10)}`;
}

export function transcriptText(transcript: PollTranscript): string {
  const { name, mode, source, at, exchange, leftOut } = transcript;
  return [
    `${name}, ${mode} audit by ${source}, ${new Date(at).toISOString()}`,
    ...exchange.flatMap(({ atMs, sent, text }) => [
      `+${atMs.toFixed(1)} ms ${sent ? "sent" : "received"}`,
      ...text.trimEnd().split(/\r?\n/),
    ]),
    ...(leftOut > 0 ? [`${leftOut} more were left out`] : []),
    resultSentence(transcript),
  ].join("\n");
}
