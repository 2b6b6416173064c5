/**
 * One gateway as a simulated call server works with it, in the steps of a real one (nodes/call-server/gateway-session): audited in the
 * background whoever is in charge; when gained, pointed here, read, adopted, and its hooks asked for.
 */

import type { CallControl } from "../../core/calls/call-control.ts";
import type { AuditedEndpoint, CallEvent } from "../../core/calls/call-event.ts";
import { unsureEndpoints } from "../../core/calls/leg-pair.ts";
import type { Epoch, NodeName } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { AuditClient } from "./audit-client.ts";
import type { Mgcp } from "./mgcp-body.ts";
import type { PlanePorts } from "./plane-ports.ts";

export interface SessionHooks {
  readonly ports: PlanePorts;
  readonly self: NodeName;
  readonly control: CallControl;
  readonly mgcp: Mgcp;
  /** Whether hooks are asked for after a takeover. */
  readonly asksHooks: boolean;
  deliver(event: CallEvent): void;
  after(ms: number, job: () => void): void;
  /** The takeover of this gateway ended, well or not. */
  onSettled(gateway: NodeName, complete: boolean): void;
}

const fullEvery = 6;
const historyMarginMs = 3_000;
const takeoverAttempts = 5;
const connectDeadlineMs = 3_000;
const auditDeadlineMs = 3_000;
const hooksAtOnce = 16;

export class ServerSession {
  readonly gateway: NodeName;
  readonly #hooks: SessionHooks;
  readonly #audits: AuditClient;
  readonly #everyMs: number;
  #epoch: Epoch | null = null;
  #reign = 0;
  #takingOver = false;
  #workedThrough = false;
  #auditing = false;
  #count = 0;

  constructor(gateway: NodeName, hooks: SessionHooks, audits: AuditClient, everyMs: number) {
    this.gateway = gateway;
    this.#hooks = hooks;
    this.#audits = audits;
    this.#everyMs = everyMs;
  }

  get epoch(): Epoch | null {
    return this.#epoch;
  }

  get takingOver(): boolean {
    return this.#takingOver;
  }

  /** Good until the gateway is lost: what was asked before is not repeated when it comes back, because its call may be over. */
  permit(): () => boolean {
    const reign = this.#reign;
    return () => this.#reign === reign && this.#epoch !== null && this.#hooks.ports.commands(this.#hooks.self, this.gateway);
  }

  startAudits(firstAfterMs: number): void {
    this.#hooks.after(firstAfterMs, () => {
      const full = this.#count % fullEvery === 0;
      this.#count += 1;
      if (!this.#takingOver && !this.#auditing) this.#audit(full);
      this.startAudits(this.#everyMs);
    });
  }

  gained(epoch: Epoch, silentSince: WallTime): void {
    this.#epoch = epoch;
    this.#reign += 1;
    this.#takingOver = true;
    this.#workedThrough = false;
    this.#hooks.deliver({ kind: "gateway-gained", gateway: this.gateway, adopt: true, silentSince });
    this.#takeOver(this.#reign, silentSince);
  }

  /** Returns whether it had been read to the end since it was gained. */
  lost(): boolean {
    this.#epoch = null;
    this.#reign += 1;
    this.#takingOver = false;
    this.#hooks.deliver({ kind: "gateway-lost", gateway: this.gateway });
    return this.#workedThrough;
  }

  /** As if it had been audited just now. */
  auditedAlready(): void {
    this.#audits.readAlready((poll) => this.#hooks.deliver({ kind: "poll-finished", poll }));
  }

  readHistory(since: WallTime, done: (complete: boolean) => void = () => {}): void {
    const startedAt = this.#hooks.ports.now(this.#hooks.self).mono;
    this.#audits.history(since, ({ rows, complete }) => {
      this.#hooks.deliver({ kind: "history-read", gateway: this.gateway, rows, complete, startedAt });
      done(complete);
    });
  }

  #audit(full: boolean): void {
    this.#auditing = true;
    this.#audits.audit(
      full,
      () => {},
      (poll) => {
        this.#auditing = false;
        this.#hooks.deliver({ kind: "poll-finished", poll });
      },
    );
  }

  #takeOver(reign: number, silentSince: WallTime): void {
    const mine = (): boolean => this.#reign === reign;
    const results: boolean[] = [];
    const part = (ok: boolean): void => {
      results.push(ok);
      if (results.length < 3 || !mine()) return;
      const complete = results.every(Boolean);
      this.#workedThrough = complete;
      this.#hooks.deliver({ kind: "gateway-audited", gateway: this.gateway, complete });
      this.#takingOver = false;
      this.#hooks.onSettled(this.gateway, complete);
      if (this.#hooks.asksHooks) this.#auditHooks(mine);
    };
    this.#connect(mine, takeoverAttempts, part);
    this.#auditActive(mine, takeoverAttempts, part);
    this.#auditHistory(mine, takeoverAttempts, silentSince - historyMarginMs, part);
  }

  #connect(mine: () => boolean, attempts: number, done: (ok: boolean) => void): void {
    if (!mine() || attempts === 0) {
      done(false);
      return;
    }
    const options = {
      epoch: this.#epoch?.number ?? 0,
      permit: this.permit(),
      deadlineMs: connectDeadlineMs,
      body: () => ({ kind: "point" as const }),
    };
    this.#hooks.mgcp.ask(this.gateway, options, (outcome) => {
      if (outcome.kind === "answered" && outcome.answer.code < 300) done(true);
      // A refusal comes at once: the real loop would not spin faster than the network either.
      else this.#hooks.after(1, () => this.#connect(mine, attempts - 1, done));
    });
  }

  #auditActive(mine: () => boolean, attempts: number, done: (ok: boolean) => void): void {
    if (!mine() || attempts === 0) {
      done(false);
      return;
    }
    const { deliver, control, ports, self } = this.#hooks;
    const startedAt = ports.now(self).mono;
    this.#audits.audit(
      attempts !== takeoverAttempts,
      (rows) => {
        if (mine()) deliver({ kind: "rows-seen", gateway: this.gateway, startedAt, rows });
      },
      (poll) => {
        if (!mine()) {
          done(false);
          return;
        }
        deliver({ kind: "poll-finished", poll });
        const complete = poll.failure === null && poll.uptimeAfter !== null && poll.columns.every((column) => column.reachedEnd);
        if (complete && control.freshness(this.gateway).state === "complete") this.#auditUnsure(mine, () => done(true));
        else this.#auditActive(mine, attempts - 1, done);
      },
    );
  }

  #auditHistory(mine: () => boolean, attempts: number, since: WallTime, done: (ok: boolean) => void): void {
    if (!mine() || attempts === 0) {
      done(false);
      return;
    }
    this.readHistory(since, (complete) => {
      if (complete) done(true);
      else this.#auditHistory(mine, attempts - 1, since, done);
    });
  }

  /** Who hung up just before the controller before died is betrayed by the hook alone. */
  #auditHooks(mine: () => boolean): void {
    const { connections, endpoints } = this.#hooks.control.state;
    const rows = [...connections.ofGateway(this.gateway).values()];
    const lines = endpoints.ofGateway(this.gateway).filter((row) => row.kind === "line");
    const named = new Set([...rows.flatMap((row) => row.endpoint ?? []), ...lines.map((row) => row.endpoint)]);
    this.#auditSome(mine, [...named], 0, () => {});
  }

  /** Which of several channels that were tried is the call's. */
  #auditUnsure(mine: () => boolean, done: () => void): void {
    this.#auditSome(mine, unsureEndpoints(this.#hooks.control.state, this.gateway), 0, done);
  }

  #auditSome(mine: () => boolean, endpoints: readonly string[], from: number, done: () => void): void {
    if (from >= endpoints.length || !mine()) {
      done();
      return;
    }
    const some = endpoints.slice(from, from + hooksAtOnce);
    const told: AuditedEndpoint[] = [];
    const startedAt = this.#hooks.ports.now(this.#hooks.self).mono;
    let left = some.length;
    const one = (audited: AuditedEndpoint | null): void => {
      if (audited !== null) told.push(audited);
      left -= 1;
      if (left > 0) return;
      if (mine()) this.#hooks.deliver({ kind: "endpoints-audited", gateway: this.gateway, startedAt, endpoints: told });
      this.#auditSome(mine, endpoints, from + hooksAtOnce, done);
    };
    for (const endpoint of some) this.#auditEndpoint(endpoint, one);
  }

  #auditEndpoint(endpoint: string, done: (audited: AuditedEndpoint | null) => void): void {
    const { mgcp } = this.#hooks;
    const asked = { deadlineMs: auditDeadlineMs, body: () => ({ kind: "audit-endpoint" as const, endpoint }) };
    mgcp.ask(this.gateway, asked, (outcome) => {
      const found = outcome.kind === "answered" ? outcome.answer.endpoint : undefined;
      if (found === undefined) {
        done(null);
        return;
      }
      const connections: AuditedEndpoint["connections"][number][] = [];
      let left = found.connectionIds.length;
      // A connection that went meanwhile may have taken the hook's state with it.
      let offHook: boolean | null = found.offHook;
      if (left === 0) done({ endpoint, offHook, connections });
      for (const connectionId of found.connectionIds) {
        const body = () => ({ kind: "audit-connection" as const, connectionId });
        mgcp.ask(this.gateway, { deadlineMs: auditDeadlineMs, body }, (answer) => {
          const connection = answer.kind === "answered" ? answer.answer.connection : undefined;
          if (connection !== undefined) connections.push(connection);
          else if (answer.kind === "answered") offHook = null;
          left -= 1;
          if (left === 0) done({ endpoint, offHook, connections });
        });
      }
    });
  }
}
