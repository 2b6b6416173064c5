/** The sample report as the list of failovers has it. */
import type { FailoverSummary } from "../../../server/operations/console-view.ts";
import { sampleReport } from "./sample-report.ts";

export const sampleSummary: FailoverSummary = {
  id: sampleReport.id,
  kind: "failover",
  number: sampleReport.epoch.number,
  from: "cs-a",
  to: "cs-b",
  cause: "primary-dead",
  cold: false,
  state: "done",
  startedAt: sampleReport.startedAt,
  totalMs: 840,
  callsAdopted: 57,
  callsReleased: 0,
  recordsRecovered: 0,
  by: null,
  reason: null,
  sentence: "cs-a fell silent. cs-b took over in 0.84 s.",
};
