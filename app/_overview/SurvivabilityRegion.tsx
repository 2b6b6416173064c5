"use client";
/** "Would we survive losing the primary now?", with the same checks as the switchover's preflight. */
import type { PreflightCheck } from "../../server/core/status/node-status.ts";
import type { ConsoleSnapshot } from "../../server/operations/console-view.ts";
import { formatAge } from "../_ui/format.ts";
import { Region } from "../_ui/Region.tsx";
import { Glyph, type GlyphName } from "../_ui/StatusGlyph.tsx";
import { Named } from "../_ui/Verdict.tsx";

const answers: Record<ConsoleSnapshot["survivability"]["answer"], GlyphName> = {
  yes: "ok",
  reservations: "degraded",
  no: "failed",
  unknown: "unknown",
};

const results: Record<PreflightCheck["result"], { readonly glyph: GlyphName; readonly tone: string }> = {
  pass: { glyph: "pass", tone: "" },
  warn: { glyph: "degraded", tone: "amber" },
  fail: { glyph: "failed", tone: "red" },
  unknown: { glyph: "unknown", tone: "ink-2" },
};

/** Up to here a finding stays on one line; the check beside it breaks first. */
const shortFound = 26;

function CheckRow({ check }: { readonly check: PreflightCheck }) {
  const { glyph, tone } = results[check.result];
  const passed = check.result === "pass";
  return (
    <tr>
      <td style={{ width: 22 }}>
        <Glyph name={glyph} label={check.result} />
      </td>
      <td className={tone}>{check.check}</td>
      <td className={check.found.length <= shortFound ? "right ink-2 nowrap" : "right ink-2"} title={`limit: ${check.limit}`}>
        {check.found}
        {!passed && <div className="label ink-3">limit {check.limit}</div>}
      </td>
      <td className={passed ? "right ink-3 nowrap" : `right nowrap ${tone}`} style={{ width: 48 }}>
        {check.ageMs === null ? "" : formatAge(check.ageMs)}
      </td>
    </tr>
  );
}

export function SurvivabilityRegion({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const { survivability } = snapshot;
  const title = survivability.losing === null ? "Would we survive a failure now?" : `Would we survive losing ${survivability.losing} now?`;
  return (
    <Region title={title} className="overview-survive">
      <div className="survive-answer head">
        <Glyph name={answers[survivability.answer]} size={14} />
        <span>
          <Named text={survivability.sentence} />
        </span>
      </div>
      {survivability.checks.length > 0 && (
        <div className="survive-checks">
          <table className="table" aria-label="Checks">
            <tbody>
              {survivability.checks.map((check) => (
                <CheckRow key={check.id} check={check} />
              ))}
            </tbody>
          </table>
        </div>
      )}
      {survivability.expected !== "" && (
        <p className="label ink-2 survive-expected">
          {/^\d/.test(survivability.expected) && "Expected interruption of control: "}
          {survivability.expected}
        </p>
      )}
    </Region>
  );
}
