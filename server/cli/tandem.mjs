#!/usr/bin/env node
// Starts the compiled command line. Plain JavaScript, because it must run before anything is built, to say so.
import { existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");
const program = join(root, "dist", "server", "cli", "main.js");

if (existsSync(program)) {
  await import(pathToFileURL(program).href);
} else {
  console.error("tandem is not built yet. Run `npm start` or `npm run set-up` in the repository once.");
  process.exitCode = 1;
}
