/** The repository's own files, read from disk for the checks. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path/posix";
import { fileURLToPath } from "node:url";
import { parseSource, type SourceFile } from "./source-file.ts";

export const root = fileURLToPath(new URL("..", import.meta.url)).replace(/\/$/, "");

const ignored = new Set(["node_modules", ".git", "dist", ".next", "data", "test-results", "playwright-report", "artifacts"]);

export function readPaths(folder = ""): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    if (ignored.has(entry.name)) return [];
    const path = join(folder, entry.name);
    return entry.isDirectory() ? readPaths(path) : [path];
  });
}

export function readText(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

export function readSources(paths: readonly string[]): SourceFile[] {
  return paths
    .filter((path) => /\.(ts|tsx|mjs)$/.test(path) && !/\.d\.(ts|mts)$/.test(path))
    .map((path) => parseSource(path, readText(path)));
}
