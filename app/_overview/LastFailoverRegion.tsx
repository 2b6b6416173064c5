"use client";
/** The newest change of control in one sentence and as a small waterfall; the whole one is a click away. */
import Link from "next/link";
import type { FailoverReport } from "../../server/core/timeline/failover-report.ts";
import { useNow } from "../_trpc/use-live.ts";
import { formatWhen } from "../_ui/format.ts";
import { useZone } from "../_ui/preferences.ts";
import { Region } from "../_ui/Region.tsx";
import { useWidth } from "../_ui/strip/use-width.ts";
import { Named } from "../_ui/Verdict.tsx";
import { isByOrder } from "../failovers/_waterfall/milestones.ts";
import { axisTexts, failoverWords, miniWaterfall } from "./mini-waterfall.ts";

/** Colour is for what is going on: the misses of an old failover are drawn in ink. */
const recentMs = 15 * 60_000;

const top = 6;
const base = 74;

function Drawing({ report, now }: { readonly report: FailoverReport; readonly now: number }) {
  const [ref, width] = useWidth<HTMLDivElement>();
  const plot = miniWaterfall(report, now);
  const x = (ms: number) => (ms / plot.endsMs) * (width - 1);
  const recent = now - report.startedAt < recentMs;
  const rowStep = Math.min(6, (base - top - 4) / Math.max(1, plot.gateways.length));
  return (
    <div ref={ref} className="last-failover-drawing" style={{ height: 98 }}>
      {width > 0 && (
        <svg width={width} height="98" role="img" aria-label={plot.summary}>
          {plot.firstMissMs !== null && <rect x="0" y={top} width={x(plot.firstMissMs)} height={base - top} fill="url(#hatch)" />}
          {plot.grid.map((ms) => (
            <path key={ms} className="hairline" d={`M${Math.round(x(ms)) + 0.5} ${top}V${base}`} />
          ))}
          {plot.misses.map((miss) => (
            <rect
              key={miss.atMs}
              x={x(miss.atMs) - 1.5}
              y={base - (base - top) * miss.height}
              width="3"
              height={(base - top) * miss.height}
              className={recent && miss.kind === "limit" ? "bar-limit" : recent && miss.kind === "missed" ? "bar-missed" : "bar-normal"}
            />
          ))}
          {plot.gateways.map((gateway, index) => (
            <rect
              key={gateway.name}
              x={x(gateway.fromMs)}
              y={top + 2 + index * rowStep}
              width={Math.max(1.5, x(gateway.toMs) - x(gateway.fromMs))}
              height={Math.max(1.5, Math.min(3, rowStep - 1))}
              fill={gateway.last ? "var(--ink)" : "var(--mark)"}
            />
          ))}
          <path className="hairline" d={`M0 ${base + 0.5}H${width}`} />
          <path d={`M.75 2V${base + 6}`} stroke="var(--ink-2)" strokeWidth="1.5" />
          {plot.titleMs !== null && <path d={`M${x(plot.titleMs)} 2V${base + 6}`} stroke="var(--ink)" strokeWidth="1.5" />}
          <path d={`M${x(plot.totalMs)} ${top + 24}V${base + 6}`} stroke="var(--ink)" strokeWidth="1.5" />
          {axisTexts(plot, report.kind === "switchover" ? "requested" : isByOrder(report) ? "ordered" : "last keepalive", width).map(
            (mark) => (
              <text key={mark.text} className={mark.tone} x={mark.x} y="94" textAnchor={mark.anchor}>
                {mark.text}
              </text>
            ),
          )}
        </svg>
      )}
    </div>
  );
}

export function LastFailoverRegion({ report }: { readonly report: FailoverReport | null }) {
  const now = useNow();
  const zone = useZone();
  if (report === null) {
    return (
      <Region title="Last failover" className="overview-failover">
        <p className="ink-2">None yet. Kill the primary on the Lab page to watch one.</p>
      </Region>
    );
  }
  const words = failoverWords(report);
  return (
    <Region
      title={report.kind === "switchover" ? "Last switchover" : "Last failover"}
      note={
        <Link href={`/failovers/${encodeURIComponent(report.id)}`} className="ink-2">
          {report.epoch.number}, {formatWhen(report.startedAt, now, zone)}
        </Link>
      }
      className="overview-failover"
    >
      <div className="lead survive-answer">
        <span>
          <Named text={words.sentence} />
        </span>
      </div>
      <div className="ink-2">{words.outcome}</div>
      <Drawing report={report} now={now} />
    </Region>
  );
}
