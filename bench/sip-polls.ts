/**
 * `npm run bench -- sip-polls`: one-shot polls a second (SUBSCRIBE, 200, NOTIFY, 200) of a gateway's dialogs, asker and gateway in a process each, over
 * UDP and TCP, for gateways of several sizes. The bound is for one that carries a call at most, such as a phone, and counts the processor time of
 * both, so that it means the same on a busy machine: what one core does that runs asker and gateway.
 */
import { spawn } from "node:child_process";
import { pathToFileURL } from "node:url";
import { pollDialogs } from "../server/drivers/sip-poll.ts";
import { SipSubscribe } from "../server/drivers/sip-subscribe.ts";
import { openSipAgent } from "../server/nodes/gateway/sip-agent.ts";
import { addCall, bareGateway } from "../server/nodes/gateway/testing/gateway-with-calls.ts";
import { systemClock } from "../server/runtime/clock.ts";
import { Counters } from "../server/runtime/counters.ts";
import { FaultTable } from "../server/runtime/faults.ts";
import type { SipTransport } from "../server/runtime/sip-exchange.ts";
import { openSipSocket } from "../server/runtime/sip-socket.ts";
import { Bounds, figuresLine, say } from "./figures.ts";

const host = "127.0.0.1";
const boundPerSecond = 2_000;
const underWay = 64;
const gatewayWord = "as-gateway";

interface Case {
  readonly transport: SipTransport;
  readonly calls: number;
  readonly polls: number;
}

const cases: readonly Case[] = [
  { transport: "udp", calls: 0, polls: 20_000 },
  { transport: "udp", calls: 1, polls: 20_000 },
  { transport: "tcp", calls: 1, polls: 20_000 },
  { transport: "tcp", calls: 10, polls: 10_000 },
  { transport: "tcp", calls: 1_000, polls: 200 },
];

export async function benchSipPolls(words: readonly string[]): Promise<number> {
  if (words[0] === gatewayWord) {
    await gatewayProcess(Number(words[1]));
    return 0;
  }
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

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** Tells its port, answers until its input ends, and tells the processor time that it took meanwhile. */
async function gatewayProcess(calls: number): Promise<void> {
  const clock = systemClock();
  const counters = new Counters();
  const gateway = bareGateway(clock.now().mono);
  for (let index = 1; index <= calls; index++) addCall(gateway, index, clock.now());
  const common = { clock, counters, faults: new FaultTable(), credentials: null, software: "Tandem" };
  const agent = await openSipAgent({ gateway, bind: { host, port: 0 }, trustedHosts: new Set([host]), ...common });
  const before = processorSeconds();
  process.stdout.write(`${agent.address.port}\n`);
  await new Promise((resolve) => process.stdin.resume().on("end", resolve));
  process.stdout.write(`${processorSeconds() - before}\n`);
  await agent.close();
}

async function measure({ transport, calls, polls }: Case): Promise<number> {
  const main = new URL("./main.ts", import.meta.url);
  const child = spawn(process.execPath, [...process.execArgv, main.pathname, "sip-polls", gatewayWord, String(calls)], {
    stdio: ["pipe", "pipe", "inherit"],
    cwd: new URL("..", import.meta.url).pathname,
  });
  const port = await new Promise<number>((resolve, reject) => {
    child.stdout.once("data", (told: Buffer) => resolve(Number(told.toString())));
    child.once("close", () => reject(new Error(`the gateway of ${pathToFileURL(main.pathname)} did not start`)));
  });
  const clock = systemClock();
  const common = { clock, faults: new FaultTable(), counters: new Counters(), nodes: new Map() };
  const socket = await openSipSocket({ self: "cs-a", bind: { host, port: 0 }, ...common, onRequest: () => ({ status: 481 }) });
  const subscribe = new SipSubscribe({ socket, address: { host, port }, transport, sourceName: "cs-a", digest: null });
  const resource = `sip:if-1@${host}`;
  const times: number[] = [];
  let failed = 0;
  let left = polls;
  const asker = async (): Promise<void> => {
    while (left > 0) {
      left -= 1;
      const began = performance.now();
      const result = await pollDialogs({ socket, clock, subscribe, deadlineMs: 20_000 }, resource);
      if (result.kind !== "document" || result.info.dialogs.length !== calls) failed += 1;
      times.push(performance.now() - began);
    }
  };
  const before = processorSeconds();
  const began = performance.now();
  await Promise.all(Array.from({ length: calls > 100 ? 4 : underWay }, asker));
  const seconds = (performance.now() - began) / 1000;
  const askerSeconds = processorSeconds() - before;
  const told = new Promise<number>((resolve) => child.stdout.once("data", (text: Buffer) => resolve(Number(text.toString()))));
  child.stdin.end();
  const gatewaySeconds = await told;
  await new Promise((resolve) => child.once("close", resolve));
  await socket.close();
  const perCoreSecond = polls / (askerSeconds + gatewaySeconds);
  const processor = `processor: asker ${askerSeconds.toFixed(1)} s, gateway ${gatewaySeconds.toFixed(1)} s`;
  say(
    `${transport}, ${calls} calls: ${perCoreSecond.toFixed(0)} polls a second of one core; ${(polls / seconds).toFixed(0)} by the clock; ${failed} failed`,
  );
  say(figuresLine(`  one poll (${processor})`, times, "ms"));
  return failed === 0 ? perCoreSecond : 0;
}
