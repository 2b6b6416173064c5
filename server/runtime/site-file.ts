/** Reads `tandem.yaml`, and the secrets that it refers to. Relative paths are relative to the file itself. */
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { parseSite } from "../core/site/parse-site.ts";
import type { SecretRef } from "../core/site/secret-ref.ts";
import type { Site } from "../core/site/site.ts";

export interface SiteFile {
  readonly path: string;
  readonly site: Site;
  readonly warnings: readonly string[];
}

export type SiteFileResult = { readonly ok: true; readonly file: SiteFile } | { readonly ok: false; readonly problems: readonly string[] };

/** Larger files are a mistake, not a site. */
const largestFileBytes = 1024 * 1024;

export function readSiteFile(path: string): SiteFileResult {
  const full = resolve(path);
  let text: string;
  try {
    text = readFileSync(full, "utf8");
  } catch (error) {
    return { ok: false, problems: [`${full}: cannot be read (${codeOf(error)})`] };
  }
  if (text.length > largestFileBytes) return { ok: false, problems: [`${full}: larger than 1 MiB; this is no site`] };
  const document = parseDocument(text, { prettyErrors: true });
  if (document.errors.length > 0) return { ok: false, problems: document.errors.map((error) => `YAML: ${error.message.trim()}`) };
  let value: unknown;
  try {
    // A bound on aliases: a few lines of YAML could otherwise unfold without end.
    value = document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    return { ok: false, problems: [`YAML: ${(error as Error).message}`] };
  }
  const parsed = parseSite(value);
  return parsed.ok ? { ok: true, file: { path: full, site: parsed.site, warnings: parsed.warnings } } : parsed;
}

/** For processes that cannot go on without their site: every problem in one error. */
export function loadSite(path: string): SiteFile {
  const result = readSiteFile(path);
  if (result.ok) return result.file;
  throw new Error(`${path} is refused:\n${result.problems.map((problem) => `  - ${problem}`).join("\n")}`);
}

/** The secret behind `file:<path>` or `env:<NAME>`, without surrounding white space. The error never shows a secret. */
export function readSecret(reference: SecretRef, siteFile: string, fewestCharacters = 16): string {
  const value = reference.startsWith("env:") ? process.env[reference.slice(4)] : readSecretFile(reference.slice("file:".length), siteFile);
  const secret = value?.trim() ?? "";
  if (secret.length < fewestCharacters)
    throw new Error(`${reference}: the secret is missing${fewestCharacters > 1 ? ` or shorter than ${fewestCharacters} characters` : ""}`);
  return secret;
}

function readSecretFile(path: string, siteFile: string): string {
  const full = isAbsolute(path) ? path : join(dirname(resolve(siteFile)), path);
  try {
    return readFileSync(full, "utf8");
  } catch (error) {
    throw new Error(`file:${path}: the secret cannot be read from ${full} (${codeOf(error)})`);
  }
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? "unknown error";
}
