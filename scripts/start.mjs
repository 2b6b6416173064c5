/**
 * `npm start`: everything from a fresh clone to a running lab. PORT chooses the console's port (3000), TANDEM_DATA the
 * data folder (./data), TANDEM_CALLS the calls to keep up (60), TANDEM_SEED the traffic's seed, TANDEM_HOLD_SECONDS the mean
 * holding time (180). Ctrl-C stops all of it.
 */
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { buildPages, buildServers } from "./builds.mjs";
import { root } from "./command.mjs";
import { Refusal, say, sinceStart } from "./console-output.mjs";
import { checkNode, installDependencies } from "./dependencies.mjs";
import { withSetUpLock } from "./set-up-lock.mjs";

function numberFrom(name, or, from, to) {
  const text = process.env[name];
  if (text === undefined || text === "") return or;
  const value = Number(text);
  if (Number.isInteger(value) && value >= from && value <= to) return value;
  throw new Refusal(`${name} must be a whole number from ${from} to ${to}, not ${text}.`);
}

async function start() {
  checkNode();
  const options = {
    dataFolder: resolve(root, process.env.TANDEM_DATA || "data"),
    consolePort: numberFrom("PORT", 3000, 1, 65_535),
    targetCalls: numberFrom("TANDEM_CALLS", 60, 0, 2000),
    seed: numberFrom("TANDEM_SEED", 1, 0, 2 ** 32 - 1),
    meanHoldSeconds: numberFrom("TANDEM_HOLD_SECONDS", 180, 5, 3600),
    say,
  };
  await withSetUpLock(async () => {
    await installDependencies();
    await buildServers();
    await buildPages();
  });
  const { startLab } = await import(pathToFileURL(join(root, "dist/server/lab/main.js")).href);
  say(`Starting the lab in ${options.dataFolder} (set-up took ${sinceStart()}) …`);
  const starting = startLab(options);
  let stopping = false;
  const stop = async (signal) => {
    if (stopping) return;
    stopping = true;
    say(`\n${signal}: stopping every node …`);
    await (await starting).stop();
    say("Stopped.");
    process.exit(0);
  };
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => void stop(signal));
  await starting;
}

start().catch((error) => {
  const known = error instanceof Refusal || error?.name === "LabRefusal";
  process.stderr.write(`${known ? error.message : error.stack}\n`);
  process.exit(1);
});
