/** Builds the snapshot that every page lives on, from the console's memory and what it read from the database. */
import type { WallTime } from "../../core/time.ts";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";
import { completeTo } from "../../operations/complete-to.ts";
import type { ConsoleSnapshot } from "../../operations/console-view.ts";
import type { OperationsContext } from "../../operations/context.ts";
import { failoverTotalMs, summarize } from "../../operations/failover-sentence.ts";
import { freshServers } from "../../operations/node-state.ts";
import { recentReports } from "../../operations/recent-reports.ts";
import { viewSite } from "../../operations/site-view.ts";
import { storedCount } from "../../operations/stored-count.ts";
import { judgeSurvivability } from "../../operations/survivability.ts";
import { judgeSite } from "../../operations/verdict.ts";
import type { SiteMemory } from "./site-memory.ts";

/** Runs from which the expected duration of a failover is told. */
const predictFrom = 50;

export interface SnapshotIdentity {
  readonly buildId: string;
  readonly startedAt: WallTime;
}

export class SnapshotBuilder {
  readonly #context: OperationsContext;
  readonly #memory: SiteMemory;
  readonly #identity: SnapshotIdentity;
  #remembered: FailoverReport | null = null;
  #pastMs: readonly number[] = [];
  #records: ConsoleSnapshot["records"] = { stored: 0, completeTo: null, waiting: 0 };
  #sequence = 0;

  constructor(context: OperationsContext, memory: SiteMemory, identity: SnapshotIdentity) {
    this.#context = context;
    this.#memory = memory;
    this.#identity = identity;
  }

  /** After a report was stored. Without a database both stay as they are: unknown. */
  async refreshReports(): Promise<void> {
    const reports = await recentReports(this.#context, predictFrom);
    this.#remembered = reports.find((report) => report.state !== "abandoned") ?? null;
    this.#pastMs = reports
      .filter((report) => report.kind === "failover" && report.cause !== "operator-forced" && report.state === "done")
      .flatMap((report) => failoverTotalMs(report) ?? []);
  }

  async refreshRecords(): Promise<void> {
    const waiting = freshServers(this.#memory.observations()).reduce((sum, server) => sum + server.outbox.pending, 0);
    this.#records = { stored: await storedCount(this.#context), completeTo: await completeTo(this.#context), waiting };
  }

  build(): ConsoleSnapshot {
    const { site } = this.#context;
    const observations = this.#memory.observations();
    const now = observations.at;
    const view = viewSite(site, observations, this.#remembered);
    this.#memory.addCalls(view.calls);
    this.#sequence += 1;
    const { keepaliveMs, missLimit, promiseMs, leaseMs } = site.timers;
    return {
      sequence: this.#sequence,
      at: now,
      site: site.site,
      cluster: site.cluster,
      consoleStartedAt: this.#identity.startedAt,
      buildId: this.#identity.buildId,
      timers: { keepaliveMs, missLimit, promiseMs, leaseMs },
      ...view,
      failoverSummary: view.failover === null ? null : summarize(view.failover),
      // The newest report travels once, as `failover`; each server's own copy would triple the snapshot.
      servers: view.servers.map((server) => (server.status ? { ...server, status: { ...server.status, failover: null } } : server)),
      callsHistory: this.#memory.curve,
      verdict: judgeSite(view, now),
      survivability: judgeSurvivability(site, view, this.#pastMs, now),
      strips: this.#memory.strips,
      events: this.#memory.events,
      records: this.#records,
      lab: observations.lab,
    };
  }
}
