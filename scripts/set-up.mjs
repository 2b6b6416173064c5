/**
 * `npm run set-up`: all set-up of `npm start` without starting anything. `npm run bench` does it first; with the word `servers`, as
 * `npm run chaos` says it, the console's pages are left out.
 */
import { buildPages, buildServers } from "./builds.mjs";
import { Refusal } from "./console-output.mjs";
import { checkNode, installDependencies } from "./dependencies.mjs";
import { withSetUpLock } from "./set-up-lock.mjs";

try {
  checkNode();
  await withSetUpLock(async () => {
    await installDependencies();
    await buildServers();
    if (process.argv[2] !== "servers") await buildPages();
  });
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
  process.exit(1);
}
