/** `node main.js <kind> <name> --config <tandem.yaml> --data <folder>`: starts one node of any kind. */
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { unreachable } from "../core/unreachable.ts";
import type { NodeKind, NodeOptions, RunningNode } from "./node-options.ts";
import { runProcess } from "./process.ts";

const kinds: readonly NodeKind[] = ["call-server", "gateway", "witness", "console"];

/** Loads only the kind that runs: a gateway needs no database, a call server no pages. */
async function loadKind(kind: NodeKind): Promise<(options: NodeOptions) => Promise<RunningNode>> {
  switch (kind) {
    case "call-server":
      return (await import("./call-server/main.ts")).run;
    case "gateway":
      return (await import("./gateway/main.ts")).run;
    case "witness":
      return (await import("./witness/main.ts")).run;
    case "console":
      return (await import("./console/main.ts")).run;
    default:
      return unreachable(kind);
  }
}

/** Runs until the process ends. Problems with the words are told as text, not thrown. */
export async function startNode(words: readonly string[]): Promise<string | null> {
  const parsed = parseWords(words);
  if (typeof parsed === "string") return parsed;
  await runProcess(await loadKind(parsed.kind), parsed.options);
  return null;
}

function parseWords(words: readonly string[]): { kind: NodeKind; options: NodeOptions } | string {
  const usage = `usage: <kind> <name> --config <tandem.yaml> --data <folder>, with kind one of ${kinds.join(", ")}`;
  let parsed: { values: { config?: string | undefined; data?: string | undefined }; positionals: string[] };
  try {
    parsed = parseArgs({
      args: [...words],
      allowPositionals: true,
      options: { config: { type: "string" }, data: { type: "string" } },
    });
  } catch (error) {
    return `${(error as Error).message}\n${usage}`;
  }
  const kind = kinds.find((one) => one === parsed.positionals[0]);
  const name = parsed.positionals[1];
  const { config, data } = parsed.values;
  if (kind === undefined || name === undefined || config === undefined || data === undefined) return usage;
  return { kind, options: { name, config: resolve(config), data: resolve(data), lab: process.env.TANDEM_LAB === "1" } };
}

// Started as a program, and not imported by the command line.
if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const problem = await startNode(process.argv.slice(2));
  if (problem !== null) {
    process.stderr.write(`${problem}\n`);
    process.exit(2);
  }
}
