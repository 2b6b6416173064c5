/** `tandem config …`: explains a configuration, or every reason to refuse it; prints its JSON Schema. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describeSite } from "../core/site/describe-site.ts";
import { gearProblems } from "../nodes/gear-check.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { CommonOptions } from "./open-context.ts";
import { printJson, printLine } from "./output.ts";
import { readSite } from "./site-file.ts";

export async function validate(common: CommonOptions, file: string | undefined): Promise<void> {
  const found = readSite(file ?? common.config, common.data);
  const problems = gearProblems(found.site, found.file);
  const warnings = [...found.warnings, ...problems];
  if (common.json) printJson({ valid: problems.length === 0, file: found.file, warnings, site: found.site });
  else for (const line of describeSite(found.site, warnings)) printLine(line);
  // Servers start all the same, without that gear; whoever asked beforehand wants to know.
  if (problems.length > 0) process.exitCode = 1;
}

/** `public/tandem.schema.json` of the installation, found from the sources and from `dist/` alike. */
export async function schema(): Promise<void> {
  let folder = path.dirname(fileURLToPath(import.meta.url));
  for (;;) {
    const file = path.join(folder, "public", "tandem.schema.json");
    if (existsSync(file)) {
      process.stdout.write(readFileSync(file));
      return;
    }
    const parent = path.dirname(folder);
    if (parent === folder) throw new OperationError("not-found", "public/tandem.schema.json is missing: the installation is not complete.");
    folder = parent;
  }
}
