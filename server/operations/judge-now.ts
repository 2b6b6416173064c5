/** The verdict on the site at this moment, for the command line; the console has it in every snapshot. */
import type { Verdict } from "./console-view.ts";
import type { OperationsContext } from "./context.ts";
import { rememberedReport } from "./recent-reports.ts";
import { viewSite } from "./site-view.ts";
import { judgeSite } from "./verdict.ts";

export async function judgeNow(context: OperationsContext): Promise<Verdict> {
  const observations = await context.observe();
  const remembered = await rememberedReport(context);
  return judgeSite(viewSite(context.site, observations, remembered), context.now());
}
