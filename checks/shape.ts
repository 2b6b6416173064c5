/** The shape of single files: names, lengths, barrels, an opening comment, and no test that is left out. */
import { basename } from "node:path/posix";
import { isTest } from "./rooms.ts";
import type { SourceFile } from "./source-file.ts";

export const longestFile = 400;
export const longestFunction = 70;

const emptyNames = /^(utils?|helpers?|common|misc|shared|lib)$/;

export function shapeProblems(sources: readonly SourceFile[]): string[] {
  return sources.flatMap((source) => [...nameProblems(source), ...lengthProblems(source), ...contentProblems(source)]);
}

function nameProblems({ path }: SourceFile): string[] {
  const problems: string[] = [];
  for (const part of path.split("/")) {
    const stem = part.replace(/\..*$/, "");
    if (emptyNames.test(stem)) problems.push(`${path}: "${stem}" says nothing; name the noun`);
  }
  if (/^index\.tsx?$/.test(basename(path)) && path !== "db/schema/index.ts") problems.push(`${path}: no index files; import from the file`);
  return problems;
}

function lengthProblems(source: SourceFile): string[] {
  const problems: string[] = [];
  if (source.lines > longestFile) problems.push(`${source.path}: ${source.lines} lines, at most ${longestFile}`);
  if (isTest(source.path)) return problems;
  for (const one of source.functions) {
    if (one.lines > longestFunction) {
      problems.push(`${source.path}:${one.line} ${one.name} has ${one.lines} lines of its own, at most ${longestFunction}`);
    }
  }
  return problems;
}

function contentProblems(source: SourceFile): string[] {
  const problems = source.errors.map((error) => `${source.path}: ${error}`);
  if (source.barrel && source.path !== "db/schema/index.ts") problems.push(`${source.path}: a barrel; import from the file`);
  for (const { call, line } of source.unrunTests) problems.push(`${source.path}:${line} ${call}: every test runs`);
  if (!source.comment && !isTest(source.path)) problems.push(`${source.path}: opens without a comment that says what it is for`);
  return problems;
}
