/** A small site of real node processes, and what a person may do to it: kill, start, cut, order, look. */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { parse, stringify } from "yaml";
import type { HostPort } from "../../../core/site/site.ts";
import type { Cut, NodeStatus, ServerStatus } from "../../../core/status/node-status.ts";
import type { OrderAsk, OrderRequest, OrderResult } from "../../../core/status/order.ts";
import type { JournalEvent } from "../../../core/timeline/journal-event.ts";
import { createOperatorClient } from "../../../runtime/operator-client.ts";
import { operatorToken, type TestSite } from "../../gateway/testing/scripted-server.ts";

const main = resolve("dist/server/nodes/main.js");

export interface RunningSite {
  /** @param commissioned whether a voter without stored state is new to the site; else it lost it, and abstains */
  start(name: string, commissioned?: boolean): void;
  kill(name: string): Promise<void>;
  /** Everything on the node's disk is gone. */
  wipe(name: string): void;
  /** Drops every datagram between each of these pairs, both ways, on both paths; the table replaces the one before. */
  cut(pairs: readonly (readonly [string, string])[]): Promise<void>;
  status(name: string): Promise<ServerStatus | null>;
  holder(): Promise<string | null>;
  /** Texts of what the node put on record. */
  events(name: string, what: string): Promise<readonly JournalEvent[]>;
  /** Plan first; then, with what the plan wants typed, the order. */
  order(name: string, request: OrderRequest, changed?: Partial<OrderAsk>): Promise<OrderResult>;
  post<T>(name: string, path: string, body: unknown): Promise<T>;
  stop(): Promise<void>;
}

/** Audits each second, so that nothing waits for them, and whatever else the test wants. */
export function changeSite({ config }: TestSite, more: Readonly<Record<string, unknown>> = {}): void {
  const document = parse(readFileSync(config, "utf8")) as { gateways: object[] };
  const gateways = document.gateways.map((gateway) => ({ ...gateway, pollSeconds: 1 }));
  writeFileSync(config, stringify({ ...document, gateways, ...more }));
}

export function runSite({ site, config, folder }: TestSite): RunningSite {
  const children = new Map<string, ChildProcess>();
  const nodes = new Map<string, { kind: string; operator: HostPort }>([
    ...site.witnesses.map(({ name, operator }) => [name, { kind: "witness", operator }] as const),
    ...site.gateways.map(({ name, operator }) => [name, { kind: "gateway", operator }] as const),
    ...site.servers.map(({ name, operator }) => [name, { kind: "call-server", operator }] as const),
  ]);
  let orders = 0;

  const start = (name: string, commissioned = true): void => {
    const words = [main, nodes.get(name)!.kind, name, "--config", config, "--data", join(folder, name)];
    const env = { ...process.env, TANDEM_COMMISSION: commissioned ? "1" : "0", TANDEM_LAB: "1" };
    children.set(name, spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"], env }));
  };
  const kill = async (name: string): Promise<void> => {
    const child = children.get(name);
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    child.kill("SIGKILL");
    await ended;
  };
  const client = (name: string) => createOperatorClient({ ...nodes.get(name)!.operator, token: operatorToken, timeoutMs: 10_000 });
  const get = async <T>(name: string, path: string): Promise<T | null> => {
    const one = client(name);
    const reply = await one.get<T>(path).finally(() => one.close());
    return reply.ok ? reply.value : null;
  };
  const post = async <T>(name: string, path: string, body: unknown): Promise<T> => {
    const one = client(name);
    const reply = await one.post<T>(path, body).finally(() => one.close());
    if (!reply.ok) throw new Error(`${name} ${path}: ${reply.message}`);
    return reply.value;
  };
  const status = async (name: string): Promise<ServerStatus | null> => {
    const told = await get<NodeStatus>(name, "/status");
    return told?.kind === "call-server" ? told : null;
  };

  for (const name of nodes.keys()) start(name);
  return {
    start,
    kill,
    wipe: (name) => rmSync(join(folder, name), { recursive: true, force: true }),
    post,
    status,
    async cut(pairs) {
      const cuts = pairs.flatMap(([a, b]) =>
        ([1, 2] as const).flatMap((path): Cut[] => [
          { from: a, to: b, path },
          { from: b, to: a, path },
        ]),
      );
      const running = [...children].filter(([, child]) => child.exitCode === null && child.signalCode === null);
      await Promise.all(running.map(([name]) => post(name, "/faults", { cuts })));
    },
    async holder() {
      for (const { name } of site.servers) if ((await status(name))?.title.held) return name;
      return null;
    },
    async events(name, what) {
      const page = await get<{ events: JournalEvent[] }>(name, "/events?limit=5000");
      return (page?.events ?? []).filter((event) => event.what === what);
    },
    async order(name, request, changed = {}) {
      orders += 1;
      const ask: OrderAsk = { id: `order-${orders}`, request, reason: "tried out", by: "ana", confirm: null, dryRun: false, ...changed };
      const planned = await post<OrderResult>(name, "/orders", { ...ask, dryRun: true });
      return post<OrderResult>(name, "/orders", { ...ask, confirm: changed.confirm ?? planned.plan?.confirm?.text ?? null });
    },
    async stop() {
      await Promise.all([...children.keys()].map(kill));
    },
  };
}
