/**
 * Follows every node of the site: its status all the time, and whatever the status says is new (events, records, reports).
 * A node that is down costs one attempt each period; one node's trouble never delays another's.
 */
import type { NodeName } from "../../core/identity.ts";
import type { NodeStatus, ServerStatus } from "../../core/status/node-status.ts";
import { auditSchedule } from "../../operations/audit-schedule.ts";
import { collectEventsFrom } from "../../operations/collect-events.ts";
import { collectFailoversFrom, reportVersion, storeReport } from "../../operations/collect-failovers.ts";
import { collectRecordsFrom } from "../../operations/collect-records.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { nodeNames } from "../../operations/observations.ts";
import type { Counters } from "../../runtime/counters.ts";
import { type Repeating, repeat } from "./repeating.ts";
import type { SiteMemory } from "./site-memory.ts";

const statusMs = 400;
const hurriedMs = 150;
const hurryForMs = 5000;
const stripsMs = 2000;
const labMs = 1000;

/** Even where the status says that nothing is new, the outbox is read now and then. */
const recordsAtLeastMs = 5000;

export interface PollerOptions {
  readonly context: OperationsContext;
  readonly memory: SiteMemory;
  readonly counters: Counters;
  /** Something was learnt; `urgent` where people wait for it. */
  onChange(urgent: boolean): void;
  onReport(): void;
}

interface Followed {
  readonly name: NodeName;
  readonly busy: Set<string>;
  eventsThrough: number;
  recordsAt: number;
  reportSeen: string | null;
  shape: string;
}

export class Poller {
  readonly #options: PollerOptions;
  readonly #tasks: Repeating[] = [];
  readonly #servers: ReadonlySet<NodeName>;
  #hurryUntil = 0;

  constructor(options: PollerOptions) {
    this.#options = options;
    const { context } = options;
    this.#servers = new Set(context.site.servers.map((server) => server.name));
    for (const name of nodeNames(context.site)) {
      const node: Followed = { name, busy: new Set(), eventsThrough: 0, recordsAt: 0, reportSeen: null, shape: "" };
      this.#tasks.push(
        repeat(
          () => this.#pauseMs(),
          () => this.#follow(node),
        ),
      );
    }
    for (const name of this.#servers)
      this.#tasks.push(
        repeat(
          () => stripsMs,
          () => this.#readStrips(name),
        ),
      );
    if (context.lab)
      this.#tasks.push(
        repeat(
          () => Math.min(labMs, 2 * this.#pauseMs()),
          () => this.#readLab(),
        ),
      );
  }

  /** Somebody has just ordered something: look closely for a while. */
  hurry(): void {
    this.#hurryUntil = this.#options.context.now() + hurryForMs;
    for (const task of this.#tasks) task.poke();
  }

  stop(): void {
    for (const task of this.#tasks) task.stop();
  }

  #pauseMs(): number {
    return this.#options.context.now() < this.#hurryUntil ? hurriedMs : statusMs;
  }

  async #follow(node: Followed): Promise<void> {
    const { context, memory, counters } = this.#options;
    try {
      const status = await context.fleet.status(node.name);
      memory.observed(node.name, status);
      this.#notice(node, shapeOf(status));
      this.#collect(node, status);
    } catch (error) {
      memory.failed(node.name, error);
      counters.add(`poll.${memory.of(node.name).failure ?? "failed"}`);
      this.#notice(node, `failed ${memory.of(node.name).failure}`);
    }
  }

  #notice(node: Followed, shape: string): void {
    const changed = node.shape !== shape;
    node.shape = shape;
    if (changed) this.#hurryUntil = this.#options.context.now() + hurryForMs;
    this.#options.onChange(changed);
  }

  #collect(node: Followed, status: NodeStatus): void {
    const { context, memory } = this.#options;
    if (!context.database) return;
    if (status.lastEventSequence !== node.eventsThrough) {
      this.#once(node, "events", async () => {
        const events = await collectEventsFrom(context, node.name);
        memory.addEvents(events);
        await auditSchedule(context, events);
        node.eventsThrough = events[events.length - 1]?.sequence ?? status.lastEventSequence;
      });
    }
    if (status.kind === "call-server") this.#collectFromServer(node, status);
  }

  #collectFromServer(node: Followed, status: ServerStatus): void {
    const { context } = this.#options;
    const now = context.now();
    if (status.outbox.pending > 0 || now - node.recordsAt > recordsAtLeastMs) {
      this.#once(node, "records", async () => {
        await collectRecordsFrom(context, node.name);
        node.recordsAt = now;
      });
    }
    const version = status.failover === null ? "none" : reportVersion(status.failover);
    if (version !== node.reportSeen) {
      this.#once(node, "reports", async () => {
        if (node.reportSeen === null || (status.failover && !node.reportSeen.startsWith(`${status.failover.id}|`))) {
          await collectFailoversFrom(context, node.name);
        }
        if (status.failover) await storeReport(context, status.failover);
        node.reportSeen = version;
        this.#options.onReport();
      });
    }
  }

  async #readStrips(name: NodeName): Promise<void> {
    const { context, memory, counters } = this.#options;
    try {
      memory.setStrips(name, await context.fleet.strips(name));
    } catch {
      counters.add("poll.strips-failed");
    }
  }

  async #readLab(): Promise<void> {
    const { context, memory, counters } = this.#options;
    try {
      if (context.lab) memory.labSeen(await context.lab.status());
    } catch {
      counters.add("poll.lab-failed");
    }
  }

  /** Beside the status loop, at most one of a kind per node; what fails is tried again with the next status. */
  #once(node: Followed, kind: string, task: () => Promise<void>): void {
    if (node.busy.has(kind)) return;
    node.busy.add(kind);
    task()
      .catch(() => this.#options.counters.add(`collect.${kind}-failed`))
      .finally(() => node.busy.delete(kind));
  }
}

/** What people would call a change: not the ages, not the counters. */
function shapeOf(status: NodeStatus): string {
  const common = [status.boot, status.epoch.number, status.epoch.server, status.state];
  if (status.kind !== "call-server") return [...common, status.owner].join(" ");
  const report = status.failover;
  return [...common, status.role, status.readiness.ready, report?.id, report?.state, report?.steps.length].join(" ");
}
