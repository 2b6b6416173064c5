/**
 * Which voters have been put into service. A new voter may vote from its first start on; one that finds its disk empty later
 * has lost it, and must abstain until it is admitted. Only who set it up can tell the two apart: here, the lab.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { writeDurably } from "../runtime/durable-file.ts";

export interface Commissioning {
  /** True until the node has served once. */
  needed(name: string): boolean;
  done(name: string): void;
}

export function openCommissioning(folder: string): Commissioning {
  const file = join(folder, "commissioned.json");
  const names = new Set(readNames(file));
  return {
    needed: (name) => !names.has(name),
    done(name) {
      if (names.has(name)) return;
      names.add(name);
      writeDurably(file, JSON.stringify([...names]), 0o644);
    },
  };
}

function readNames(file: string): string[] {
  try {
    const value: unknown = JSON.parse(readFileSync(file, "utf8"));
    return Array.isArray(value) ? value.filter((one) => typeof one === "string") : [];
  } catch {
    return [];
  }
}
