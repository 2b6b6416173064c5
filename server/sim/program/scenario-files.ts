/** The scenarios as files: by name, read and played. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Played, play } from "../scenarios/play.ts";

const folder = fileURLToPath(new URL("../scenarios", import.meta.url));

export function scenarioNames(): string[] {
  return readdirSync(folder)
    .filter((file) => file.endsWith(".txt"))
    .map((file) => file.slice(0, -".txt".length))
    .sort();
}

export function playNamed(name: string): Played {
  return play(scenarioText(name));
}

export function scenarioText(name: string): string {
  if (!scenarioNames().includes(name)) throw new TypeError(`There is no scenario ${name}. There are: ${scenarioNames().join(", ")}.`);
  return readFileSync(join(folder, `${name}.txt`), "utf8");
}
