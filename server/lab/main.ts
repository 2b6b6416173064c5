/**
 * The lab: `npm start` runs this. Holds the data folder, recovers from a supervisor that was killed, starts every node,
 * keeps calls up, serves the fault buttons, and takes everything down again at the end.
 */
import { rmSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { writeDurably } from "../runtime/durable-file.ts";
import { readSiteFile } from "../runtime/site-file.ts";
import { type DataFolder, endStaleChildren, holdDataFolder, openDataFolder } from "./data-folder.ts";
import { tcpPortFree } from "./free-ports.ts";
import { startLabServer } from "./lab-server.ts";
import { prepareSiteFile } from "./site-document.ts";
import { Supervisor } from "./supervisor.ts";
import { Traffic } from "./traffic/traffic.ts";

export interface LabOptions {
  readonly dataFolder: string;
  readonly consolePort: number;
  readonly targetCalls: number;
  readonly seed: number;
  /** Mean holding time of a call, seconds. */
  readonly meanHoldSeconds: number;
  /** Program and words that start a node; the default starts the real ones. */
  readonly nodeCommand?: readonly string[];
  say(text: string): void;
}

export interface RunningLab {
  readonly supervisor: Supervisor;
  /** Port of the supervisor's operator interface. */
  readonly port: number;
  stop(): Promise<void>;
}

/** Something that the person at the terminal can put right; shown without a stack. */
export class LabRefusal extends Error {
  override readonly name = "LabRefusal";
}

const readyPollMs = 200;

export async function startLab(options: LabOptions): Promise<RunningLab> {
  const folder = openDataFolder(options.dataFolder);
  const hold = holdDataFolder(folder.path);
  if (!hold.held) {
    throw new LabRefusal(`A lab already runs on ${folder.path} (process ${hold.by}). Stop it, or set TANDEM_DATA to another folder.`);
  }
  try {
    const lab = await startNodes(options, folder);
    return {
      ...lab,
      stop: async () => {
        await lab.stop();
        rmSync(join(folder.path, "children.json"), { force: true });
        rmSync(join(folder.path, "lab.json"), { force: true });
        hold.release();
      },
    };
  } catch (error) {
    hold.release();
    throw error;
  }
}

async function startNodes(options: LabOptions, folder: DataFolder): Promise<RunningLab> {
  const { say } = options;
  const stale = await endStaleChildren(folder.path);
  if (stale > 0) say(`An earlier lab was killed and left ${stale} process${stale === 1 ? "" : "es"} behind; ended now.`);
  if (!(await tcpPortFree(options.consolePort))) {
    throw new LabRefusal(`Port ${options.consolePort} is taken by another program. Stop it, or set PORT to another port.`);
  }
  for (const change of await prepareSiteFile(folder.siteFile, options.consolePort)) say(change);
  const result = readSiteFile(folder.siteFile);
  if (!result.ok) throw new LabRefusal(`${folder.siteFile} is refused:\n${result.problems.map((one) => `  - ${one}`).join("\n")}`);
  const { site } = result.file;
  const traffic = new Traffic({
    site,
    token: folder.operatorToken,
    seed: options.seed,
    targetCalls: options.targetCalls,
    meanHoldMs: options.meanHoldSeconds * 1000,
  });
  const supervisor = new Supervisor({
    site,
    folder,
    nodeCommand: options.nodeCommand ?? nodeCommand(),
    environment: { NODE_ENV: "production", NEXT_TELEMETRY_DISABLED: "1" },
    traffic: () => traffic.status(),
    say,
  });
  const server = await startLabServer(supervisor, traffic, folder.operatorToken);
  writeDurably(join(folder.path, "lab.json"), `${JSON.stringify({ pid: process.pid, port: server.port })}\n`, 0o644);
  supervisor.startAll();
  const waiting = announceReady(supervisor, traffic, () => say(`The lab is up: http://127.0.0.1:${options.consolePort}`));
  return {
    supervisor,
    port: server.port,
    stop: async () => {
      clearInterval(waiting);
      traffic.stop();
      await supervisor.stop();
      await server.close();
    },
  };
}

/** Calls begin as soon as there is a primary to set them up, the pages may come later. */
function announceReady(supervisor: Supervisor, traffic: Traffic, announce: () => void): NodeJS.Timeout {
  let asking = false;
  let calling = false;
  const look = async (): Promise<void> => {
    const primary = await supervisor.primary();
    if (primary !== null && !calling) {
      calling = true;
      traffic.start();
    }
    if (!supervisor.checkReady(primary)) return;
    clearInterval(timer);
    announce();
  };
  const timer = setInterval(() => {
    if (asking) return;
    asking = true;
    void look().finally(() => {
      asking = false;
    });
  }, readyPollMs);
  return timer;
}

/** Built code starts built nodes; straight from the sources (tests, development) tsx translates. */
function nodeCommand(): string[] {
  const source = import.meta.url.endsWith(".ts");
  const main = fileURLToPath(new URL(`../nodes/main.${source ? "ts" : "js"}`, import.meta.url));
  return source ? [process.execPath, "--import", "tsx", main] : [process.execPath, main];
}
