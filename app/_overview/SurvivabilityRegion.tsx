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

/** A list, not a table: each row gives the finding the width that its own check leaves. */
function CheckRow({ check }: { readonly check: PreflightCheck }) {
  const { glyph, tone } = results[check.result];
  const passed = check.result === "pass";
  return (
    <li>
      <Glyph name={glyph} label={check.result} />
      <span className={tone}>{check.check}</span>
      <span className="right ink-2" title={`limit: ${check.limit}`}>
        {check.found}
        {!passed && <span className="label ink-3 survive-limit">limit {check.limit}</span>}
      </span>
      <span className={passed ? "right ink-3 nowrap" : `right nowrap ${tone}`}>{check.ageMs === null ? "" : formatAge(check.ageMs)}</span>
    </li>
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
        <ul className="survive-checks" aria-label="Checks">
          {survivability.checks.map((check) => (
            <CheckRow key={check.id} check={check} />
          ))}
        </ul>
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
