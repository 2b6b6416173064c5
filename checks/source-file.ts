/** One TypeScript source file as the checks see it: its imports, its functions and its calls, read from the syntax tree. */
import { parseSync } from "oxc-parser";

export interface ImportOf {
  readonly specifier: string;
  /** True where nothing of it remains at run time. */
  readonly typeOnly: boolean;
  readonly line: number;
}

export interface FunctionOf {
  readonly name: string;
  readonly line: number;
  /** Lines of its own: those of functions nested in it belong to them. */
  readonly lines: number;
}

export interface SourceFile {
  readonly path: string;
  readonly lines: number;
  readonly imports: readonly ImportOf[];
  readonly functions: readonly FunctionOf[];
  /** `describe.only`, `test.skip` and their like, as written. */
  readonly unrunTests: readonly { readonly call: string; readonly line: number }[];
  /** Only re-exports, nothing of its own. */
  readonly barrel: boolean;
  readonly comment: boolean;
  readonly errors: readonly string[];
}

interface SyntaxNode {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const functionTypes = new Set(["FunctionDeclaration", "FunctionExpression", "ArrowFunctionExpression"]);
const testNames = new Set(["test", "it", "describe", "suite"]);
const unrunNames = new Set(["skip", "only", "todo", "fixme", "fails"]);

export function parseSource(path: string, text: string): SourceFile {
  const parsed = parseSync(path, text);
  const lineAt = lineFinder(text);
  const imports: ImportOf[] = [];
  for (const one of parsed.module.staticImports) {
    const typeOnly = one.entries.length > 0 && one.entries.every((entry) => entry.isType);
    imports.push({ specifier: one.moduleRequest.value, typeOnly, line: lineAt(one.start) });
  }
  let reexports = 0;
  for (const one of parsed.module.staticExports) {
    for (const entry of one.entries) {
      if (entry.moduleRequest === null || entry.moduleRequest === undefined) continue;
      reexports += 1;
      imports.push({ specifier: entry.moduleRequest.value, typeOnly: entry.isType, line: lineAt(one.start) });
    }
  }
  const functions: FunctionOf[] = [];
  const unrunTests: { call: string; line: number }[] = [];
  const tree = parsed.program as unknown as SyntaxNode;
  walk(tree, [], (node, parents) => {
    if (functionTypes.has(node.type)) {
      functions.push({ name: functionName(node, parents), line: lineAt(node.start), lines: ownLines(node, lineAt) });
    }
    const dynamic = node.type === "ImportExpression" || node.type === "TSImportType" ? literal(node.source ?? node.argument) : null;
    if (dynamic !== null) imports.push({ specifier: dynamic, typeOnly: node.type === "TSImportType", line: lineAt(node.start) });
    const program = startedProgram(node);
    if (program !== null) imports.push({ specifier: program, typeOnly: false, line: lineAt(node.start) });
    const call = unrunCall(node);
    if (call !== null) unrunTests.push({ call, line: lineAt(node.start) });
  });
  const body = tree.body as readonly SyntaxNode[];
  return {
    path,
    lines: text.split("\n").length - (text.endsWith("\n") ? 1 : 0),
    imports,
    functions,
    unrunTests,
    barrel: reexports > 0 && body.every((node) => node.type.startsWith("Export") && node.source !== null && node.source !== undefined),
    comment: /^(#!.*\n)?(["']use [a-z]+["'];?\s*)?\s*\/[/*]/.test(text),
    errors: parsed.errors.map((error) => error.message),
  };
}

function walk(node: SyntaxNode, parents: readonly SyntaxNode[], visit: (node: SyntaxNode, parents: readonly SyntaxNode[]) => void): void {
  visit(node, parents);
  for (const child of children(node)) walk(child, [...parents, node], visit);
}

function children(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (const value of Object.values(node)) {
    for (const one of Array.isArray(value) ? value : [value]) if (isNode(one)) found.push(one);
  }
  return found;
}

function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string";
}

function ownLines(node: SyntaxNode, lineAt: (offset: number) => number): number {
  let lines = lineAt(node.end) - lineAt(node.start) + 1;
  const outermost = (inner: SyntaxNode): void => {
    for (const child of children(inner)) {
      if (functionTypes.has(child.type)) lines -= lineAt(child.end) - lineAt(child.start);
      else outermost(child);
    }
  };
  outermost(node);
  return lines;
}

function functionName(node: SyntaxNode, parents: readonly SyntaxNode[]): string {
  const parent = parents.at(-1);
  for (const named of [node.id, parent?.key, parent?.id]) if (isNode(named) && typeof named.name === "string") return named.name;
  return "(unnamed)";
}

function literal(node: unknown): string | null {
  if (!isNode(node)) return null;
  if (isNode(node.literal)) return literal(node.literal);
  return node.type === "Literal" && typeof node.value === "string" ? node.value : null;
}

/** `new URL("x.ts", import.meta.url)`: a program that this file starts by its path is used like one that it imports. */
function startedProgram(node: SyntaxNode): string | null {
  if (node.type !== "NewExpression" || !isNode(node.callee) || node.callee.name !== "URL") return null;
  const path = literal((node.arguments as readonly unknown[])[0]);
  if (path === null || !/\.(ts|mjs)$/.test(path)) return null;
  return path.startsWith(".") ? path : `./${path}`;
}

function unrunCall(node: SyntaxNode): string | null {
  if (node.type !== "CallExpression" || !isNode(node.callee)) return null;
  const callee = node.callee;
  if (callee.type === "Identifier" && /^(x|f)(it|test|describe)$/.test(String(callee.name))) return String(callee.name);
  if (callee.type !== "MemberExpression" || !isNode(callee.object) || !isNode(callee.property)) return null;
  const object = String(callee.object.name);
  const property = String(callee.property.name);
  return testNames.has(object) && unrunNames.has(property) ? `${object}.${property}` : null;
}

function lineFinder(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle - 1;
    }
    return low + 1;
  };
}
