/**
 * `npm run picture`: the pictures of the README, taken from the running product. Starts a lab of its own on a free port, or uses
 * the one at TANDEM_URL (with its data folder in TANDEM_DATA); kills the primary, waits for the report, starts the killed server again.
 * Saves docs/pictures/overview.png (before) and docs/pictures/failover.png (the report), dark, 1440 × 900.
 */
import { spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { root } from "./command.mjs";
import { Refusal, say } from "./console-output.mjs";
import { findChromium } from "./test-programs.mjs";

const folder = join(root, "docs/pictures");
const startLimitMs = 300_000;
const limitMs = 180_000;
const stopLimitMs = 15_000;
/** Of the 60 that the lab keeps up. */
const enoughCalls = 55;
/** The strips and the calls chart look back over some minutes; a picture of an empty chart shows nothing. */
const watchedMs = Number(process.env.TANDEM_WATCHED_MS ?? 60_000);
const calmMs = 12_000;

async function until(what, limit, ask) {
  const end = Date.now() + limit;
  for (;;) {
    const answer = await ask();
    if (answer) return answer;
    if (Date.now() > end) throw new Refusal(`${what}: not within ${limit / 1000} s.`);
    await wait(300);
  }
}

/** The command line's JSON; null where it ends with an error, as it does while nobody answers yet. */
function tandem(...words) {
  const ended = spawnSync(process.execPath, [join(root, "server/cli/tandem.mjs"), ...words, "--json"], { cwd: root, encoding: "utf8" });
  return ended.status === 0 ? JSON.parse(ended.stdout) : null;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

async function healthy(url) {
  const reply = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
  return reply?.ok === true;
}

/** Our own lab, as `npm start` makes it; the returned function takes it down again. */
async function startLab() {
  const data = mkdtempSync(join(tmpdir(), "tandem-picture-"));
  const port = await freePort();
  process.env.TANDEM_DATA = data;
  process.env.TANDEM_URL = `http://127.0.0.1:${port}`;
  const lab = spawn(process.execPath, [join(root, "scripts/start.mjs")], {
    cwd: root,
    env: { ...process.env, PORT: String(port) },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const stop = async () => {
    if (lab.exitCode === null && lab.signalCode === null) {
      const gone = new Promise((done) => lab.once("exit", done));
      lab.kill("SIGINT");
      const force = setTimeout(() => lab.kill("SIGKILL"), stopLimitMs);
      await gone;
      clearTimeout(force);
    }
    rmSync(data, { recursive: true, force: true });
  };
  try {
    await until("The lab", startLimitMs, () => {
      if (lab.exitCode !== null) throw new Refusal("The lab did not start; its output is above.");
      return healthy(process.env.TANDEM_URL);
    });
  } catch (error) {
    await stop();
    throw error;
  }
  return stop;
}

/** Primary and standby, once calls are up and the standby could take over; null before. */
function ready() {
  const status = tandem("status");
  const primary = status?.servers.find((one) => one.role === "primary");
  const standby = status?.servers.find((one) => one.role === "standby" && one.readiness.ready);
  return primary && standby && status.calls.active >= enoughCalls ? { primary: primary.name, standby: standby.name } : null;
}

async function takePictures(url, browser) {
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, colorScheme: "dark", reducedMotion: "reduce" });
  const page = await context.newPage();
  const save = async (name) => {
    await page.evaluate(() => document.fonts.ready);
    await page.screenshot({ path: join(folder, `${name}.png`), animations: "disabled", caret: "hide" });
    say(`  docs/pictures/${name}.png`);
  };
  await page.goto(url);
  await wait(watchedMs);
  // The page may hear of it a moment later than the command line, or not any more.
  const { primary } = await until("A standby that could take over, with calls up", limitMs, async () => {
    const found = ready();
    return found !== null && (await page.getByText(`${found.standby} could take over now.`).count()) > 0 ? found : null;
  });
  await save("overview");

  const last = tandem("status")?.lastFailover?.id ?? null;
  say(`Killing ${primary} …`);
  if (tandem("lab", "kill", primary) === null) throw new Refusal(`${primary} could not be killed.`);
  try {
    const report = await until("The report of the failover", limitMs, () => {
      const found = tandem("history", "--limit", "1")?.[0];
      return found && found.id !== last && found.state === "done" ? found : null;
    });
    say(`  ${report.sentence}`);
    // A server's measure of its own delay looks back over ten seconds, and a takeover is work.
    await wait(calmMs);
    await page.goto(`${url}/failovers/${report.id}`);
    await page.getByRole("img", { name: /^Waterfall of failover/ }).waitFor({ timeout: limitMs });
    await page.getByText("verdict-reached").first().waitFor({ timeout: limitMs });
    await save("failover");
  } finally {
    tandem("lab", "restart", primary);
  }
}

let stop = async () => {};
try {
  const executablePath = await findChromium();
  mkdirSync(folder, { recursive: true });
  if (!process.env.TANDEM_URL) stop = await startLab();
  const { chromium } = await import(pathToFileURL(join(root, "node_modules/@playwright/test/index.mjs")).href);
  const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--disable-gpu"] });
  say("Watching the lab …");
  await takePictures(process.env.TANDEM_URL, browser).finally(() => browser.close());
} catch (error) {
  process.stderr.write(`${error instanceof Refusal ? error.message : error.stack}\n`);
  process.exitCode = 1;
} finally {
  await stop();
}
