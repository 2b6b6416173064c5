/**
 * One gateway as this call server works with it: audited in the background whoever is in charge (A1, A6),
 * and taken over when this server owns it: point it here, read what is active and what ended, adopt, go on.
 * In a cold takeover it is reset first, so that nothing is active.
 */

import type { AuditedEndpoint } from "../../core/calls/call-event.ts";
import type { Connection } from "../../core/calls/connection.ts";
import { unsureEndpoints } from "../../core/calls/leg-pair.ts";
import type { Epoch } from "../../core/identity.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { WallTime } from "../../core/time.ts";
import type { GatewayStage } from "../../core/timeline/failover-log.ts";
import type { AuditMode, AuditOptions, AuditResult } from "../../drivers/auditor.ts";
import type { CommandAuthority, ConnectionAudit, GatewayDriver } from "../../drivers/gateway-driver.ts";
import type { TandemNode } from "../node.ts";
import { activePollOf } from "./active-poll.ts";
import type { CallHost } from "./call-host.ts";

export interface SessionHooks {
  /** Whether this server may command the gateway at this moment. */
  permit(): boolean;
  onStage(stage: GatewayStage, detail: { connections?: number; calls?: number; note?: string }): void;
  /** It was reset: these calls had a connection there, as far as this server's audits knew. */
  onReset(callIds: readonly string[]): void;
  /** The takeover of this gateway ended, well or not. */
  onSettled(): void;
}

/** Calls that ended this long before the old owner fell silent may still lack their record, ms. */
const historyMarginMs = 3_000;
const takeoverAttempts = 5;
const connectDeadlineMs = 3_000;
/** Endpoints audited by MGCP in one go; the rest waits for the next audit. */
const endpointsAtOnce = 2_000;
/** Few at a time after a takeover: commands for calls go first. */
const hooksAtOnce = 16;

export class GatewaySession {
  readonly spec: GatewaySpec;
  readonly #node: TandemNode;
  readonly #driver: GatewayDriver;
  readonly #calls: CallHost;
  readonly #hooks: SessionHooks;
  #epoch: Epoch | null = null;
  /** Rises when the gateway is gained or lost: work begun under an earlier number is not ours any more. */
  #reign = 0;
  #takingOver = false;
  #workedThrough = false;
  /** A reset is under way; what an audit found before it was done is about to end. */
  #resetting = false;
  #resets = 0;
  #auditing = false;
  /** The takeover under way, or the last one. */
  #takeover: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(spec: GatewaySpec, node: TandemNode, driver: GatewayDriver, calls: CallHost, hooks: SessionHooks) {
    this.spec = spec;
    this.#node = node;
    this.#driver = driver;
    this.#calls = calls;
    this.#hooks = hooks;
  }

  get driver(): GatewayDriver {
    return this.#driver;
  }

  get owned(): boolean {
    return this.#epoch !== null;
  }

  get takingOver(): boolean {
    return this.#takingOver;
  }

  get auditing(): boolean {
    return this.#auditing;
  }

  authority(): CommandAuthority {
    // What was asked before the gateway was lost is not repeated when it comes back: its call may be over.
    const reign = this.#reign;
    return { epoch: this.#epoch?.number ?? 0, permit: () => this.#reign === reign && this.owned && this.#hooks.permit() };
  }

  /**
   * @param silentSince until when it was surely looked after; null where nobody knows
   * @param heardAt when its controller before was last heard, if at all
   * @param reset cold standby: drop its calls before anything is adopted
   */
  gained(epoch: Epoch, silentSince: WallTime | null, heardAt: WallTime | null, reset: boolean): void {
    this.#epoch = epoch;
    this.#reign += 1;
    this.#takingOver = true;
    this.#workedThrough = false;
    this.#resetting = reset;
    this.#calls.deliver({ kind: "gateway-gained", gateway: this.spec.name, adopt: true, silentSince, heardAt });
    this.#takeover = this.#takeOver(this.#reign, silentSince, reset);
  }

  /** Returns whether it had been read to the end since it was gained. */
  lost(): boolean {
    this.#epoch = null;
    this.#reign += 1;
    this.#takingOver = false;
    this.#resetting = false;
    this.#calls.deliver({ kind: "gateway-lost", gateway: this.spec.name });
    return this.#workedThrough;
  }

  close(): void {
    this.#closed = true;
    this.#driver.close();
  }

  /**
   * An audit in the background. While the gateway is taken over, that reads it: the audit waits for its end.
   * @returns null where there was none, because one is under way already, or this server closes
   */
  async audit(mode: AuditMode, options: AuditOptions = {}): Promise<AuditResult | null> {
    if (this.#takingOver) await this.#takeover;
    if (this.#auditing || this.#closed) return null;
    this.#auditing = true;
    const resets = this.#resets;
    const stands = (): boolean => !this.#closed && !this.#resetting && this.#resets === resets;
    try {
      const result = await this.#driver.auditor.audit(mode, options);
      if (!stands()) return result;
      this.#calls.deliver({ kind: "poll-finished", poll: activePollOf(this.spec.name, result) });
      await this.#auditUnknown(stands);
      // So that a takeover need not first look for where the wanted history begins.
      if (!this.owned) await this.#driver.auditor.audit("history", { endedSince: this.#node.clock.now().wall - historyMarginMs });
      return result;
    } finally {
      this.#auditing = false;
    }
  }

  async readHistory(since: WallTime): Promise<boolean> {
    const result = await this.#driver.auditor.audit("history", { endedSince: since });
    if (this.#closed) return false;
    const { ended: rows, complete, startedAt } = result;
    this.#calls.deliver({ kind: "history-read", gateway: this.spec.name, rows, complete, startedAt: startedAt.mono });
    return result.complete;
  }

  /** The longest silence that a receiver of an adopted call met lately, ms; null where none of them can say. */
  async recentSilence(): Promise<number | null> {
    const { state } = this.#calls.control;
    const streams = [...state.connections.ofGateway(this.spec.name).values()].flatMap(({ callId, endpoint, connectionId }) => {
      const call = callId === null ? null : state.get(callId);
      return endpoint !== null && connectionId !== null && call?.origin === "adopted" && call.stage === "talking"
        ? [{ endpoint, connectionId }]
        : [];
    });
    let longest: number | null = null;
    for (let from = 0; from < Math.min(streams.length, endpointsAtOnce) && this.owned; from += hooksAtOnce) {
      const told = await this.#driver.auditConnections(streams.slice(from, from + hooksAtOnce));
      for (const { recentSilenceMs } of told) if (recentSilenceMs !== null) longest = Math.max(longest ?? 0, recentSilenceMs);
    }
    return longest;
  }

  async #takeOver(reign: number, silentSince: WallTime | null, reset: boolean): Promise<void> {
    const stillMine = (): boolean => this.#reign === reign && !this.#closed;
    try {
      const ready = !reset || (await this.#reset(stillMine));
      if (reset && stillMine()) {
        this.#resetting = false;
        this.#resets += 1;
      }
      const [connected, audited, historyRead] = await Promise.all([
        ready && (reset || this.#connect(stillMine)),
        this.#auditActive(stillMine),
        this.#auditHistory(stillMine, silentSince),
      ]);
      if (!stillMine()) return;
      const complete = connected && audited && historyRead;
      this.#workedThrough = complete;
      this.#calls.deliver({ kind: "gateway-audited", gateway: this.spec.name, complete });
      const { connections } = this.#calls.control.state;
      const calls = new Set([...connections.ofGateway(this.spec.name).values()].map((row) => row.callId)).size;
      this.#hooks.onStage(complete ? "adopted" : "failed", { connections: connections.countOf(this.spec.name), calls });
    } catch (error) {
      this.#node.log.error(`takeover of ${this.spec.name} failed`, error);
      this.#hooks.onStage("failed", { note: "unexpected error; see the log" });
    }
    if (!stillMine()) return;
    this.#takingOver = false;
    this.#hooks.onSettled();
    await this.#auditHooks(stillMine);
  }

  /** Points the gateway here; until it obeys, or is not ours any more. */
  async #connect(stillMine: () => boolean): Promise<boolean> {
    for (let attempt = 0; attempt < takeoverAttempts && stillMine(); attempt += 1) {
      const result = await this.#driver.connect({ ...this.authority(), deadlineMs: connectDeadlineMs });
      if (!stillMine()) return false;
      if (result.kind === "connected") {
        this.#hooks.onStage("connected", {});
        return true;
      }
      this.#hooks.onStage("connected", { note: result.kind === "refused" ? `refused: ${result.code} ${result.comment}` : result.reason });
    }
    return false;
  }

  /** Drops every connection and watches every endpoint anew: a reset connects as well. */
  async #reset(stillMine: () => boolean): Promise<boolean> {
    const rows = [...this.#calls.control.state.connections.ofGateway(this.spec.name).values()];
    for (let attempt = 0; attempt < takeoverAttempts && stillMine(); attempt += 1) {
      const result = await this.#driver.reset(null, { ...this.authority(), deadlineMs: connectDeadlineMs });
      if (!stillMine()) return false;
      if (result.kind === "connected") {
        const calls = new Set(rows.flatMap((row) => row.callId ?? []));
        this.#hooks.onStage("connected", {});
        this.#hooks.onReset([...calls]);
        return true;
      }
      this.#hooks.onStage("connected", { note: result.kind === "refused" ? `refused: ${result.code} ${result.comment}` : result.reason });
    }
    return false;
  }

  async #auditActive(stillMine: () => boolean): Promise<boolean> {
    for (let attempt = 0; attempt < takeoverAttempts && stillMine(); attempt += 1) {
      // A first contact reads everything; later ones only what is new, and that the rest still stands.
      const startedAt = this.#node.clock.now().mono;
      const onRows = (rows: readonly Connection[]): void => {
        if (stillMine()) this.#calls.deliver({ kind: "rows-seen", gateway: this.spec.name, startedAt, rows });
      };
      const result = await this.#driver.auditor.audit(attempt === 0 ? "liveness" : "full", { onRows });
      if (!stillMine()) return false;
      this.#calls.deliver({ kind: "poll-finished", poll: activePollOf(this.spec.name, result) });
      await this.#auditUnknown(() => !this.#closed, unsureEndpoints(this.#calls.control.state, this.spec.name));
      if (!stillMine()) return false;
      if (result.complete) {
        this.#hooks.onStage("audited", { connections: result.rows.length });
        return true;
      }
      this.#hooks.onStage("audited", { note: result.incompleteBecause ?? "incomplete" });
    }
    return false;
  }

  async #auditHistory(stillMine: () => boolean, silentSince: WallTime | null): Promise<boolean> {
    const since = silentSince === null ? this.#node.startedAt : silentSince - historyMarginMs;
    for (let attempt = 0; attempt < takeoverAttempts && stillMine(); attempt += 1) {
      if (await this.readHistory(since)) {
        this.#hooks.onStage("history", {});
        return true;
      }
    }
    return false;
  }

  /**
   * A party may have hung up, or lifted its receiver, just before the old owner died, which had acknowledged it: nobody will report
   * it again. Only the hook states (AUEP, ES) tell. Lines are all asked; of the many trunk channels those that carry a connection,
   * since a channel that was only seized is cleared by the network's own timers.
   */
  async #auditHooks(stillMine: () => boolean): Promise<void> {
    const { connections, endpoints: table } = this.#calls.control.state;
    const rows = [...connections.ofGateway(this.spec.name).values()];
    const lines = table.ofGateway(this.spec.name).filter((row) => row.kind === "line");
    const named = [...rows.flatMap((row) => row.endpoint ?? []), ...lines.map((row) => row.endpoint)];
    const endpoints = [...new Set(named)].slice(0, endpointsAtOnce);
    for (let from = 0; from < endpoints.length && stillMine(); from += hooksAtOnce) {
      const startedAt = this.#node.clock.now().mono;
      const told = await this.#auditEndpoints(endpoints.slice(from, from + hooksAtOnce));
      if (stillMine()) this.#calls.deliver({ kind: "endpoints-audited", gateway: this.spec.name, startedAt, endpoints: told });
    }
  }

  /**
   * Connection ids and call ids come from MGCP: asked once for each connection that signalling did not tell.
   * @param unsure endpoints whose connection's address is wanted as well
   */
  async #auditUnknown(stands: () => boolean, unsure: readonly string[] = []): Promise<void> {
    const { state } = this.#calls.control;
    const rows = [...state.connections.ofGateway(this.spec.name).values()];
    const unknown = rows.filter(
      (row) => row.endpoint !== null && row.connectionId === null && (row.callId === null || state.get(row.callId) === null),
    );
    const named = [...unsure, ...unknown.map((row) => row.endpoint as string)];
    const endpoints = [...new Set(named)].slice(0, endpointsAtOnce);
    if (endpoints.length === 0) return;
    const startedAt = this.#node.clock.now().mono;
    const told = await this.#auditEndpoints(endpoints);
    if (!stands()) return;
    this.#calls.deliver({ kind: "endpoints-audited", gateway: this.spec.name, startedAt, endpoints: told });
  }

  async #auditEndpoints(endpoints: readonly string[]): Promise<AuditedEndpoint[]> {
    const audited = (await this.#driver.auditEndpoints(endpoints)).filter((one) => one.state === "known");
    const wanted = audited.flatMap((one) => one.connectionIds.map((connectionId) => ({ endpoint: one.endpoint, connectionId })));
    const told = await this.#driver.auditConnections(wanted);
    const byEndpoint = new Map<string, ConnectionAudit[]>();
    for (const one of told) byEndpoint.set(one.endpoint, [...(byEndpoint.get(one.endpoint) ?? []), one]);
    return audited.map(({ endpoint, offHook }) => {
      const there = byEndpoint.get(endpoint) ?? [];
      // A connection that went meanwhile may have taken the hook's state with it.
      const went = there.some((one) => one.state === "gone");
      return { endpoint, offHook: went ? null : offHook, connections: there.filter((one) => one.state === "known") };
    });
  }
}

/** The longest silence that a receiver of an adopted call met lately at any of them, ms; null where none can say. */
export async function longestSilence(sessions: Iterable<GatewaySession>): Promise<number | null> {
  const told = await Promise.all([...sessions].map((session) => session.recentSilence()));
  const known = told.filter((silenceMs) => silenceMs !== null);
  return known.length === 0 ? null : Math.max(...known);
}
