/**
 * Starts the lab as a person would, `npm start`, on a free port with a data folder of its own, and waits until it is up.
 * With TANDEM_URL set the tests use a lab that already runs. Tests find it by TANDEM_URL and its data by TANDEM_DATA.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const startLimitMs = 240_000;
const stopLimitMs = 15_000;

export default async function startLab(): Promise<() => Promise<void>> {
  if (process.env.TANDEM_URL !== undefined) return async () => {};
  const folder = mkdtempSync(join(tmpdir(), "tandem-e2e-"));
  const port = await freePort();
  process.env.TANDEM_DATA = folder;
  process.env.TANDEM_URL = `http://127.0.0.1:${port}`;
  let output = "";
  const lab = spawn(process.execPath, [join(root, "scripts/start.mjs")], {
    cwd: root,
    env: { ...process.env, PORT: String(port), TANDEM_DATA: folder },
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [lab.stdout, lab.stderr]) {
    stream.on("data", (part: Buffer) => {
      output = (output + part.toString()).slice(-10_000);
    });
  }
  const stop = async (): Promise<void> => {
    await stopProcess(lab);
    rmSync(folder, { recursive: true, force: true });
  };
  const until = Date.now() + startLimitMs;
  while (!(await isUp())) {
    if (lab.exitCode === null && Date.now() < until) continue;
    await stop();
    throw new Error(`The lab did not come up:\n${output}`);
  }
  return stop;
}

/** Asks once; waits a moment where the answer is no. */
async function isUp(): Promise<boolean> {
  const reply = await fetch(`${process.env.TANDEM_URL}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
  if (reply?.ok) return true;
  await new Promise((done) => setTimeout(done, 250));
  return false;
}

async function stopProcess(lab: ChildProcess): Promise<void> {
  if (lab.exitCode !== null) return;
  const gone = new Promise<void>((done) => lab.once("exit", () => done()));
  lab.kill("SIGINT");
  const force = setTimeout(() => lab.kill("SIGKILL"), stopLimitMs);
  await gone;
  clearTimeout(force);
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
