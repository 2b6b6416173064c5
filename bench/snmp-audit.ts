/**
 * `npm run bench -- snmp-audit [--calls N] [--runs N] [--far-runs N] [--profile]`: twelve columns of a gateway with 10,000 connections, read
 * by our auditor, by Debian's snmpbulkwalk (v2c, 50 repetitions) and by Debian's prometheus-snmp-exporter, in turns, from the same agent.
 * Near: on the loopback. Far: through the relay, 10 ms each way. Steady: what an audit costs where 3 % of the calls are new since the last one.
 */
import { Bounds, figuresLine, figuresOf, say } from "./figures.ts";
import { LineChild } from "./line-child.ts";
import type { AuditOrder, AuditReport } from "./snmp-audit/auditor.ts";
import { walkedColumns } from "./snmp-audit/columns.ts";
import { Exporter } from "./snmp-audit/exporter.ts";
import { repetitions, walkColumns } from "./snmp-audit/walker.ts";
import { startRelay } from "./udp-relay/start-relay.ts";

const delayMs = 10;
const newShare = 0.03;
const aScalar = "1.3.6.1.2.1.1.1";

interface AgentUse {
  readonly userMs: number;
  readonly systemMs: number;
  readonly requests: number;
  readonly bindings: number;
}

interface Party {
  readonly agent: LineChild;
  readonly auditor: LineChild;
  readonly port: number;
  readonly calls: number;
  readonly bounds: Bounds;
}

const columns = walkedColumns();
const oids = columns.map(({ oid }) => oid);
const counted = columns[0]!.object;
const median = (values: readonly number[]): number => figuresOf(values).median;

export async function benchSnmpAudit(words: readonly string[]): Promise<number> {
  const after = (word: string, otherwise: number): number => (words.includes(word) ? Number(words[words.indexOf(word) + 1]) : otherwise);
  const [calls, runs, farRuns] = [after("--calls", 10_000), after("--runs", 9), after("--far-runs", 3)];
  const profile = words.includes("--profile") ? "snmp-audit" : null;
  const bounds = new Bounds();
  const agent = new LineChild(new URL("./snmp-agent/agent.ts", import.meta.url), [`${calls}`], profile && `${profile}-agent`);
  const auditor = new LineChild(new URL("./snmp-audit/auditor.ts", import.meta.url), [], profile);
  try {
    const party: Party = { agent, auditor, port: await agent.said<number>(), calls, bounds };
    say(`${calls} connections, ${columns.length} columns`);
    await near(party, runs);
    await far(party, farRuns);
    await steady(party, runs);
  } finally {
    await Promise.all([agent.stop(), auditor.stop()]);
  }
  return bounds.broken;
}

async function audit({ auditor, calls }: Party, order: AuditOrder): Promise<AuditReport> {
  const report = await auditor.ask<AuditReport>(JSON.stringify(order));
  if (report.because !== null || report.rows !== calls) throw new Error(`our audit: ${report.because}, ${report.rows} rows`);
  return report;
}

async function walked(party: Party, port: number): Promise<number> {
  const { ms, bindings } = await walkColumns(port, oids);
  if (bindings !== party.calls * oids.length) throw new Error(`snmpbulkwalk found ${bindings} variables`);
  return ms;
}

async function near(party: Party, runs: number): Promise<void> {
  const { agent, port, bounds, calls } = party;
  const exporter = await Exporter.start(columns);
  const [ours, ourWork, theirs, starts, scrapes, scrapeWork, walkerRate, ourRate]: number[][] = [[], [], [], [], [], [], [], []];
  try {
    // Nobody is measured cold.
    for (let i = 0; i < 3; i += 1) await audit(party, { port, mode: "full", fresh: true });
    await exporter.scrape(port, counted);
    for (let run = 0; run < runs; run += 1) {
      const before = await agent.ask<AgentUse>("");
      const report = await audit(party, { port, mode: "full", fresh: true });
      const between = await agent.ask<AgentUse>("");
      ours!.push(report.ms);
      ourWork!.push((1_000 * report.processorMs) / report.rows);
      ourRate!.push((1_000 * calls * oids.length) / used(before, between));
      const walk = await walked(party, port);
      theirs!.push(walk);
      walkerRate!.push((1_000 * calls * oids.length) / used(between, await agent.ask<AgentUse>("")));
      starts!.push(
        (
          await walkColumns(
            port,
            oids.map(() => aScalar),
          )
        ).ms,
      );
      const workBefore = exporter.processorMs;
      const scrape = await exporter.scrape(port, counted);
      if (scrape.samples !== calls) throw new Error(`the exporter told ${scrape.samples} rows`);
      scrapes!.push(scrape.ms);
      scrapeWork!.push((1_000 * (exporter.processorMs - workBefore)) / calls);
    }
  } finally {
    await exporter.stop();
  }
  say("on the loopback");
  say(figuresLine("our full audit", ours!, "ms"));
  say(figuresLine("snmpbulkwalk, a call for each column", theirs!, "ms"));
  say(figuresLine("  of that, to start it and ask once", starts!, "ms"));
  say(figuresLine("prometheus-snmp-exporter, a scrape", scrapes!, "ms"));
  say(figuresLine("our processor time for a row", ourWork!, "us"));
  say(figuresLine("the exporter's", scrapeWork!, "us"));
  say(figuresLine("agent: variables a second of its own", ourRate!, "/s"));
  say(figuresLine("agent: the same, walked", walkerRate!, "/s"));
  const net = median(theirs!) - median(starts!);
  bounds.check(
    `at least as fast as snmpbulkwalk: ${ratio(theirs!, ours!)} (${(net / median(ours!)).toFixed(1)} times without its start)`,
    net >= median(ours!),
  );
  bounds.check(`faster than the exporter: ${ratio(scrapes!, ours!)}`, median(scrapes!) > median(ours!));
  bounds.check(`less processor time for a row than the exporter: ${ratio(scrapeWork!, ourWork!)}`, median(scrapeWork!) > median(ourWork!));
  bounds.check("the agent answers 50,000 variables or more for a second of a processor, walked", median(walkerRate!) >= 50_000);
}

function used(before: AgentUse, after: AgentUse): number {
  return after.userMs + after.systemMs - before.userMs - before.systemMs;
}

function ratio(theirs: readonly number[], ours: readonly number[]): string {
  return `${(median(theirs) / median(ours)).toFixed(1)} times`;
}

async function far(party: Party, runs: number): Promise<void> {
  const { port, bounds } = party;
  const relay = await startRelay({ target: { host: "127.0.0.1", port }, toTargetMs: delayMs, toClientMs: delayMs });
  const [ours, theirs]: [number[], number[]] = [[], []];
  try {
    for (let run = 0; run < runs; run += 1) {
      ours.push((await audit(party, { port: relay.address.port, mode: "full", fresh: true })).ms);
      theirs.push(await walked(party, relay.address.port));
    }
  } finally {
    await relay.stop();
  }
  say(`through the relay, ${2 * delayMs} ms there and back`);
  say(figuresLine("our full audit", ours, "ms"));
  say(figuresLine("snmpbulkwalk, a call for each column", theirs, "ms"));
  bounds.check(`at least 7 times faster than snmpbulkwalk: ${ratio(theirs, ours)}`, median(theirs) >= 7 * median(ours));
}

async function steady(party: Party, runs: number): Promise<void> {
  const { agent, port, bounds, calls } = party;
  const fresh = Math.round(calls * newShare);
  const before = await agent.ask<AgentUse>("");
  await walked(party, port);
  const walk = (await agent.ask<AgentUse>("")).requests - before.requests;
  const full = await audit(party, { port, mode: "full", fresh: true });
  const [packets, ms]: [number[], number[]] = [[], []];
  for (let run = 0; run < runs; run += 1) {
    await agent.ask<AgentUse>(`turn ${fresh}`);
    const report = await audit(party, { port, mode: "liveness", fresh: false });
    if (report.rowsRead !== fresh) throw new Error(`${report.rowsRead} rows were read, ${fresh} are new`);
    packets.push(report.packets);
    ms.push(report.ms);
  }
  say(`with ${fresh} calls ended and ${fresh} new ones since the last audit`);
  say(figuresLine("our audit: datagrams asked", packets, ""));
  say(figuresLine("our audit", ms, "ms"));
  say(`  in full: ${full.packets} datagrams; snmpbulkwalk -Cr${repetitions}: ${walk}`);
  bounds.check(
    `at least 10 times fewer datagrams than snmpbulkwalk: ${(walk / median(packets)).toFixed(1)} times`,
    walk >= 10 * median(packets),
  );
  say(`          than our own full audit: ${(full.packets / median(packets)).toFixed(1)} times`);
}
