/** Runs programs for the set-up and the tests. */
import { spawn, spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { Refusal, say, seconds } from "./console-output.mjs";

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

/** Where a program is installed on this machine, or null. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? "").split(delimiter)) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {}
  }
  return null;
}

/** A program of our own dependencies, as words to run it with this Node. */
export function tool(path) {
  return [process.execPath, join(root, "node_modules", path)];
}

/** npm by the way that started us, so that the same npm is used throughout. */
export function npm() {
  const own = process.env.npm_execpath;
  return own?.endsWith(".js") ? [process.execPath, own] : ["npm"];
}

const stillMs = 15_000;

/**
 * Runs a step of the set-up. Quiet while it goes well, with a sign of life now and then; shows everything it said when it fails.
 * Resolves to true on success, throws a Refusal else (or resolves to false with `mayFail`).
 */
export function runStep(what, words, { mayFail = false, environment = {} } = {}) {
  say(`${what} …`);
  const begun = Date.now();
  return new Promise((resolve, reject) => {
    const child = spawn(words[0], words.slice(1), {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8");
      stream.on("data", (part) => {
        output = (output + part).slice(-200_000);
      });
    }
    const life = setInterval(() => say(`  still at it after ${seconds(Date.now() - begun)}`), stillMs);
    const done = (problem) => {
      clearInterval(life);
      const took = Date.now() - begun;
      if (problem === null) {
        if (took > 3000) say(`  done in ${seconds(took)}`);
        resolve(true);
      } else if (mayFail) {
        say(`  did not work (${problem})`);
        resolve(false);
      } else {
        process.stderr.write(output);
        reject(new Refusal(`${what}: ${problem}. Its output is above.`));
      }
    };
    child.on("error", (error) => done(error.message));
    child.on("close", (code, signal) => done(code === 0 ? null : signal ? `ended by ${signal}` : `exit code ${code}`));
  });
}

/** True where the program ends well; says nothing. */
export function succeeds(words, environment = {}) {
  return spawnSync(words[0], words.slice(1), { cwd: root, env: { ...process.env, ...environment }, stdio: "ignore" }).status === 0;
}

export function isRoot() {
  return process.getuid?.() === 0;
}
