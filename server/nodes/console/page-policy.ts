/**
 * Which inline scripts a page may run: exactly those that the build wrote into it, by their hash; for a page that is
 * rendered on request, those that carry the nonce of this very answer. Nothing else runs, whatever finds its way into a page.
 */
import { createHash, randomBytes } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";

export interface PagePolicy {
  /** Sources beside 'self', as they stand in `script-src`. */
  scriptSources(pathname: string): string[];
}

/** The text of every script element without `src`. */
const inlineScript = /<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g;

export function inlineScriptHashes(html: string): string[] {
  const hashes = [...html.matchAll(inlineScript)].map(([, text = ""]) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`);
  return [...new Set(hashes)];
}

/** Reads the pages that the build has rendered; there are about a dozen. */
export function readPagePolicy(build: string): PagePolicy {
  const folder = path.join(build, "server", "app");
  const hashes = new Map<string, string[]>();
  for (const file of existsSync(folder) ? readdirSync(folder, { recursive: true, encoding: "utf8" }) : []) {
    if (!file.endsWith(".html")) continue;
    const route = `/${file.slice(0, -".html".length).split(path.sep).join("/")}`;
    hashes.set(route === "/index" ? "/" : route, inlineScriptHashes(readFileSync(path.join(folder, file), "utf8")));
  }
  const missing = hashes.get("/_not-found") ?? [];
  return {
    scriptSources: (pathname) =>
      hashes.get(pathname.length > 1 ? pathname.replace(/\/$/, "") : pathname) ?? [
        `'nonce-${randomBytes(16).toString("base64")}'`,
        ...missing,
      ],
  };
}

/** Hot reload evaluates code; only on a developer's machine. */
export const developmentPolicy: PagePolicy = { scriptSources: () => ["'unsafe-inline'", "'unsafe-eval'"] };

/** For answers that are no pages. */
export const noScripts: PagePolicy = { scriptSources: () => [] };
