/** Finds and reads the site's `tandem.yaml` and the operator token, relative to the file as every node does. */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseDocument } from "yaml";
import { parseSite } from "../core/site/parse-site.ts";
import type { Site } from "../core/site/site.ts";
import { UsageError } from "./failure.ts";

export interface FoundSite {
  readonly file: string;
  readonly site: Site;
  readonly warnings: readonly string[];
}

/** @param data the data folder, where the file is as a rule */
export function configPath(given: string | undefined, data: string | undefined): string {
  return path.resolve(given ?? path.join(data ?? process.env.TANDEM_DATA ?? "data", "tandem.yaml"));
}

/** Every problem of the file, in one error. */
export function readSite(given: string | undefined, data?: string): FoundSite {
  const file = configPath(given, data);
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code ?? "unknown error";
    throw new UsageError(
      `${file} cannot be read (${code}). Start the lab with \`npm start\`, or name the site with --config, --data or TANDEM_DATA.`,
    );
  }
  const document = parseDocument(text);
  const broken = document.errors[0];
  if (broken) throw new UsageError(`${file} is not YAML: ${broken.message}`);
  const parsed = parseSite(document.toJS({ maxAliasCount: 100 }));
  if (!parsed.ok) throw new UsageError(`${file} is refused:\n${parsed.problems.map((problem) => `  - ${problem}`).join("\n")}`);
  return { file, site: parsed.site, warnings: parsed.warnings };
}

/** The bearer token behind the site's reference. The error names the reference, never the secret. */
export function readToken({ file, site }: FoundSite): string {
  const reference = site.operatorToken;
  let token: string | undefined;
  if (reference.startsWith("env:")) token = process.env[reference.slice(4)];
  else {
    try {
      token = readFileSync(path.resolve(path.dirname(file), reference.slice("file:".length)), "utf8");
    } catch (error) {
      throw new UsageError(`The operator token ${reference} cannot be read (${(error as NodeJS.ErrnoException).code ?? "unknown error"}).`);
    }
  }
  const trimmed = token?.trim() ?? "";
  if (trimmed === "") throw new UsageError(`The operator token ${reference} is empty.`);
  return trimmed;
}
