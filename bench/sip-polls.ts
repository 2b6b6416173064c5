/**
 * `npm run bench -- sip-polls`: one-shot polls a second (SUBSCRIBE, 200, NOTIFY, 200) of a gateway's dialogs, asker and gateway in a process each, over
 * UDP and TCP, for gateways of several sizes. The bound is for one that carries a call at most, such as a phone, and counts the processor time of
 * both, so that it means the same on a busy machine: what one core does that runs asker and gateway.
 */
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { createInterface, type Interface } from "node:readline";
import type { Readable, Writable } from "node:stream";
import type { Auditor } from "../server/drivers/auditor.ts";
import { startOptionsPing } from "../server/drivers/options-ping.ts";
import { createSipAuditor } from "../server/drivers/sip-audit.ts";
import { systemClock } from "../server/runtime/clock.ts";
import { Counters } from "../server/runtime/counters.ts";
import { FaultTable } from "../server/runtime/faults.ts";
import type { SipSocket, SipTransport } from "../server/runtime/sip-exchange.ts";
import { openSipSocket } from "../server/runtime/sip-socket.ts";
import { Bounds, figuresLine, processorSeconds, say } from "./figures.ts";

const host = "127.0.0.1";
const boundPerSecond = 2_000;
const clock = systemClock();

interface Case {
  readonly transport: SipTransport;
  readonly calls: number;
  readonly polls: number;
  /** Auditors that ask at the same time, as a server has one for each gateway. */
  readonly askers: number;
}

const cases: readonly Case[] = [
  { transport: "udp", calls: 0, polls: 20_000, askers: 64 },
  { transport: "udp", calls: 1, polls: 20_000, askers: 64 },
  { transport: "tcp", calls: 1, polls: 20_000, askers: 64 },
  { transport: "tcp", calls: 10, polls: 5_000, askers: 64 },
  { transport: "tcp", calls: 1_000, polls: 100, askers: 4 },
];

export async function benchSipPolls(): Promise<number> {
  const bounds = new Bounds();
  for (const one of cases) {
    const perCoreSecond = await measure(one);
    if (one.calls > 1) continue;
    bounds.check(
      `${one.transport}, ${one.calls} calls: ${boundPerSecond} polls a second or more of one core`,
      perCoreSecond >= boundPerSecond,
    );
  }
  return bounds.broken;
}

async function measure(one: Case): Promise<number> {
  const { transport, calls, polls, askers } = one;
  const gateway = new GatewayProcess(calls);
  const port = await gateway.nextNumber();
  const common = { clock, faults: new FaultTable(), counters: new Counters(), nodes: new Map() };
  const socket = await openSipSocket({ self: "cs-a", bind: { host, port: 0 }, ...common, onRequest: () => ({ status: 481 }) });
  await reachable(socket, port);
  const auditors = Array.from({ length: askers }, () => auditorOf(socket, port, transport));
  const before = processorSeconds();
  const began = performance.now();
  const { times, failed } = await ask(auditors, polls, calls);
  const seconds = (performance.now() - began) / 1000;
  const askerSeconds = processorSeconds() - before;
  const gatewaySeconds = await gateway.end();
  await socket.close();
  const perCoreSecond = polls / (askerSeconds + gatewaySeconds);
  say(
    `${transport}, ${calls} calls: ${perCoreSecond.toFixed(0)} polls a second of one core; ${(polls / seconds).toFixed(0)} by the clock; ${failed} failed`,
  );
  say(`  processor: asker ${askerSeconds.toFixed(1)} s, gateway ${gatewaySeconds.toFixed(1)} s`);
  say(figuresLine("  one poll", times, "ms"));
  return failed === 0 ? perCoreSecond : 0;
}

function auditorOf(socket: SipSocket, port: number, transport: SipTransport): Auditor {
  const resources = [`sip:if-1@${host}`];
  const common = { clock, counters: new Counters(), credentials: null, sourceName: "cs-a", deadlineMs: 20_000, standing: null };
  return createSipAuditor({ gateway: "if-1", socket, address: { host, port }, transport, resources, ...common });
}

async function ask(auditors: readonly Auditor[], polls: number, calls: number): Promise<{ times: number[]; failed: number }> {
  const times: number[] = [];
  let failed = 0;
  let left = polls;
  const asking = async (auditor: Auditor): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const { complete, rowsRead, durationMs } = await auditor.audit("full");
      if (!complete || rowsRead !== calls) failed += 1;
      times.push(durationMs);
    }
  };
  await Promise.all(auditors.map(asking));
  return { times, failed };
}

function reachable(socket: SipSocket, port: number): Promise<void> {
  const to = { host, port, transport: "udp" } as const;
  return new Promise((resolve) => {
    const ping = startOptionsPing({
      socket,
      clock,
      to,
      uri: `sip:if-1@${host}`,
      sourceName: "cs-a",
      intervalMs: 200,
      onPing({ state }) {
        if (state !== "up") return;
        ping.close();
        resolve();
      },
    });
  });
}

/** The other process; each line that it says is a number. */
class GatewayProcess {
  readonly #child: ChildProcessByStdio<Writable, Readable, null>;
  readonly #lines: AsyncIterator<string>;

  constructor(calls: number) {
    const program = new URL("./sip-gateway.ts", import.meta.url).pathname;
    this.#child = spawn(process.execPath, [...process.execArgv, program, String(calls)], { stdio: ["pipe", "pipe", "inherit"] });
    const lines: Interface = createInterface(this.#child.stdout);
    this.#lines = lines[Symbol.asyncIterator]();
  }

  async nextNumber(): Promise<number> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error("the gateway's process ended");
    return Number(value);
  }

  /** Processor seconds that it took. */
  async end(): Promise<number> {
    this.#child.stdin.end();
    const seconds = await this.nextNumber();
    if (this.#child.exitCode === null) await new Promise((resolve) => this.#child.once("close", resolve));
    return seconds;
  }
}
