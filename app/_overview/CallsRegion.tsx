"use client";
/** Calls in control over the last 15 minutes: one line, broken and hatched where nobody measured, right edge = now. */
import type { ConsoleSnapshot } from "../../server/operations/console-view.ts";
import { useNow } from "../_trpc/use-live.ts";
import { formatCount, formatMinute } from "../_ui/format.ts";
import { useZone } from "../_ui/preferences.ts";
import { Region } from "../_ui/Region.tsx";
import { quarterHourMs } from "../_ui/strip/RowStrip.tsx";
import { axisTicks } from "../_ui/strip/strip-geometry.ts";
import { useWidth } from "../_ui/strip/use-width.ts";
import { chartScale, lineSegments } from "./calls-chart.ts";

const height = 134;
const left = 34;
const right = 40;
const top = 10;
const bottom = 112;

export function CallsRegion({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const now = useNow();
  const zone = useZone();
  const values = snapshot.callsHistory.flatMap(([, value]) => (value === null ? [] : [value]));
  const scale = chartScale(values);
  const plot = Math.max(10, width - left - right);
  const x = (at: number) => left + ((at - (now - quarterHourMs)) / quarterHourMs) * plot;
  const y = (value: number) => bottom - ((value - scale.from) / (scale.to - scale.from)) * (bottom - top);
  const { paths, gaps } = lineSegments(snapshot.callsHistory, { now, windowMs: quarterHourMs, x, y });
  const last = snapshot.calls;
  const failover = snapshot.failover;
  const failoverX = failover === null ? 0 : x(failover.startedAt);
  const range = values.length === 0 ? "" : `, between ${Math.min(...values)} and ${Math.max(...values)}`;
  return (
    <Region title="Calls now" note="15 minutes" className="overview-calls">
      <div ref={ref} className="calls-chart" style={{ height }}>
        {width > 0 && now > 0 && (
          <svg width={width} height={height} role="img" aria-label={`Calls in the last 15 minutes${range}; now ${last ?? "unknown"}`}>
            {scale.ticks.map((tick) => (
              <g key={tick}>
                <path className="hairline" d={`M${left} ${Math.round(y(tick)) + 0.5}H${left + plot}`} />
                <text x={left - 8} y={y(tick) + 4} textAnchor="end">
                  {formatCount(tick)}
                </text>
              </g>
            ))}
            {gaps.map((gap) => (
              <rect key={gap.from} x={gap.from} y={top} width={Math.max(0, gap.to - gap.from)} height={bottom - top} fill="url(#hatch)" />
            ))}
            {failover !== null && failoverX > left && failoverX < left + plot && (
              <>
                <path d={`M${failoverX} ${top}V${bottom}`} stroke="var(--ink-3)" strokeDasharray="2 3" />
                <text
                  className="ink-2"
                  x={failoverX > left + plot - 90 ? failoverX - 5 : failoverX + 5}
                  y={top + 6}
                  textAnchor={failoverX > left + plot - 90 ? "end" : "start"}
                >
                  {failover.kind} {failover.epoch.number}
                </text>
              </>
            )}
            {paths.map((path) => (
              <path key={path} d={path} fill="none" stroke="var(--ink)" strokeWidth="1.5" strokeLinejoin="round" />
            ))}
            <path className="strip-now" d={`M${left + plot + 0.5} ${top - 4}V${bottom}`} />
            {last === null ? (
              <text className="ink-2" x={left + plot + 8} y={top + 10}>
                unknown
              </text>
            ) : (
              <>
                <circle cx={left + plot} cy={y(last)} r="3" fill="var(--ink)" />
                <text className="ink chart-now" x={left + plot + 9} y={y(last) + 5}>
                  {formatCount(last)}
                </text>
              </>
            )}
            {axisTicks({ now, windowMs: quarterHourMs, width: plot }, 300_000)
              .filter((tick) => tick.x < plot - 40)
              .map((tick) => (
                <text key={tick.at} x={left + tick.x} y={height - 4} textAnchor="middle">
                  {formatMinute(tick.at, zone)}
                </text>
              ))}
            <text className="ink" x={left + plot} y={height - 4} textAnchor="end">
              now
            </text>
          </svg>
        )}
      </div>
    </Region>
  );
}
