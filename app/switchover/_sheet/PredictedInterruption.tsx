/** Past interruptions as ticks on a scale from 0. Control only: media is not touched by a switchover. */
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { formatDuration } from "../../_ui/format.ts";
import { prediction } from "./plan-words.ts";
import styles from "./switchover.module.css";

const width = 384;
const left = 4;

export function PredictedInterruption({ effect }: { readonly effect: SwitchoverPlan["effect"] }) {
  const predicted = prediction(effect);
  const x = (ms: number): number => left + (ms / predicted.untilMs) * (width - 2 * left);
  const { expectedMs, worstMs } = effect;
  return (
    <section aria-labelledby="predicted">
      <h2 id="predicted">Predicted interruption</h2>
      <p className="label ink-3">control only, media is not touched; {predicted.note}</p>
      <p className={styles.predicted}>
        {expectedMs === null ? "Not known: measured from the first run on." : `half within ${formatDuration(expectedMs)}`}
        {worstMs !== null && (
          <span className="ink-2">
            , at worst {formatDuration(worstMs)} in {predicted.runs} {predicted.runs === 1 ? "run" : "runs"}
          </span>
        )}
      </p>
      <svg
        className={styles.ticks}
        viewBox={`0 0 ${width} 44`}
        role="img"
        aria-label={`Past interruptions: ${predicted.ticks.map((ms) => formatDuration(ms)).join(", ") || "none"}`}
      >
        <path d={`M${left} 24.5H${width - left}`} className="hairline" />
        {predicted.ticks.map((ms, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: ticks have no identity beyond their order
          <path key={index} d={`M${x(ms)} 8V24`} stroke="var(--mark)" strokeWidth="1.5" />
        ))}
        {expectedMs !== null && <path d={`M${x(expectedMs)} 2V24`} stroke="var(--ink)" strokeWidth="2" />}
        {[0, 1, 2, 3].map((part) => (
          <text key={part} x={x((predicted.untilMs / 3) * part)} y={38} textAnchor={part === 0 ? "start" : part === 3 ? "end" : "middle"}>
            {part === 0 ? "0" : formatDuration((predicted.untilMs / 3) * part)}
          </text>
        ))}
      </svg>
    </section>
  );
}
