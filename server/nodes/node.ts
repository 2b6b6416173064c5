/**
 * What call servers, gateways and witnesses have in common as processes: configuration, clocks, boot id, journal, counters, faults, and the
 * part of the status that every node shows. Opened first, closed last.
 */
import { mkdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { BootId, NodeName } from "../core/identity.ts";
import type { SecretRef } from "../core/site/secret-ref.ts";
import type { Site } from "../core/site/site.ts";
import type { NodeStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import { nextBootId } from "../runtime/boot-id.ts";
import { type Clock, systemClock } from "../runtime/clock.ts";
import { Counters } from "../runtime/counters.ts";
import { FaultTable } from "../runtime/faults.ts";
import { type Journal, openJournal } from "../runtime/journal.ts";
import { createLinkKeys, type LinkKeys } from "../runtime/keys.ts";
import { createLog, type Log } from "../runtime/log.ts";
import { loadSite, readSecret } from "../runtime/site-file.ts";
import { raisePriority, startWatchdog, type Watchdog } from "../runtime/watchdog.ts";
import type { NodeOptions } from "./node-options.ts";

export interface TandemNode {
  readonly name: NodeName;
  readonly options: NodeOptions;
  readonly site: Site;
  readonly token: string;
  readonly keys: LinkKeys;
  /** What a reference of the site's file stands for; throws where it cannot be read. */
  secret(reference: SecretRef): string;
  /** A path of the site's file, which is relative to the file. */
  beside(path: string): string;
  readonly clock: Clock;
  readonly boot: BootId;
  readonly startedAt: WallTime;
  readonly counters: Counters;
  readonly faults: FaultTable;
  readonly journal: Journal;
  readonly log: Log;
  readonly watchdog: Watchdog;
  close(): void;
}

/** A gateway keeps little in memory: older events are read from its disk. */
const eventsInMemory = 1_000;

export function openNode(options: NodeOptions): TandemNode {
  const { name } = options;
  const { site, path } = loadSite(options.config);
  mkdirSync(options.data, { recursive: true });
  const clock = systemClock();
  const startedAt = clock.now().wall;
  const boot = nextBootId(join(options.data, "boot-id"), startedAt);
  const counters = new Counters();
  const watchdog = startWatchdog(site.timers);
  raisePriority();
  const journal = openJournal({ folder: options.data, node: name, boot, clock, counters, inMemory: eventsInMemory });
  return {
    name,
    options,
    site,
    token: readSecret(site.operatorToken, path),
    secret: (reference) => readSecret(reference, path, 1),
    beside: (relative) => resolve(dirname(path), relative),
    keys: createLinkKeys(site.keys.map((key) => ({ id: key.id, secret: readSecret(key.secret, path) }))),
    clock,
    boot,
    startedAt,
    counters,
    faults: new FaultTable(),
    journal,
    log: createLog(name, clock),
    watchdog,
    close() {
      watchdog.close();
      journal.close();
    },
  };
}

type Common = Pick<
  NodeStatus,
  | "name"
  | "pid"
  | "boot"
  | "startedAt"
  | "at"
  | "configVersion"
  | "softwareVersion"
  | "lastEventSequence"
  | "loopDelayMs"
  | "starved"
  | "counters"
  | "cuts"
>;

export function commonStatus(node: TandemNode): Common {
  return {
    name: node.name,
    pid: process.pid,
    boot: node.boot,
    startedAt: node.startedAt,
    at: node.clock.now().wall,
    configVersion: node.site.version,
    softwareVersion: softwareVersion(),
    lastEventSequence: node.journal.last,
    loopDelayMs: node.watchdog.loopDelay(),
    starved: node.watchdog.starved(),
    counters: node.counters.snapshot(),
    cuts: node.faults.cuts(),
  };
}

let version: string | null = null;

/** From the package's own description; two levels up in the sources, three in the build. */
export function softwareVersion(): string {
  if (version !== null) return version;
  for (const up of ["../../package.json", "../../../package.json"]) {
    try {
      const parsed = JSON.parse(readFileSync(new URL(up, import.meta.url), "utf8")) as { name?: string; version?: string };
      if (parsed.name === "tandem" && parsed.version !== undefined) version = parsed.version;
    } catch {
      // Not there; the next one may be.
    }
  }
  version ??= "unknown";
  return version;
}
