/** What stands around the bars of the brush: the axis with now at its end, and each change of control. */
import type { RecordHistogram } from "../../../server/operations/console-view.ts";
import styles from "./brush.module.css";
import { axisTimes, type BrushScale, xAt } from "./brush.ts";

/** Height of the bars; the axis stands under them. */
export const barsHeight = 68;

export function Axis({
  scale,
  nowAt,
  clock,
}: {
  readonly scale: BrushScale;
  readonly nowAt: number;
  readonly clock: (at: number) => string;
}) {
  const nowX = xAt(scale, nowAt);
  return (
    <>
      {axisTimes(scale)
        .filter((at) => nowX - xAt(scale, at) > 40)
        .map((at) => (
          <text key={at} x={xAt(scale, at)} y={barsHeight + 15} textAnchor={xAt(scale, at) < 20 ? "start" : "middle"}>
            {clock(at)}
          </text>
        ))}
      <path d={`M${nowX - 0.75} 0V${barsHeight}`} stroke="var(--ink)" strokeWidth="1.5" />
      <text className="ink" x={nowX} y={barsHeight + 15} textAnchor="end">
        now
      </text>
    </>
  );
}

/** Each change of control with its number; where two stand too close for both numbers, only the earlier is written. */
export function FailoverMarks({ failovers, scale }: { readonly failovers: RecordHistogram["failovers"]; readonly scale: BrushScale }) {
  let lastLabelX = Number.NEGATIVE_INFINITY;
  return [...failovers]
    .sort((a, b) => a.at - b.at)
    .map((mark) => {
      const x = xAt(scale, mark.at);
      const labelled = x - lastLabelX >= 24;
      if (labelled) lastLabelX = x;
      const atEdge = x > scale.width - 40;
      return (
        <g key={mark.id}>
          <path d={`M${x} 0V${barsHeight}`} stroke="var(--ink)" strokeWidth="1.5" />
          {labelled && (
            <text className={`ink ${styles.number}`} x={atEdge ? x - 4 : x + 4} y={10} textAnchor={atEdge ? "end" : "start"}>
              {mark.number}
            </text>
          )}
        </g>
      );
    });
}
