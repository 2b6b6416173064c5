/** The supervisor with real processes behind it (small stand-ins for nodes): faults, recovery, refusal of a second start. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { LabNode, LabStatus } from "../core/status/lab-status.ts";
import { createOperatorClient, type OperatorClient } from "../runtime/operator-client.ts";
import { findFreePorts } from "./free-ports.ts";
import { type LabRefusal, type RunningLab, startLab } from "./main.ts";
import { identifyProcess } from "./process-identity.ts";

const fakeNode = fileURLToPath(new URL("testing/fake-node.mjs", import.meta.url));
const nodeCommand = [process.execPath, fakeNode];
const patient = { timeout: 20_000, interval: 20 };

let folder = "";
let consolePort = 0;
const labs: RunningLab[] = [];
const said: string[] = [];

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tandem-lab-"));
  consolePort = (await findFreePorts(1)).one("tcp");
  said.length = 0;
});

afterEach(async () => {
  for (const lab of labs.splice(0)) await lab.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function start(targetCalls = 0): Promise<RunningLab> {
  const lab = await startLab({
    dataFolder: folder,
    consolePort,
    targetCalls,
    seed: 7,
    meanHoldSeconds: 180,
    nodeCommand,
    say: (text) => void said.push(text),
  });
  labs.push(lab);
  await vi.waitFor(() => expect(lab.supervisor.status().ready).toBe(true), patient);
  return lab;
}

function operator(lab: RunningLab): OperatorClient {
  const token = readFileSync(join(folder, "keys/operator.token"), "utf8").trim();
  return createOperatorClient({ host: "127.0.0.1", port: lab.port, token, timeoutMs: 10_000 });
}

function node(lab: RunningLab, name: string): LabNode {
  return lab.supervisor.status().nodes.find((one) => one.name === name) as LabNode;
}

/** R running, S sleeping, T stopped; null for none. */
function processState(pid: number): string | null {
  if (!existsSync(`/proc/${pid}/stat`)) return null;
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  return stat.slice(stat.lastIndexOf(")") + 2)[0] ?? null;
}

describe("the supervisor", () => {
  test("starts ten processes, each with its own folder and log, and stops them all", async () => {
    const lab = await start();
    const { nodes } = lab.supervisor.status();
    expect(nodes.map((one) => one.name)).toEqual(["wit-1", "gw-1", "gw-2", "gw-3", "if-1", "if-2", "ph-301", "cs-a", "cs-b", "console"]);
    const pids = nodes.map((one) => one.pid as number);
    expect(new Set(pids).size).toBe(10);
    for (const one of nodes) expect(existsSync(join(folder, "log", `${one.name}.log`))).toBe(true);
    expect(said).toContain(`The lab is up: http://127.0.0.1:${consolePort}`);
    await lab.stop();
    labs.length = 0;
    expect(pids.filter((pid) => identifyProcess(pid) !== null)).toEqual([]);
    expect(existsSync(join(folder, "lab.json"))).toBe(false);
  });

  test("a killed node stays killed until it is restarted; a frozen one stands still until it is thawed", async () => {
    const lab = await start();
    const client = operator(lab);
    const first = node(lab, "cs-a").pid as number;
    expect(await client.post("/lab/kill", { node: "cs-a" })).toMatchObject({ ok: true });
    expect(node(lab, "cs-a")).toMatchObject({ state: "killed", pid: null, restarts: 0 });
    expect(identifyProcess(first)).toBeNull();
    expect(await client.post("/lab/kill", { node: "cs-a" })).toMatchObject({ ok: false, status: 409 });
    expect(await client.post("/lab/restart", { node: "cs-a" })).toMatchObject({ ok: true });
    await vi.waitFor(() => expect(node(lab, "cs-a")).toMatchObject({ state: "running", restarts: 1 }), patient);

    const frozen = node(lab, "gw-2").pid as number;
    await client.post("/lab/freeze", { node: "gw-2" });
    await vi.waitFor(() => expect(processState(frozen)).toBe("T"), patient);
    expect(node(lab, "gw-2").state).toBe("frozen");
    await client.post("/lab/thaw", { node: "gw-2" });
    await vi.waitFor(() => expect(processState(frozen)).toBe("S"), patient);
    expect(node(lab, "gw-2")).toMatchObject({ state: "running", pid: frozen });
    await client.post("/lab/freeze", { node: "gw-2" });
    expect(await client.post("/lab/restart", { node: "gw-2" })).toMatchObject({ ok: true });
    expect(identifyProcess(frozen)).toBeNull();
    expect(await client.post("/lab/kill", { node: "nobody" })).toMatchObject({ ok: false, status: 404 });
    client.close();
    expect(said.filter((text) => text.includes("by itself"))).toEqual([]);
  });

  test("cuts reach every node, and again the one that starts or wakes up", async () => {
    const lab = await start();
    const client = operator(lab);
    const tables = (name: string): unknown[] =>
      readFileSync(join(folder, `nodes/${name}/faults.ndjson`), "utf8")
        .trim()
        .split("\n")
        .map((line) => JSON.parse(line) as unknown);
    await client.post("/lab/cut", { a: "cs-a", b: "cs-b", path: 2, oneWay: true });
    const oneCut = [{ from: "cs-a", to: "cs-b", path: 2 }];
    for (const name of ["cs-a", "gw-1", "wit-1"]) expect(tables(name).at(-1)).toEqual(oneCut);
    await client.post("/lab/restart", { node: "gw-1" });
    await vi.waitFor(() => expect(tables("gw-1")).toEqual([[], oneCut, oneCut]), patient);

    await client.post("/lab/freeze", { node: "gw-3" });
    const status = await client.post<LabStatus>("/lab/cut", { a: "cs-a", b: "gw-3" });
    expect(status.ok && status.value.cuts).toHaveLength(5);
    await client.post("/lab/thaw", { node: "gw-3" });
    await vi.waitFor(() => expect(tables("gw-3").at(-1)).toHaveLength(5), patient);
    await client.post("/lab/heal", { a: "gw-3", b: "cs-a" });
    await client.post("/lab/heal", { a: "cs-a", b: "cs-b" });
    expect(lab.supervisor.status().cuts).toEqual([]);
    expect(await client.post("/lab/cut", { a: "cs-a", b: "cs-a" })).toMatchObject({ ok: false, status: 400 });
    client.close();
  });

  test("a second start on the same folder is refused and disturbs nothing", async () => {
    const lab = await start();
    const again = startLab({
      dataFolder: folder,
      consolePort: consolePort + 1,
      targetCalls: 0,
      seed: 7,
      meanHoldSeconds: 180,
      nodeCommand,
      say: () => {},
    });
    await expect(again).rejects.toThrow(/already runs on .* Stop it, or set TANDEM_DATA/);
    expect(lab.supervisor.status().nodes.every((one) => one.state === "running")).toBe(true);
  });

  test("a taken console port is refused with what to do", async () => {
    await start();
    const other = mkdtempSync(join(tmpdir(), "tandem-lab-"));
    const refused = startLab({ dataFolder: other, consolePort, targetCalls: 0, seed: 7, meanHoldSeconds: 180, nodeCommand, say: () => {} });
    await expect(refused).rejects.toThrow(/set PORT/);
    await expect(refused).rejects.toSatisfy((error: LabRefusal) => error.name === "LabRefusal");
    rmSync(other, { recursive: true, force: true });
  });

  test("traffic reaches its target and can be changed", async () => {
    const lab = await start(5);
    await vi.waitFor(() => expect(lab.supervisor.status().traffic.activeCalls).toBeGreaterThanOrEqual(5), patient);
    const client = operator(lab);
    expect(await client.post("/lab/traffic", { calls: 2001 })).toMatchObject({ ok: false, status: 400 });
    await client.post("/lab/traffic", { calls: 12 });
    await vi.waitFor(() => expect(lab.supervisor.status().traffic.activeCalls).toBeGreaterThanOrEqual(12), patient);
    client.close();
  });
});

describe("a supervisor that was killed", () => {
  test("takes its children with it, and the next start ends those that could not hear", async () => {
    const program = fileURLToPath(new URL("testing/run-lab.ts", import.meta.url));
    const killed = spawn(process.execPath, ["--import", "tsx", program, folder, String(consolePort), ...nodeCommand], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await saidReady(killed);
    const children = JSON.parse(readFileSync(join(folder, "children.json"), "utf8")) as { pid: number }[];
    expect(children).toHaveLength(10);
    const deaf = (children[0] as { pid: number }).pid;
    process.kill(deaf, "SIGSTOP");
    killed.kill("SIGKILL");
    await vi.waitFor(() => expect(children.filter(({ pid }) => identifyProcess(pid) !== null)).toHaveLength(1), patient);
    expect(identifyProcess(deaf)).not.toBeNull();

    const lab = await start();
    expect(said[0]).toMatch(/left 1 process behind/);
    expect(identifyProcess(deaf)).toBeNull();
    expect(lab.supervisor.status().nodes.every((one) => one.state === "running")).toBe(true);
  });
});

function saidReady(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    child.stdout?.on("data", (part: Buffer) => part.toString().includes("ready") && resolve());
    child.once("exit", (code) => reject(new Error(`the supervisor ended with ${code}`)));
  });
}
