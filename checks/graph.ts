/** The graph of imports: no cycles, and nothing that nobody uses. */
import { resolveImport } from "./layers.ts";
import { isEntry, isTest, isTestSupport } from "./rooms.ts";
import type { SourceFile } from "./source-file.ts";

type Graph = ReadonlyMap<string, readonly string[]>;

function importGraph(sources: readonly SourceFile[], paths: ReadonlySet<string>): Graph {
  const graph = new Map<string, string[]>();
  for (const source of sources) {
    const targets = source.imports.map((one) => resolveImport(source.path, one.specifier, paths));
    graph.set(source.path, [...new Set(targets.filter((target) => typeof target === "string"))]);
  }
  return graph;
}

/** Each cycle once, written as the way round. Types count too: two files that need each other are one file. */
export function cycleProblems(sources: readonly SourceFile[], paths: ReadonlySet<string>): string[] {
  const graph = importGraph(sources, paths);
  const done = new Set<string>();
  const trail: string[] = [];
  const problems: string[] = [];
  const visit = (path: string): void => {
    const at = trail.indexOf(path);
    if (at >= 0) problems.push(`cycle: ${[...trail.slice(at), path].join(" -> ")}`);
    if (at >= 0 || done.has(path)) return;
    trail.push(path);
    for (const target of graph.get(path) ?? []) visit(target);
    trail.pop();
    done.add(path);
  };
  for (const path of graph.keys()) visit(path);
  return problems;
}

/** Files that no entry reaches. What only a test reaches counts as unused, unless it is there for tests. */
export function orphanProblems(sources: readonly SourceFile[], paths: ReadonlySet<string>): string[] {
  const graph = importGraph(sources, paths);
  const reached = new Set<string>();
  const visit = (path: string): void => {
    if (reached.has(path)) return;
    reached.add(path);
    for (const target of graph.get(path) ?? []) visit(target);
  };
  for (const source of sources) if (isEntry(source.path) && !isTest(source.path)) visit(source.path);
  const product = new Set(reached);
  for (const source of sources) if (isTest(source.path)) visit(source.path);
  return sources
    .map((source) => source.path)
    .filter((path) => !product.has(path) && !isTest(path) && !(isTestSupport(path) && reached.has(path)))
    .map((path) => `${path} is an orphan: nothing that runs imports it`);
}
