/** Judges a run again by what lies in its folder, when a check has changed. What only the run itself could see, media and being whole, is not looked at. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { loadSite } from "../runtime/site-file.ts";
import { readFaults } from "./fault-log.ts";
import { judgeCalls, judgeControl } from "./judge.ts";
import { readSeen } from "./seen.ts";
import { StepRefusal } from "./step.ts";
import { callLine, violationLines } from "./summary.ts";

export function judgeAgain(folder: string): { readonly holds: boolean; readonly lines: readonly string[] } {
  const siteFile = join(folder, "tandem.yaml");
  if (!existsSync(siteFile)) throw new StepRefusal(`${folder} is not the folder of a run: there is no tandem.yaml.`);
  const { site } = loadSite(siteFile);
  const log = { entries: readFaults(folder) };
  const seen = readSeen(folder);
  const control = judgeControl(folder, site, log, seen ?? { titlesSeen: [], late: [] });
  const calls = seen?.calls ? judgeCalls(seen.calls, site, log) : null;
  const violations = [...control.violations, ...(calls?.found ?? [])];
  return {
    holds: violations.length === 0,
    lines: [
      `${folder}: ${violations.length === 0 ? "holds" : "BROKEN"}.`,
      `  ${control.titles.length} titles, ${control.journalLines} journal lines.`,
      calls === null ? "  Its calls are not in the folder." : callLine(calls.count),
      ...violationLines(violations),
    ],
  };
}
