/** Who was what at the replay cursor, in words. */
import type { FailoverReport } from "../../../server/core/timeline/failover-report.ts";
import { type GlyphName, StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { type StateAt, stateAt } from "../_waterfall/moment.ts";
import styles from "./failover.module.css";

const oldGlyphs: Readonly<Record<StateAt["old"]["word"], GlyphName>> = {
  PRIMARY: "ok",
  SUSPECT: "suspect",
  FAILED: "failed",
  SWITCHING: "transit",
  STANDBY: "ok",
  "NO TITLE": "suspect",
  "NO DATA": "unknown",
};

const freshGlyphs: Readonly<Record<StateAt["fresh"]["word"], GlyphName>> = {
  STANDBY: "ok",
  SUSPICIOUS: "suspect",
  CLAIMING: "transit",
  PRIMARY: "ok",
};

export function StateThen({ report, atMs }: { readonly report: FailoverReport; readonly atMs: number }) {
  const state = stateAt(report, atMs);
  const oldWord = state.old.word === "SUSPECT" ? `SUSPECT ${state.old.missed}/${report.missLimit}` : state.old.word;
  const freshWord = state.fresh.word === "CLAIMING" ? `CLAIMING ${report.epoch.number}` : state.fresh.word;
  return (
    <div className={styles.stateThen} aria-live="polite">
      {report.from !== null && (
        <div>
          <span className="mono">{report.from}</span> <StatusGlyph name={oldGlyphs[state.old.word]} word={oldWord} size={11} />
        </div>
      )}
      <div>
        <span className="mono">{report.to}</span> <StatusGlyph name={freshGlyphs[state.fresh.word]} word={freshWord} size={11} />
      </div>
      <div className="ink-2">
        {state.gatewaysMoved} of {state.gateways} moved, {state.callsSupported} of {state.calls} calls
      </div>
    </div>
  );
}
