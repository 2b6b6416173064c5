"use client";
/** The last polls of one server as a strip, oldest first, and as a table. */
import { type KeyboardEvent, useState } from "react";
import type { PastPoll } from "../../../server/core/polling/poll-figures.ts";
import { Button } from "../../_ui/Button.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { formatDuration, formatTime, type Zone } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { askedText, resultText } from "./audit-words.ts";
import { pollBar, pollSentence, pollsSummary } from "./past-polls.ts";

/** As many as a server keeps. */
const pastPollsKept = 50;
const pitch = 9;
const full = 28;

function Bar({ poll, x }: { readonly poll: PastPoll; readonly x: number }) {
  const { kind, share, wide } = pollBar(poll);
  const width = wide ? 6 : 3;
  const height = Math.round(full * share);
  const top = full - height;
  // Outlined: it answered, and yet is not complete. With a bar across its top: nothing came.
  if (kind === "partial") return <rect className="poll-partial" x={x + 0.5} y={top + 0.5} width={width - 1} height={height - 0.5} />;
  return (
    <>
      <rect className={kind === "good" ? "poll-good" : "poll-silent"} x={x} y={top} width={width} height={height} />
      {kind === "silent" && <path className="poll-silent-cap" d={`M${x - 1.5} 1H${x + width + 1.5}`} />}
    </>
  );
}

/** The cursor stands on one poll, by when it began, so that it keeps it while newer ones come. */
function useCursor(past: readonly PastPoll[]) {
  const [at, setAt] = useState<number | null>(null);
  const found = at === null ? -1 : past.findIndex((poll) => poll.beganAt === at);
  const last = past.length - 1;
  const move = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || last < 0) return;
    const steps: Readonly<Record<string, number>> = {
      ArrowLeft: found === -1 ? last : Math.max(0, found - 1),
      ArrowRight: found === -1 ? last : Math.min(last, found + 1),
      Home: 0,
      End: last,
    };
    const target = steps[event.key];
    if (event.key === "Escape" && found !== -1) setAt(null);
    else if (target === undefined) return;
    else setAt(past[target]?.beganAt ?? null);
    event.preventDefault();
    event.stopPropagation();
  };
  return { index: found === -1 ? null : found, move, point: setAt };
}

export function PastPolls({ past }: { readonly past: readonly PastPoll[] }) {
  const zone = useZone();
  const cursor = useCursor(past);
  const [asTable, setAsTable] = useState(false);
  if (past.length === 0) return <p className="ink-2">None yet.</p>;
  const chosen = cursor.index === null ? null : past[cursor.index];
  // The newest at the right edge always; what is not there yet stays an empty line.
  const slots = Math.max(pastPollsKept, past.length);
  const width = slots * pitch;
  const xOf = (index: number) => (slots - past.length + index) * pitch;
  return (
    <div className="past-polls">
      <div
        className="past-strip"
        role="slider"
        tabIndex={0}
        aria-label={`The last polls. ${pollsSummary(past)}`}
        aria-orientation="horizontal"
        aria-valuemin={0}
        aria-valuemax={past.length - 1}
        aria-valuenow={cursor.index ?? past.length - 1}
        aria-valuetext={chosen == null ? pollsSummary(past) : pollSentence(chosen, zone)}
        onKeyDown={cursor.move}
        onBlur={() => cursor.point(null)}
      >
        <svg width={width} height={full + 2} aria-hidden="true">
          <path className="hairline" d={`M0 ${full + 0.5}H${width}`} />
          {past.map((poll, index) => (
            <g key={poll.beganAt} onPointerEnter={() => cursor.point(poll.beganAt)}>
              <rect x={xOf(index)} y={0} width={pitch} height={full} fill="transparent" />
              {index === cursor.index && <rect className="poll-cursor" x={xOf(index)} y={0} width={pitch - 1} height={full} />}
              <Bar poll={poll} x={xOf(index) + 1} />
            </g>
          ))}
        </svg>
      </div>
      <p className="past-readout">{chosen == null ? `${pollsSummary(past)} The newest is at the right.` : pollSentence(chosen, zone)}</p>
      <div className="past-foot">
        <span className="label ink-3">
          wide = full audit, narrow = liveness; low = complete, outlined = answered, but; capped = no answer
        </span>
        <Button kind="text" aria-expanded={asTable} onClick={() => setAsTable(!asTable)}>
          {asTable ? "Hide the table" : "View as table"}
        </Button>
      </div>
      {asTable && (
        <DataTable
          label="The last polls"
          columns={columns(zone)}
          rows={[...past].reverse()}
          rowKey={(poll) => `${poll.beganAt} ${poll.mode}`}
        />
      )}
    </div>
  );
}

function columns(zone: Zone): readonly Column<PastPoll>[] {
  return [
    { key: "at", head: zone === "UTC" ? "Began, UTC" : "Began", mono: true, cell: (poll) => formatTime(poll.beganAt, zone) },
    { key: "mode", head: "Audit", cell: (poll) => poll.mode },
    { key: "asked", head: "Why", className: "ink-2", cell: (poll) => askedText(poll.asked) },
    { key: "took", head: "Took", align: "right", cell: (poll) => formatDuration(poll.durationMs) },
    { key: "late", head: "Late", align: "right", className: "ink-2", cell: (poll) => formatDuration(poll.lateMs) },
    { key: "rows", head: "Rows", align: "right", cell: (poll) => poll.rows ?? <span className="ink-3">none</span> },
    { key: "packets", head: "Packets", align: "right", className: "ink-2", cell: (poll) => poll.packets },
    {
      key: "result",
      head: "Result",
      className: "wrap",
      cell: (poll) => (
        <span className={poll.result === "complete" ? "ink-2" : "amber"} title={poll.because ?? undefined}>
          {resultText(poll)}
        </span>
      ),
    },
  ];
}
