/**
 * A lab of its own for measurements and acceptance tests: real processes on a temporary data folder, worked through the same
 * interfaces as the console and the command line use.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { NodeName } from "../server/core/identity.ts";
import type { Site } from "../server/core/site/site.ts";
import type { GatewayStatus, ServerStatus } from "../server/core/status/node-status.ts";
import type { FailoverReport } from "../server/core/timeline/failover-report.ts";
import { type OpenFleet, openFleet } from "../server/operations/http-fleet.ts";
import { openLab } from "../server/operations/http-lab.ts";
import type { LabControl } from "../server/operations/lab-control.ts";
import { loadSite, readSecret } from "../server/runtime/site-file.ts";

const startLimitMs = 240_000;
const root = join(import.meta.dirname, "..");

export interface RealLab {
  readonly url: string;
  readonly folder: string;
  readonly site: Site;
  readonly token: string;
  readonly fleet: OpenFleet;
  readonly control: LabControl;
  stop(): Promise<void>;
}

export async function startRealLab(calls: number, seed = 1): Promise<RealLab> {
  const folder = mkdtempSync(join(tmpdir(), "tandem-lab-"));
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  let output = "";
  const environment = { ...process.env, PORT: `${port}`, TANDEM_DATA: folder, TANDEM_CALLS: `${calls}`, TANDEM_SEED: `${seed}` };
  const child = spawn(process.execPath, [join(root, "scripts/start.mjs")], {
    cwd: root,
    env: environment,
    stdio: ["ignore", "pipe", "pipe"],
  });
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      output = (output + part.toString()).slice(-10_000);
    });
  }
  try {
    await until("the lab is up", startLimitMs, async () => {
      if (child.exitCode !== null) throw new Error(`the lab ended:\n${output}`);
      const reply = await fetch(`${url}/api/health`, { signal: AbortSignal.timeout(2000) }).catch(() => null);
      return reply?.ok === true;
    });
  } catch (error) {
    await end(child);
    throw new Error(`${(error as Error).message}\n${output}`);
  }
  const { site, path } = loadSite(join(folder, "tandem.yaml"));
  const token = readSecret(site.operatorToken, path);
  const fleet = openFleet(site, token);
  return {
    url,
    folder,
    site,
    token,
    fleet,
    control: openLab(folder, token),
    async stop() {
      fleet.close();
      await end(child);
      // Kept on request, to look into what happened.
      if (process.env.TANDEM_KEEP_LAB === undefined) rmSync(folder, { recursive: true, force: true });
      else process.stderr.write(`kept ${folder}\n`);
    },
  };
}

/** Asks again every 25 ms until the answer is yes; an error of the question counts as no, except when time is up. */
export async function until(what: string, limitMs: number, question: () => Promise<boolean>): Promise<void> {
  const end = performance.now() + limitMs;
  let last: unknown = null;
  while (performance.now() < end) {
    try {
      if (await question()) return;
      last = null;
    } catch (error) {
      last = error;
      if (error instanceof Error && error.message.startsWith("the lab ended")) throw error;
    }
    await new Promise((done) => setTimeout(done, 25));
  }
  throw new Error(`not within ${limitMs / 1000} s: ${what}${last instanceof Error ? ` (${last.message})` : ""}`);
}

export async function serverStatus(lab: RealLab, name: NodeName): Promise<ServerStatus> {
  const status = await lab.fleet.status(name);
  if (status.kind !== "call-server") throw new Error(`${name} is no call server`);
  return status;
}

export async function gatewayStatuses(lab: RealLab): Promise<GatewayStatus[]> {
  const all = await Promise.all(lab.site.gateways.map(({ name }) => lab.fleet.status(name)));
  return all.filter((status) => status.kind === "gateway");
}

/** Null where nobody holds the title. */
export async function primaryOf(lab: RealLab): Promise<NodeName | null> {
  for (const { name } of lab.site.servers) {
    const status = await lab.fleet.status(name).catch(() => null);
    if (status?.kind === "call-server" && status.title.held) return name;
  }
  return null;
}

export function otherServer(lab: RealLab, name: NodeName): NodeName {
  const other = lab.site.servers.find((server) => server.name !== name);
  if (!other) throw new Error("the lab has one server only");
  return other.name;
}

/** `calls` are up, a primary carries them, and the standby is ready. Returns [primary, standby]. */
export async function settled(lab: RealLab, calls: number, limitMs = 60_000): Promise<readonly [NodeName, NodeName]> {
  let pair: readonly [NodeName, NodeName] | null = null;
  await until(`${calls} calls up and a ready standby`, limitMs, async () => {
    const primary = await primaryOf(lab);
    if (primary === null) return false;
    const standby = otherServer(lab, primary);
    const [first, second] = await Promise.all([serverStatus(lab, primary), serverStatus(lab, standby)]);
    pair = [primary, standby];
    return first.calls.byPhase.talking >= calls * 0.95 && second.readiness.ready && second.role === "standby";
  });
  if (pair === null) throw new Error("no pair");
  return pair;
}

/** The report of the change of control that made `name` primary above `epoch`, once it is done. */
export async function takeoverBy(lab: RealLab, name: NodeName, epoch: number, limitMs = 15_000): Promise<FailoverReport> {
  let report: FailoverReport | null = null;
  await until(`${name} finishes its takeover`, limitMs, async () => {
    const { failover } = await serverStatus(lab, name);
    report = failover !== null && failover.epoch.number > epoch && failover.state === "done" ? failover : null;
    return report !== null;
  });
  if (report === null) throw new Error("no report");
  return report;
}

/** Sequence gaps over all real streams since the gateways started. */
export async function sequenceGaps(lab: RealLab): Promise<number> {
  return (await gatewayStatuses(lab)).reduce((sum, status) => sum + status.media.sequenceGaps, 0);
}

/** CPU seconds and resident memory of the lab's processes, from /proc. */
export async function processUse(lab: RealLab): Promise<{ cpuSeconds: number; residentMb: number }> {
  const status = await lab.control.status();
  const pids = [status.supervisorPid, ...status.nodes.flatMap(({ pid }) => (pid === null ? [] : [pid]))];
  let cpuSeconds = 0;
  let residentMb = 0;
  for (const pid of pids) {
    const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
    cpuSeconds += (Number(fields[11]) + Number(fields[12])) / 100;
    residentMb += (Number(fields[21]) * 4096) / 1e6;
  }
  return { cpuSeconds, residentMb };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const gone = new Promise<void>((done) => child.once("exit", () => done()));
  child.kill("SIGINT");
  const force = setTimeout(() => child.kill("SIGKILL"), 20_000);
  await gone;
  clearTimeout(force);
}
