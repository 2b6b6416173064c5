/**
 * `npm run bench -- mgcp-audits`: how many audits a second one call server gets answered by one of our gateways in another process, over
 * loopback: AUEP of every endpoint, then AUCX of every connection, signed as always; and whole audits of the driver. For information,
 * the MDCX probes that osmo-mgw answers, where it is installed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { HostPort } from "../server/core/site/site.ts";
import { createForeignAuditor } from "../server/drivers/foreign-audit.ts";
import { probe, release } from "../server/drivers/foreign-mgcp.ts";
import { askForeignGear, askOwnGateway, type MgcpAsker } from "../server/drivers/mgcp-asker.ts";
import { createMgcpAuditor } from "../server/drivers/mgcp-audit.ts";
import { createOsmoMgwAuditor, osmoGoneCodes } from "../server/drivers/osmo-mgw.ts";
import { startOsmoMgw } from "../server/drivers/testing/osmo-mgw-process.ts";
import { endpointsOf } from "../server/protocols/mgcp/audited-leg.ts";
import { command } from "../server/protocols/mgcp/encode.ts";
import { auditRange } from "../server/protocols/mgcp/transaction-range.ts";
import { systemClock } from "../server/runtime/clock.ts";
import { Counters } from "../server/runtime/counters.ts";
import { FaultTable } from "../server/runtime/faults.ts";
import { createLinkKeys } from "../server/runtime/keys.ts";
import { openMgcpSocket } from "../server/runtime/mgcp-socket.ts";
import { openPlainMgcpSocket } from "../server/runtime/plain-mgcp-socket.ts";
import { Bounds, figuresLine, say } from "./figures.ts";
import { auditKeys, naming } from "./mgcp-gateway.ts";

const rounds = 12;
/** The first ones warm up. */
const warmUp = 4;
const boundPerSecond = 5_000;
const osmoConnections = 500;

export async function benchMgcpAudits(): Promise<number> {
  const bounds = new Bounds();
  await ownGateway(bounds);
  await osmo();
  return bounds.broken;
}

async function ownGateway(bounds: Bounds): Promise<void> {
  const clock = systemClock();
  const gateway = await startGateway();
  const boot = Date.now();
  const nodes = new Map<string, HostPort>([[naming.name, gateway.mgcp]]);
  const socket = await openMgcpSocket({
    self: "cs-a",
    role: "server",
    bind: { host: "127.0.0.1", port: 0 },
    nodes,
    keys: createLinkKeys(auditKeys),
    boot,
    clock,
    faults: new FaultTable(),
    counters: new Counters(),
    range: auditRange(0, boot),
    onCommand: () => null,
  });
  try {
    const asker = askOwnGateway({ name: naming.name, mgcp: gateway.mgcp }, socket, clock);
    const endpoints = endpointsOf(naming);
    const ids = new Map<string, string>();
    const asked = endpoints.length * (rounds + warmUp);
    let auep: number[] = [];
    let aucx: number[] = [];
    const auepTime = await processorTime(gateway, asked, async () => {
      auep = await measured(asker, endpoints, (endpoint) => command("AUEP", endpoint, { requestedInfo: ["I", "ES", "N"] }), ids);
    });
    const wanted = ["C", "N", "L", "M", "P", "LC", "RC"];
    const aucxTime = await processorTime(gateway, asked, async () => {
      aucx = await measured(asker, endpoints, (endpoint) =>
        command("AUCX", endpoint, { connectionIds: [ids.get(endpoint) ?? "0"], requestedInfo: wanted }),
      );
    });
    say(`${figuresLine("AUEP F: I,ES,N", auep, "a second")}; ${auepTime.text}`);
    say(`${figuresLine("AUCX F: C,N,L,M,P,LC,RC", aucx, "a second")}; ${aucxTime.text}`);
    const auditor = createMgcpAuditor({ naming, asker, clock });
    const full = await auditor.audit("full");
    const liveness: number[] = [];
    for (let round = 0; round < rounds; round += 1) liveness.push((await auditor.audit("liveness")).durationMs);
    say(`a first audit of ${full.rows.length} connections at ${endpoints.length} endpoints took ${full.durationMs.toFixed(0)} ms`);
    say(figuresLine("a liveness audit of them", liveness, "ms"));
    const reached = Math.max(...auep, ...aucx);
    const total = (2 * endpoints.length) / (endpoints.length / medianOf(auep) + endpoints.length / medianOf(aucx));
    say(`median of both together: ${total.toFixed(0)} a second; the best round ${reached.toFixed(0)}`);
    bounds.check(`${boundPerSecond} audits a second (AUEP and AUCX in equal parts, median)`, total >= boundPerSecond);
    const mostTime = 1_000_000 / boundPerSecond;
    bounds.check(
      `at most ${mostTime} µs of a processor at either end for each, however busy the machine is`,
      auepTime.worst + aucxTime.worst <= 2 * mostTime,
    );
    bounds.check("every audit was complete", full.complete && full.rows.length === endpoints.length);
  } finally {
    await socket.close();
    gateway.child.kill();
  }
}

function medianOf(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}

/** Answers a second, in each round, with as many under way as an audit has. */
async function measured(
  asker: MgcpAsker,
  endpoints: readonly string[],
  question: (endpoint: string) => Parameters<MgcpAsker["ask"]>[0],
  ids?: Map<string, string>,
): Promise<number[]> {
  const rates: number[] = [];
  for (let round = 0; round < rounds + warmUp; round += 1) {
    const began = performance.now();
    let next = 0;
    const work = async (): Promise<void> => {
      for (let endpoint = endpoints[next++]; endpoint !== undefined; endpoint = endpoints[next++]) {
        const result = await asker.ask(question(endpoint));
        if (result.kind !== "response" || result.response.code !== 200) throw new Error(`${endpoint}: ${JSON.stringify(result)}`);
        const [id] = result.response.parameters.connectionIds ?? [];
        if (id !== undefined) ids?.set(endpoint, id);
      }
    };
    await Promise.all(Array.from({ length: asker.window }, work));
    if (round >= warmUp) rates.push((endpoints.length * 1000) / (performance.now() - began));
  }
  return rates;
}

interface StartedGateway {
  readonly child: ChildProcess;
  readonly mgcp: HostPort;
  /** Processor time that it has used, µs. */
  used(): Promise<number>;
}

async function startGateway(): Promise<StartedGateway> {
  const script = new URL("./mgcp-gateway.ts", import.meta.url).pathname;
  const child = spawn(process.execPath, [...process.execArgv, script, "serve"], { stdio: ["pipe", "pipe", "inherit"] });
  const waiting: ((line: string) => void)[] = [];
  createInterface({ input: child.stdout }).on("line", (line) => waiting.shift()?.(line));
  const nextLine = (): Promise<string> => new Promise((resolve) => waiting.push(resolve));
  const ended = new Promise<never>((_, reject) => child.once("exit", (code) => reject(new Error(`the gateway ended with ${code}`))));
  ended.catch(() => undefined);
  const port = Number(await Promise.race([nextLine(), ended]));
  return {
    child,
    mgcp: { host: "127.0.0.1", port },
    async used() {
      child.stdin.write("used\n");
      return Number(await Promise.race([nextLine(), ended]));
    },
  };
}

interface ProcessorTime {
  /** Of the busier of the two, µs. */
  readonly worst: number;
  readonly text: string;
}

/** Processor time of a call server and a gateway that work for an audit each, µs: what bounds them on a machine of their own. */
async function processorTime(gateway: StartedGateway, audits: number, work: () => Promise<unknown>): Promise<ProcessorTime> {
  const gatewayBefore = await gateway.used();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  const here = (user + system) / audits;
  const there = ((await gateway.used()) - gatewayBefore) / audits;
  return {
    worst: Math.max(here, there),
    text: `${here.toFixed(0)} µs of processor time here and ${there.toFixed(0)} µs at the gateway for each`,
  };
}

/** For information: no bound, since it is not ours. */
async function osmo(): Promise<void> {
  const started = await startOsmoMgw(osmoConnections).catch((error: Error) => error);
  if (started instanceof Error) {
    say(`osmo-mgw was not measured: ${started.message}`);
    return;
  }
  const clock = systemClock();
  const place = { name: "mgw", endpoints: { prefix: "rtpbridge/", count: osmoConnections }, firstNumber: null };
  const socket = await openPlainMgcpSocket({
    self: "cs-a",
    node: "mgw",
    from: "127.0.0.1",
    to: started.mgcp,
    range: auditRange(0, Date.now()),
    clock,
    faults: new FaultTable(),
    counters: new Counters(),
  });
  try {
    const authority = { epoch: 1, permit: () => true };
    const gear = {
      naming: place,
      asker: askForeignGear(socket, clock),
      clock,
      notifiedEntity: "cs-a@[127.0.0.1]:2727",
      goneCodes: osmoGoneCodes,
    };
    const made = await inTurns(gear.asker.window, osmoConnections, async (i) => {
      const callId = (i + 1).toString(16).toUpperCase();
      const result = await socket.request(command("CRCX", "rtpbridge/*@mgw", { callId, mode: "recvonly" }), { epoch: 1 });
      const { specificEndpoints, connectionIds } = result.kind === "response" ? result.response.parameters : {};
      return { endpoint: specificEndpoints?.[0] ?? "", callId, connectionId: connectionIds?.[0] ?? "" };
    });
    const began = performance.now();
    const probed = await inTurns(gear.asker.window, made.length, (i) => probe(gear, made[i]!, authority));
    const seconds = (performance.now() - began) / 1000;
    const alive = probed.filter((result) => result.kind === "alive").length;
    say(
      `osmo-mgw: ${alive} of ${made.length} connections confirmed by MDCX, ${(probed.length / seconds).toFixed(0)} a second, ${gear.asker.window} under way`,
    );
    const audit = await createOsmoMgwAuditor({ gear, vty: started.vty, authority: () => authority, told: () => [] }).audit("full");
    say(`osmo-mgw: ${audit.rows.length} connections listed by its VTY in ${audit.durationMs.toFixed(0)} ms`);
    const unknown = createForeignAuditor({ gear, authority: () => authority, told: () => made.slice(0, 1) });
    await unknown.audit("full", { mayCommand: () => true });
    say(`as gear of which nothing is known it is found to be ${unknown.profile()?.name ?? "silent"}`);
    await inTurns(gear.asker.window, made.length, (i) => release(gear, made[i]!, authority));
  } finally {
    await socket.close();
    await started.remove();
  }
}

async function inTurns<T>(width: number, count: number, task: (i: number) => Promise<T>): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const work = async (): Promise<void> => {
    for (let i = next++; i < count; i = next++) results[i] = await task(i);
  };
  await Promise.all(Array.from({ length: width }, work));
  return results;
}
