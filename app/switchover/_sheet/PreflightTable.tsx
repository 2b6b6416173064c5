"use client";
/** Every preflight check of the plan; abnormal ones on wash. UNKNOWN blocks like FAIL. */
import type { PreflightCheck, SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import { formatAge } from "../../_ui/format.ts";
import { type GlyphName, StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { useInstants } from "../../_ui/use-instants.ts";
import { countChecks, countsText } from "./plan-words.ts";
import styles from "./switchover.module.css";

const results: Readonly<Record<PreflightCheck["result"], { readonly glyph: GlyphName; readonly word: string }>> = {
  pass: { glyph: "pass", word: "PASS" },
  warn: { glyph: "degraded", word: "WARN" },
  fail: { glyph: "failed", word: "FAIL" },
  unknown: { glyph: "unknown", word: "UNKNOWN" },
};

interface PreflightProps {
  readonly plan: Pick<SwitchoverPlan, "checks">;
  /** Age of the plan itself; it adds to the age of each check. */
  readonly sinceMs: number;
  /** True once the plan was ordered: it is history then. */
  readonly ordered: boolean;
}

export function PreflightTable({ plan, sinceMs, ordered }: PreflightProps) {
  return (
    <section aria-labelledby="preflight">
      <div className={styles.sectionHead}>
        <h2 id="preflight">Preflight</h2>
        <span className="label ink-2">{countsText(countChecks(plan.checks))}</span>
        <span className="label ink-3">
          {ordered ? "As found before the order." : "Nothing has changed yet; all checks run again at the moment of execution."}
        </span>
      </div>
      <div className="table-scroll">
        <table className={styles.preflight}>
          <thead>
            <tr>
              <th scope="col">Result</th>
              <th scope="col">Check</th>
              <th scope="col">Found</th>
              <th scope="col">Limit</th>
              <th scope="col">For this action</th>
              <th scope="col" className="right">
                Age
              </th>
            </tr>
          </thead>
          <tbody>
            {plan.checks.map((check) => (
              <CheckRow key={check.id} check={check} sinceMs={sinceMs} />
            ))}
          </tbody>
        </table>
      </div>
    </section>
  );
}

function CheckRow({ check, sinceMs }: { readonly check: PreflightCheck; readonly sinceMs: number }) {
  const result = results[check.result];
  const readable = useInstants();
  const tone = check.result === "fail" ? "red" : check.result === "warn" ? "amber" : undefined;
  return (
    <tr data-result={check.result}>
      <td>
        <StatusGlyph name={result.glyph} word={result.word} />
      </td>
      <th scope="row">{check.check}</th>
      <td className={tone} data-label="found">
        {check.result === "unknown" && <span className="swatch" aria-hidden="true" style={{ marginRight: 6 }} />}
        {readable(check.found)}
      </td>
      <td className="ink-2" data-label="limit">
        {check.limit}
      </td>
      <td className="ink-2">
        {check.result === "fail" || check.result === "unknown" ? "blocks it" : check.result === "warn" ? "accepted" : ""}
      </td>
      <td className="right ink-2">{check.ageMs === null ? "none" : formatAge(check.ageMs + sinceMs)}</td>
    </tr>
  );
}
