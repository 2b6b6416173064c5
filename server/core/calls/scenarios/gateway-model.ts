/**
 * A gateway as the scenarios need it: connections, parties, an active table, a history, and a queue of events while nobody is in control.
 * It is the test's own idea of a gateway, written from RFC 3435 and the engine's published rules, not from the engine.
 */
import type { AuditedEndpoint } from "../call-event.ts";
import type { ActivePoll } from "../complete-poll.ts";
import type { Connection, EndedConnection } from "../connection.ts";
import type { ObservedEvent } from "../endpoint-event.ts";
import type { CommandResult, ConnectionMode, GatewayCommand } from "../gateway-command.ts";
import type { EndpointSpec } from "../numbering.ts";

export interface ModelConnection {
  readonly connectionId: string;
  readonly callId: string;
  readonly endpoint: EndpointSpec;
  setupAt: number;
  readonly index: number;
  mode: ConnectionMode;
  called: boolean;
  peerNumber: string | null;
  remoteAddress: string | null;
  connectAt: number | null;
}

export class GatewayModel {
  readonly name: string;
  readonly connections = new Map<string, ModelConnection>();
  history: EndedConnection[] = [];
  readonly offHook = new Set<string>();
  /** Its SNMP rows tell the endpoint and the connection. */
  namesEndpoints = false;
  /** Channels that the network holds. */
  readonly held = new Set<string>();
  readonly dialled = new Map<string, string>();
  bootedAt = 0;
  refuseNext: number | "time-out" | "lost" | null = null;
  #made = 0;
  readonly #specs: ReadonlyMap<string, EndpointSpec>;
  readonly clockErrorMs = 10;

  constructor(name: string, specs: readonly EndpointSpec[]) {
    this.name = name;
    this.#specs = new Map(specs.filter((spec) => spec.gateway === name).map((spec) => [spec.endpoint, spec]));
  }

  connectionAt(endpoint: string): ModelConnection | null {
    for (const connection of this.connections.values()) if (connection.endpoint.endpoint === endpoint) return connection;
    return null;
  }

  perform(command: GatewayCommand, at: number): CommandResult {
    const { commandId } = command;
    if (command.request?.signals.some((signal) => signal.kind === "release")) this.held.delete(command.endpoint);
    const failure = this.refuseNext;
    if (failure !== null && failure !== "lost" && command.kind !== "request-notification") {
      this.refuseNext = null;
      if (failure === "time-out") return { kind: "timed-out", commandId };
      return { kind: "refused", commandId, code: failure, comment: "as told" };
    }
    const done = { kind: "done", commandId, connectionId: null, localAddress: null, media: null } as const;
    switch (command.kind) {
      case "request-notification":
        return done;
      case "create-connection": {
        const seizure = command.request?.signals.find((signal) => signal.kind === "seizure");
        const ringing = command.request?.signals.find((signal) => signal.kind === "ringing");
        if (seizure && this.connectionAt(command.endpoint)) return { kind: "refused", commandId, code: 400, comment: "seized already" };
        if (ringing && this.offHook.has(command.endpoint)) return { kind: "refused", commandId, code: 401, comment: "off hook" };
        this.#made += 1;
        const connection: ModelConnection = {
          connectionId: `${this.name}-${this.#made}`,
          callId: command.callId,
          endpoint: this.#specs.get(command.endpoint)!,
          setupAt: at,
          index: this.#made,
          mode: command.mode,
          called: seizure !== undefined || ringing !== undefined,
          peerNumber: ringing?.kind === "ringing" ? ringing.callingNumber : (this.dialled.get(command.endpoint) ?? null),
          remoteAddress: command.remoteAddress,
          connectAt: null,
        };
        this.connections.set(connection.connectionId, connection);
        if (seizure) this.held.add(command.endpoint);
        return { ...done, connectionId: connection.connectionId, localAddress: `${this.name}:${16382 + 2 * this.#made}` };
      }
      case "modify-connection": {
        const connection = this.connections.get(command.connectionId);
        if (!connection) return { kind: "refused", commandId, code: 515, comment: "no such connection" };
        connection.mode = command.mode;
        connection.remoteAddress = command.remoteAddress ?? connection.remoteAddress;
        if (command.mode === "sendrecv" && !connection.called) connection.connectAt ??= at;
        return done;
      }
      case "delete-connection": {
        const found = [...this.connections.values()].filter(
          (one) =>
            one.callId === command.callId &&
            one.endpoint.endpoint === command.endpoint &&
            (command.connectionId ?? one.connectionId) === one.connectionId,
        );
        if (found.length === 0) return { kind: "refused", commandId, code: 515, comment: "no such connection" };
        for (const connection of found) this.end(connection, at, false, 16);
        return done;
      }
    }
  }

  end(connection: ModelConnection, at: number, releasedHere: boolean, cause: number): void {
    this.connections.delete(connection.connectionId);
    const row = this.#row(connection, 0);
    this.history.push({ ...row, setupAt: connection.setupAt, endAt: at, cause, releasedHere });
  }

  /** What the party does, as the gateway notices it by itself: the called party's answer stamps the leg. */
  notice(endpoint: string, event: ObservedEvent, at: number): void {
    if (event.kind === "off-hook") this.offHook.add(endpoint);
    if (event.kind === "on-hook") this.offHook.delete(endpoint);
    if (event.kind === "digits") this.dialled.set(endpoint, event.digits);
    if (event.kind === "seizure") {
      this.dialled.set(endpoint, event.called);
      this.held.add(endpoint);
    }
    if (event.kind === "release") this.held.delete(endpoint);
    const connection = this.connectionAt(endpoint);
    if (connection?.called && (event.kind === "off-hook" || event.kind === "answer")) connection.connectAt ??= at;
  }

  /** Nobody is in control and the party hangs up: the media stops, the history is stamped. */
  hangUpAlone(endpoint: string, at: number, cause: number): void {
    const connection = this.connectionAt(endpoint);
    if (connection) this.end(connection, at, true, cause);
  }

  restart(at: number): void {
    this.connections.clear();
    this.history = [];
    this.offHook.clear();
    this.held.clear();
    this.bootedAt = at;
  }

  /** Its stamps are of its uptime, which goes on: a reader whose clock is set places them by that. */
  clockSet(byMs: number): void {
    this.bootedAt += byMs;
    for (const connection of this.connections.values()) {
      connection.setupAt += byMs;
      if (connection.connectAt !== null) connection.connectAt += byMs;
    }
    const moved = (at: number | null) => (at === null ? null : at + byMs);
    this.history = this.history.map((row) => ({
      ...row,
      setupAt: row.setupAt + byMs,
      connectAt: moved(row.connectAt),
      endAt: row.endAt + byMs,
    }));
  }

  rows(mono: number): Connection[] {
    return [...this.connections.values()].map((connection) => this.#row(connection, mono));
  }

  /** `cutAt`: the walk stops after so many rows. */
  poll(mono: number, wall: number, cutAt: number | null): ActivePoll {
    const rows = this.rows(mono);
    const ticks = Math.floor((wall - this.bootedAt) / 10);
    return {
      gateway: this.name,
      startedAt: mono,
      startedWall: wall,
      endedAt: mono,
      endedWall: wall,
      failure: null,
      uptimeBefore: ticks,
      uptimeAfter: cutAt === null ? ticks : null,
      engineBoots: null,
      columns: [{ column: "callActiveCallState", reachedEnd: cutAt === null }],
      activeCount: rows.length,
      rows: cutAt === null ? rows : rows.slice(0, cutAt),
      partialRows: 0,
    };
  }

  audit(): AuditedEndpoint[] {
    return [...this.#specs.values()].map((spec) => ({
      endpoint: spec.endpoint,
      offHook: spec.kind === "line" ? this.offHook.has(spec.endpoint) : this.held.has(spec.endpoint),
      connections: [...this.connections.values()]
        .filter((connection) => connection.endpoint === spec)
        .map((connection) => ({
          connectionId: connection.connectionId,
          callId: connection.callId,
          mode: connection.mode,
          localAddress: `${this.name}:${16382 + 2 * connection.index}`,
          remoteAddress: connection.remoteAddress,
        })),
    }));
  }

  #row(connection: ModelConnection, mono: number): Connection {
    return {
      gateway: this.name,
      bootEpoch: 0,
      setupTicks: Math.floor((connection.setupAt - this.bootedAt) / 10),
      index: connection.index,
      endpoint: this.namesEndpoints ? connection.endpoint.endpoint : null,
      connectionId: this.namesEndpoints ? connection.connectionId : null,
      callId: connection.callId,
      state: connection.connectAt === null ? "connecting" : "active",
      origin: connection.called ? "originate" : "answer",
      localNumber: connection.endpoint.number,
      peerNumber: connection.peerNumber,
      localAddress: null,
      remoteAddress: connection.remoteAddress,
      carries: "speech",
      codec: "PCMU",
      qos: "bestEffort",
      setupAt: connection.setupAt,
      connectAt: connection.connectAt,
      clockErrorMs: this.clockErrorMs,
      media: null,
      seenAt: mono,
      source: "snmp",
      detail: null,
    };
  }
}
