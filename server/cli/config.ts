/** `tandem config …`: explains a configuration, or every reason to refuse it. */
import { describeSite } from "../core/site/describe-site.ts";
import type { CommonOptions } from "./open-context.ts";
import { printJson, printLine } from "./output.ts";
import { readSite } from "./site-file.ts";

export async function validate(common: CommonOptions, file: string | undefined): Promise<void> {
  const found = readSite(file ?? common.config);
  if (common.json) printJson({ valid: true, file: found.file, warnings: found.warnings, site: found.site });
  else for (const line of describeSite(found.site, found.warnings)) printLine(line);
}
