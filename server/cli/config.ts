/** `tandem config …`: explains a configuration, or every reason to refuse it; prints its JSON Schema. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { describeSite } from "../core/site/describe-site.ts";
import { OperationError } from "../operations/operation-error.ts";
import type { CommonOptions } from "./open-context.ts";
import { printJson, printLine } from "./output.ts";
import { readSite } from "./site-file.ts";

export async function validate(common: CommonOptions, file: string | undefined): Promise<void> {
  const found = readSite(file ?? common.config, common.data);
  if (common.json) printJson({ valid: true, file: found.file, warnings: found.warnings, site: found.site });
  else for (const line of describeSite(found.site, found.warnings)) printLine(line);
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
