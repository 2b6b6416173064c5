"use client";
/** How the audits of one gateway go, by whose eyes, and one more now. */
import type { ReactNode } from "react";
import type { PollFigures } from "../../../server/core/polling/poll-figures.ts";
import type { GearDetail } from "../../../server/core/status/gear-status.ts";
import { Age } from "../../_ui/Age.tsx";
import { formatAge, formatCount, formatDuration, formatTime } from "../../_ui/format.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Region } from "../../_ui/Region.tsx";
import { breakerText, failureText, phaseText } from "./audit-words.ts";
import { List } from "./DrawerList.tsx";
import { NextPoll } from "./NextPoll.tsx";
import { PastPolls } from "./PastPolls.tsx";
import { PollNow } from "./PollNow.tsx";

interface PollingProps {
  readonly name: string;
  /** Whom a person chose; null: the primary. */
  readonly server: string | null;
  readonly figures: PollFigures | null;
  /** Null until the server has told it. */
  readonly detail: GearDetail | null;
  /** Requests a second; null where none is configured. */
  readonly budget: number | null;
  readonly chooser: ReactNode;
}

export function Polling({ name, server, figures, detail, budget, chooser }: PollingProps) {
  return (
    <Region title="Polling" note="each server has its own numbers" action={chooser}>
      <PollNow name={name} server={server} />
      {figures === null ? (
        <p className="ink-2">
          <span className="swatch" aria-hidden="true" /> Nobody has told yet how its polls go.
        </p>
      ) : (
        <Figures figures={figures} budget={budget} />
      )}
      {detail !== null && (
        <>
          <h3 className="drawer-sub">Last polls</h3>
          <PastPolls past={detail.past} />
        </>
      )}
    </Region>
  );
}

function Figures({ figures, budget }: { readonly figures: PollFigures; readonly budget: number | null }) {
  const zone = useZone();
  const { intervalMs, phase, lastCompleteAt, rows, rttMs, smoothedRttMs, polls, packets, latenessMs, nextAt, nextMode } = figures;
  return (
    <List
      items={[
        [
          "Next poll",
          phase === "paused" ? (
            "polling is disabled"
          ) : (
            <span key="next">
              <NextPoll at={nextAt} running={phase === "polling"} />
              <span className="ink-2">
                , {nextMode}; {phaseText(phase)}
              </span>
            </span>
          ),
        ],
        [
          "Last good poll",
          lastCompleteAt === null ? (
            "never"
          ) : (
            <span key="last">
              <span className="mono">{formatTime(lastCompleteAt, zone)}</span>, <Age at={lastCompleteAt} suffix="ago" />
              {rows !== null && `, ${formatCount(rows)} ${rows === 1 ? "row" : "rows"}`}
            </span>
          ),
        ],
        ["Interval", `${formatAge(intervalMs)}${budget === null ? "" : `, at most ${budget} requests a second`}`],
        ["Late by", latenessMs === null ? "unknown" : formatDuration(latenessMs)],
        ["Round trip", roundTrip(smoothedRttMs, rttMs)],
        ["Since it began", `${formatCount(polls)} polls, ${formatCount(packets)} packets`],
        ["Failures", failureList(figures)],
        ...failureRows(figures),
      ]}
    />
  );
}

function roundTrip(smoothedMs: number | null, lastMs: number | null): string {
  if (smoothedMs === null) return "unknown";
  return `${formatDuration(round(smoothedMs))} smoothed${lastMs === null ? "" : `, last ${formatDuration(round(lastMs))}`}`;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

function failureList({ failures }: PollFigures): string {
  const kinds = Object.entries(failures).filter(([, count]) => count > 0);
  return kinds.length === 0 ? "none" : kinds.map(([kind, count]) => `${failureText(kind)} ${formatCount(count)}`).join("; ");
}

function failureRows({ consecutiveFailures, lastFailure, breaker }: PollFigures): readonly (readonly [string, ReactNode])[] {
  const since = breaker.since === null ? null : <Age at={breaker.since} suffix="ago" />;
  return [
    [
      "Failed in a row",
      consecutiveFailures === 0 ? (
        "0"
      ) : (
        <span key="row" className="amber medium">
          {consecutiveFailures}
        </span>
      ),
    ],
    [
      "Breaker",
      <span key="breaker" className={breaker.state === "closed" ? "" : "amber"}>
        {breakerText(breaker.state)}
        {since !== null && <span className="ink-2">, since {since}</span>}
        {breaker.reason !== null && <span className="ink-2">: {breaker.reason}</span>}
      </span>,
    ],
    ...(lastFailure === null ? [] : [["Last failure", `${failureText(lastFailure.kind)}: ${lastFailure.because}`] as const]),
  ];
}
