/**
 * `npm run bench -- snmp-agent [--calls N] [--runs N] [--profile]`: Debian's snmpbulkwalk (v2c, 50 repetitions) over twelve columns of a gateway
 * with 10,000 connections: variable bindings a second as the walker has them, and for each second of the agent's processor time.
 * `--profile` writes where the agent's time goes to artifacts/.
 */
import { spawn } from "node:child_process";
import { shippedProfile } from "../server/drivers/snmp/shipped-profiles.ts";
import { planOf } from "../server/drivers/snmp/snmp-plan.ts";
import { Bounds, figuresLine, say } from "./figures.ts";
import { LineChild } from "./line-child.ts";

const columns = planOf(shippedProfile("tandem"))
  .legs.columns.slice(0, 12)
  .map((column) => column.oid);
const repetitions = 50;

interface Usage {
  readonly userMs: number;
  readonly systemMs: number;
  readonly heapOctets: number;
}

function numberAfter(words: readonly string[], word: string): number | null {
  return Number(words[words.indexOf(word) + 1]) || null;
}

export async function benchSnmpAgent(words: readonly string[]): Promise<number> {
  const bounds = new Bounds();
  const connections = (words.includes("--calls") ? numberAfter(words, "--calls") : null) ?? 10_000;
  const runs = (words.includes("--runs") ? numberAfter(words, "--runs") : null) ?? 3;
  const agent = new LineChild(
    new URL("./snmp-agent/agent.ts", import.meta.url),
    [`${connections}`],
    words.includes("--profile") ? "snmp-agent" : null,
  );
  const usage = (): Promise<Usage> => agent.ask<Usage>("");
  try {
    const port = await agent.said<number>();
    say(`${connections} connections, ${columns.length} columns, snmpbulkwalk -v2c -Cr${repetitions}`);
    await walk(port, columns[0] ?? "");
    const [perSecond, perProcessorSecond, sizes]: [number[], number[], number[]] = [[], [], []];
    for (let run = 0; run < runs; run += 1) {
      const before = await usage();
      const began = performance.now();
      let bindings = 0;
      for (const column of columns) bindings += await walk(port, column);
      const ms = performance.now() - began;
      const after = await usage();
      const processorMs = after.userMs + after.systemMs - before.userMs - before.systemMs;
      perSecond.push((1000 * bindings) / ms);
      perProcessorSecond.push((1000 * bindings) / processorMs);
      sizes.push(bindings);
      say(
        `  ${bindings} bindings in ${(ms / 1000).toFixed(2)} s; the agent took ${(processorMs / 1000).toFixed(2)} s of a processor (system ${((after.systemMs - before.systemMs) / 1000).toFixed(2)} s), heap ${(after.heapOctets / 2 ** 20).toFixed(0)} MiB`,
      );
    }
    say(figuresLine("bindings per second, walker's", perSecond, "/s"));
    say(figuresLine("bindings per processor-second", perProcessorSecond, "/s"));
    bounds.check(
      "every walk saw every connection",
      sizes.every((size) => size === connections * columns.length),
    );
  } finally {
    await agent.stop();
  }
  return bounds.broken;
}

/** Variable bindings of one column. */
function walk(port: number, column: string): Promise<number> {
  const walker = spawn("snmpbulkwalk", ["-v2c", "-c", "tandem", `-Cr${repetitions}`, "-Onq", `127.0.0.1:${port}`, column]);
  let seen = 0;
  walker.stdout.on("data", (part: Buffer) => {
    for (let at = part.indexOf(0x0a); at >= 0; at = part.indexOf(0x0a, at + 1)) seen += 1;
  });
  return new Promise((resolve, reject) => {
    walker.on("error", reject);
    walker.on("close", (code) => (code === 0 ? resolve(seen) : reject(new Error(`snmpbulkwalk ended with ${code}`))));
  });
}
