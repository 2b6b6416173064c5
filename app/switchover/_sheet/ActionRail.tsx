"use client";
/** The five steps of an order, each reached only when it was seen. The work runs on the servers: closing this page changes nothing. */
import Link from "next/link";
import { Glyph } from "../../_ui/StatusGlyph.tsx";
import { type Rail, type RailStep, railSteps } from "./action-rail.ts";
import styles from "./switchover.module.css";

const heads: Readonly<Record<Rail["end"], string>> = {
  running: "Under way",
  settled: "Settled",
  refused: "Refused",
  "timed out": "Timed out",
  diverged: "Not as planned",
};

interface ActionRailProps {
  readonly rail: Pick<Rail, "reached" | "end" | "detail" | "failoverId">;
  readonly refusals: readonly string[];
  readonly steps?: readonly RailStep[];
}

export function ActionRail({ rail, refusals, steps = railSteps }: ActionRailProps) {
  const bad = rail.end === "refused" || rail.end === "timed out" || rail.end === "diverged";
  return (
    <section className={styles.rail} aria-labelledby="rail">
      <h2 id="rail" className={bad ? "red" : undefined}>
        {heads[rail.end]}
      </h2>
      <ol>
        {steps.map((step) => {
          const reached = rail.reached.includes(step);
          const next = !reached && rail.end === "running" && rail.reached.length === steps.indexOf(step);
          return (
            <li key={step} data-reached={reached} aria-current={next ? "step" : undefined}>
              <Glyph
                name={reached ? "pass" : next ? "transit" : "off"}
                tone={reached ? "ink" : next ? "blue" : "ink-3"}
                label={reached ? "reached:" : next ? "waiting:" : "not reached:"}
              />
              {step}
            </li>
          );
        })}
      </ol>
      <div role="status">
        <p>{rail.detail}</p>
        {refusals.length > 0 && (
          <ul className={styles.blockers}>
            {refusals.map((refusal) => (
              <li key={refusal}>{refusal}</li>
            ))}
          </ul>
        )}
      </div>
      {rail.failoverId !== null && (
        <Link className="button" href={`/failovers/${encodeURIComponent(rail.failoverId)}`}>
          Open the waterfall
        </Link>
      )}
    </section>
  );
}
