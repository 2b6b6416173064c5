/**
 * `npm run bench -- polling [--gateways N] [--calls N] [--seconds N] [--profile]`: one process polls 10,000 gateways of 20 calls each every 5 s by SNMP, as
 * a call server does: the schedule, the auditors, one socket, and the machine that watches the calls. The gateways are canned answers in other processes; their calls stay.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { Bounds, say } from "./figures.ts";
import { LineChild } from "./line-child.ts";
import type { PollingReport } from "./polling/poller.ts";

const intervalMs = 5_000;
const responders = 4;
/** What an audit makes lives for milliseconds: with the 16 MiB that Node gives, much of it is copied once before it dies. A sixth less processor time. */
const youngSpace = ["--max-semi-space-size=64"];
/** Every gateway read in full, and the compiler at rest. */
const warmUpSeconds = 45;

export async function benchPolling(words: readonly string[]): Promise<number> {
  const after = (word: string, otherwise: number): number => (words.includes(word) ? Number(words[words.indexOf(word) + 1]) : otherwise);
  const [gateways, calls, seconds] = [after("--gateways", 10_000), after("--calls", 20), after("--seconds", 60)];
  const bounds = new Bounds();
  const each = Math.ceil(gateways / responders);
  const agents = Array.from({ length: responders }, (_, i) => {
    const count = Math.min(each, gateways - i * each);
    return new LineChild(new URL("./polling/canned-agents.ts", import.meta.url), [`${i * each}`, `${count}`, `${calls}`]);
  });
  const ports = (await Promise.all(agents.map((agent) => agent.said<number[]>()))).flat();
  const poller = new LineChild(
    new URL("./polling/poller.ts", import.meta.url),
    [`${intervalMs}`],
    words.includes("--profile") ? "polling" : null,
    youngSpace,
  );
  try {
    say(`${gateways} gateways of ${calls} calls, each polled every ${intervalMs / 1000} s by one process`);
    poller.tell(JSON.stringify(ports));
    await sleep(1_000 * after("--warm-up", warmUpSeconds));
    const warm = await poller.ask<PollingReport>("");
    say(`  warmed up: ${warm.polls.full} full audits, ${warm.polls.liveness} others, ${warm.legs} legs known`);
    await sleep(1_000 * seconds);
    judge(await poller.ask<PollingReport>(""), { gateways, calls, bounds });
  } finally {
    await Promise.all([poller.stop(), ...agents.map((agent) => agent.stop())]);
  }
  return bounds.broken;
}

function judge(report: PollingReport, { gateways, calls, bounds }: { gateways: number; calls: number; bounds: Bounds }): void {
  const { seconds, processorMs, polls, failures, packets, lateMs, durationMs, loopLateMs, heapOctets, missed, legs, timeouts } = report;
  const number = polls.full + polls.liveness;
  const cores = processorMs / (1000 * seconds);
  say(
    `  ${seconds.toFixed(1)} s: ${polls.full} full audits, ${polls.liveness} others (${(number / seconds).toFixed(0)}/s), ${packets} datagrams asked`,
  );
  say(
    `  ${cores.toFixed(3)} cores; ${((1000 * processorMs) / number).toFixed(0)} us of a processor for an audit; heap ${(heapOctets / 2 ** 20).toFixed(0)} MiB`,
  );
  say(
    `  began late by ${shown(lateMs)}; took ${shown(durationMs)}; the event loop stood for at most ${loopLateMs.toFixed(0)} ms; ${timeouts} timeouts`,
  );
  for (const [because, times] of Object.entries(failures)) say(`  ${times} x ${because}`);
  bounds.check(`under 1 core: ${cores.toFixed(2)}`, cores < 1);
  bounds.check("every audit was complete", Object.keys(failures).length === 0);
  bounds.check("every gateway was polled", missed === 0);
  bounds.check(`as many audits as are due: ${number}`, number >= 0.97 * ((1000 * gateways * seconds) / intervalMs));
  bounds.check(`every leg is known: ${legs}`, legs === gateways * calls);
}

function shown([middle, nearlyAll, longest]: readonly [number, number, number]): string {
  return `${middle.toFixed(1)} ms (median), ${nearlyAll.toFixed(0)} ms (99 of 100), ${longest.toFixed(0)} ms (longest)`;
}
