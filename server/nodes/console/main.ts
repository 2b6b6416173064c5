/**
 * The console as a process: collects from the nodes, keeps the database, serves the pages and the API.
 * No control decision is taken here, and no call notices when it dies.
 */
import path from "node:path";
import { type Database, openDatabase } from "../../../db/database.ts";
import type { Site } from "../../core/site/site.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { type OpenFleet, openFleet } from "../../operations/http-fleet.ts";
import { openLab } from "../../operations/http-lab.ts";
import { listEvents } from "../../operations/list-events.ts";
import { PlanBook } from "../../operations/plan-book.ts";
import { pruneEvents } from "../../operations/prune-events.ts";
import { health, isUp } from "../../rest/health.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { createLog, type Log } from "../../runtime/log.ts";
import { loadSite, readSecret } from "../../runtime/site-file.ts";
import type { NodeOptions, RunningNode } from "../node-options.ts";
import { Broadcast } from "./broadcast.ts";
import { openPages, type Pages } from "./pages.ts";
import { Poller } from "./poller.ts";
import { repeat } from "./repeating.ts";
import { SiteMemory } from "./site-memory.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";
import { openTrpcDoor } from "./trpc-door.ts";
import { startWebServer, type WebServer } from "./web-server.ts";

/** At most this often while things change, at least once a second always. */
const liveMs = 250;
const idleMs = 1000;
const hurryForMs = 5000;
const recordsMs = 1000;
const pruneMs = 60_000;

export interface RunningConsole extends RunningNode {
  readonly url: string;
}

export async function run(options: NodeOptions): Promise<RunningConsole> {
  const clock = systemClock();
  const now = (): number => clock.now().wall;
  const log = createLog(options.name, clock);
  const file = loadSite(options.config);
  const token = readSecret(file.site.operatorToken, file.path);
  const fleet = openFleet(file.site, token);
  const database = tryDatabase(path.join(options.data, "tandem.db"), log);
  const memory = new SiteMemory(now);
  const context: OperationsContext = {
    site: file.site,
    fleet,
    lab: options.lab ? openLab(path.dirname(file.path), token) : null,
    database,
    actor: { name: "operator", via: "console", role: "operator" },
    plans: new PlanBook(),
    now,
    observe: async () => memory.observations(),
  };
  return start(options, context, memory, fleet, log);
}

/** Without its database the console still shows what is live, and says what is missing. */
function tryDatabase(file: string, log: Log): Database | null {
  try {
    return openDatabase(file);
  } catch (error) {
    log.error(`the database ${file} cannot be opened; records and history are missing`, error);
    return null;
  }
}

async function start(
  options: NodeOptions,
  context: OperationsContext,
  memory: SiteMemory,
  fleet: OpenFleet,
  log: Log,
): Promise<RunningConsole> {
  const startedAt = context.now();
  const broadcast = new Broadcast(startedAt.toString(36));
  const identity = { buildId: "starting", startedAt };
  const builder = new SnapshotBuilder(context, memory, identity);
  const counters = new Counters();
  let wasUp = false;
  let urgentUntil = 0;
  const publish = async (): Promise<void> => {
    try {
      const snapshot = builder.build();
      wasUp ||= isUp(snapshot, options.lab);
      broadcast.publish(snapshot);
    } catch (error) {
      counters.add("snapshot.failed");
      log.error("the snapshot could not be built", error);
    }
  };
  if (context.database) memory.addEvents(await listEvents(context, { limit: 30 }).catch(() => []));
  await builder.refreshReports().catch((error: unknown) => log.error("stored reports do not read", error));
  const poller = new Poller({
    context,
    memory,
    counters,
    onChange: (urgent) => {
      if (urgent) urgentUntil = context.now() + hurryForMs;
      if (urgent) publishing.poke();
    },
    onReport: () => void builder.refreshReports().catch(() => counters.add("snapshot.reports-failed")),
  });
  const publishing = repeat(() => (context.now() < urgentUntil ? liveMs : idleMs), publish);
  const refreshing = repeat(
    () => recordsMs,
    () => builder.refreshRecords().catch(() => counters.add("snapshot.records-failed")),
  );
  const pruning = repeat(
    () => pruneMs,
    () => pruneEvents(context).catch(() => counters.add("prune.failed")),
  );
  const trpc = openTrpcDoor({ operations: hurrying(context, poller), live: broadcast }, (where, error) =>
    log.error(`trpc ${where}`, error),
  );
  const { host, port } = addressOf(context.site);
  const web = await startWebServer(host, port, { context, trpc, log, health: () => health(broadcast.newest, wasUp) });
  const pages = await preparePages(web, log);
  identity.buildId = pages?.buildId ?? "unbuilt";
  const { listening } = web;
  return {
    url: `http://${listening.host}:${listening.port}`,
    close: async () => {
      poller.stop();
      publishing.stop();
      refreshing.stop();
      pruning.stop();
      trpc.close();
      await web.close();
      fleet.close();
      context.database?.close();
    },
  };
}

/** `PORT` wins over the configuration, as `npm start` promises. */
function addressOf(site: Site): { host: string; port: number } {
  const wanted = process.env.PORT;
  return { host: site.console.host, port: wanted !== undefined && /^\d{1,5}$/.test(wanted) ? Number(wanted) : site.console.port };
}

/** A broken build must not take the collector down with it. */
async function preparePages(web: WebServer, log: Log): Promise<Pages | null> {
  try {
    const pages = await openPages(web.listening.host, web.listening.port, web.server);
    web.setPages(pages);
    return pages;
  } catch (error) {
    log.error("the pages could not be prepared", error);
    return null;
  }
}

/** After an order the poller looks closely, so that its effect is on the screen at once. */
function hurrying(context: OperationsContext, poller: Poller): OperationsContext {
  const { lab, fleet } = context;
  const then = async <T>(work: Promise<T>): Promise<T> => {
    const result = await work;
    poller.hurry();
    return result;
  };
  return {
    ...context,
    fleet: { ...fleet, switchover: (node, order) => (order.dryRun ? fleet.switchover(node, order) : then(fleet.switchover(node, order))) },
    lab: lab && {
      status: () => lab.status(),
      act: (action, node) => then(lab.act(action, node)),
      cut: (cut) => then(lab.cut(cut)),
      heal: (cut) => then(lab.heal(cut)),
      traffic: (calls) => then(lab.traffic(calls)),
    },
  };
}
