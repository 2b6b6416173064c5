/** A supervisor in a process of its own, for tests that kill it: `run-lab.ts <data folder> <console port> <node program> …`. */
import { startLab } from "../main.ts";

const [folder, port, ...nodeCommand] = process.argv.slice(2);
const lab = await startLab({
  dataFolder: folder as string,
  consolePort: Number(port),
  targetCalls: 0,
  meanHoldSeconds: 180,
  seed: 1,
  nodeCommand,
  say: (text) => process.stderr.write(`${text}\n`),
});
const waiting = setInterval(() => {
  if (!lab.supervisor.status().ready) return;
  clearInterval(waiting);
  process.stdout.write("ready\n");
}, 20);
