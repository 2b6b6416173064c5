/** A change of control in small: misses, title, one bar a gateway, all on one scale in ms after the last good keepalive. Pure. */
import type { Cause, FailoverReport } from "../../server/core/timeline/failover-report.ts";
import { barHeight } from "../_ui/strip/strip-geometry.ts";
import { counted, lasted } from "../failovers/_waterfall/words.ts";

export interface MiniWaterfall {
  readonly endsMs: number;
  readonly totalMs: number;
  readonly running: boolean;
  readonly titleMs: number | null;
  readonly firstMissMs: number | null;
  readonly grid: readonly number[];
  readonly misses: readonly { readonly atMs: number; readonly height: number; readonly kind: "normal" | "missed" | "limit" }[];
  readonly gateways: readonly { readonly name: string; readonly fromMs: number; readonly toMs: number; readonly last: boolean }[];
  readonly summary: string;
}

export function totalMs(report: FailoverReport): number | null {
  const { activeAt } = report.timeline;
  return activeAt === null ? null : activeAt - report.startedAt;
}

export function miniWaterfall(report: FailoverReport, now: number): MiniWaterfall {
  const running = report.state === "in-progress";
  const known = totalMs(report);
  const soFar = Math.max(
    0,
    ...report.steps.map((step) => step.untilMs ?? step.atMs),
    ...report.gateways.map((gateway) => gateway.adoptedMs ?? 0),
  );
  const total = known ?? (running ? Math.max(soFar, Math.min(now - report.startedAt, 60_000)) : soFar);
  const endsMs = Math.max(total * 1.07, 100);
  const missed = report.kind === "failover" ? report.steps.filter((step) => step.what === "missed") : [];
  const limit = report.missLimit;
  const finished = report.gateways.filter((gateway) => gateway.adoptedMs !== null);
  const lastMs = Math.max(0, ...finished.map((gateway) => gateway.adoptedMs ?? 0));
  const gridStep = endsMs <= 1200 ? 100 : endsMs <= 6000 ? 500 : 5000;
  const titleAt = report.timeline.titleAt;
  return {
    endsMs,
    totalMs: total,
    running,
    titleMs: titleAt === null ? null : titleAt - report.startedAt,
    firstMissMs: missed[0]?.atMs ?? null,
    grid: Array.from({ length: Math.floor(endsMs / gridStep) + 1 }, (_, index) => index * gridStep),
    misses: missed.slice(0, limit).map((step, index) => ({
      atMs: step.atMs,
      height: barHeight(index + 1, limit),
      kind: index + 1 >= limit ? "limit" : index >= 1 ? "missed" : "normal",
    })),
    gateways: report.gateways
      .filter((gateway) => gateway.connectedMs !== null || gateway.grantedMs !== null)
      .map((gateway) => ({
        name: gateway.gateway,
        fromMs: gateway.grantedMs ?? gateway.connectedMs ?? 0,
        toMs: gateway.adoptedMs ?? gateway.historyMs ?? gateway.auditedMs ?? total,
        last: gateway.adoptedMs !== null && gateway.adoptedMs === lastMs,
      })),
    summary: `${report.kind} ${report.epoch.number} in outline: ${lasted(total)}${running ? " so far" : ""}, ${counted(report.gateways.length, "gateway")}`,
  };
}

export interface AxisText {
  readonly text: string;
  readonly tone: "ink" | "ink-2" | "ink-3";
  /** Its left edge where it starts the axis, else its right edge, px. */
  readonly x: number;
  readonly anchor: "start" | "end";
}

/** Width of a text at 11 px, near enough to keep texts apart. */
const textPx = 6;
const apartPx = 10;

/** The words under the drawing, from the right: the whole, the title, the beginning. None lies on another; the last gives way. */
export function axisTexts(plot: MiniWaterfall, begin: string, width: number): readonly AxisText[] {
  const x = (ms: number) => (ms / plot.endsMs) * (width - 1);
  const widthOf = (text: string) => text.length * textPx;
  const total = `${plot.running ? "so far " : ""}${lasted(plot.totalMs)}`;
  const texts: AxisText[] = [
    { text: total, tone: "ink", anchor: "end", x: Math.max(widthOf(total), Math.min(x(plot.totalMs) + 14, width)) },
  ];
  let free = (texts[0]?.x ?? width) - widthOf(total) - apartPx;
  if (plot.titleMs !== null) {
    const text = `title ${lasted(plot.titleMs)}`;
    const right = Math.min(Math.max(widthOf(text), x(plot.titleMs) + widthOf(text) / 2), free);
    if (right >= widthOf(text)) {
      texts.push({ text, tone: "ink-2", anchor: "end", x: right });
      free = right - widthOf(text) - apartPx;
    }
  }
  if (widthOf(begin) <= free) texts.push({ text: begin, tone: "ink-3", anchor: "start", x: 0 });
  return texts;
}

const causes: Record<Cause, (from: string) => string> = {
  "primary-dead": (from) => `${from} fell silent.`,
  "primary-frozen": (from) => `${from} froze.`,
  "primary-cut-off": (from) => `${from} was cut off.`,
  "primary-without-title": (from) => `${from} lost the title.`,
  "no-primary": () => "There was no primary.",
  requested: () => "",
  "operator-forced": (from) => `An operator took over from ${from} without its consent.`,
};

export function failoverWords(report: FailoverReport): { readonly sentence: string; readonly outcome: string } {
  const total = totalMs(report);
  const cause = causes[report.cause](report.from ?? "The primary");
  const done =
    report.state === "in-progress"
      ? `${report.to} is taking over.`
      : report.state === "abandoned"
        ? `${report.to} did not take over.`
        : `${report.to} took over${total === null ? "" : ` in ${lasted(total)}`}.`;
  const by = report.by === null ? "" : ` By ${report.by}.`;
  const gap = report.longestMediaGapMs === null ? "" : `, longest silence ${Math.round(report.longestMediaGapMs)} ms`;
  return {
    sentence: [cause, done].filter((part) => part !== "").join(" ") + by,
    outcome: `${counted(report.callsAdopted, "call")} kept, ${report.callsReleased} released, ${counted(report.recordsRecovered, "record")} recovered${gap}${report.state === "in-progress" ? ", so far" : ""}.`,
  };
}
