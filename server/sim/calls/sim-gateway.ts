/**
 * One boot of a simulated gateway: connections, parties and notifications around the voter that the world hosts.
 * It obeys only whom its voter does; when the promise runs out, calls whose party has hung up end by themselves.
 */
import { partyActs } from "../../core/gateway/connection-commands.ts";
import type { Endpoint, Stimulus } from "../../core/gateway/endpoint.ts";
import { endpointName } from "../../core/gateway/endpoint-plan.ts";
import { endpointAt, endReleasedConnections, type GatewayEffect, isStanding } from "../../core/gateway/gateway.ts";
import type { BootId, NodeName } from "../../core/identity.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import { bootRange } from "../../protocols/mgcp/transaction-range.ts";
import type { ControlChange } from "../plane.ts";
import { GatewayPlant } from "./gateway-plant.ts";
import type { Answered, Asked, Mgcp, MgcpDirectory } from "./mgcp-body.ts";
import { Notifier } from "./notifier.ts";
import type { PlanePorts } from "./plane-ports.ts";
import { shortId } from "./short-id.ts";
import { Stations } from "./stations.ts";
import { type Signer, Transactions } from "./transactions.ts";
import type { Truth } from "./truth.ts";

export interface GatewaySurroundings {
  readonly ports: PlanePorts;
  readonly servers: readonly NodeName[];
  readonly directory: MgcpDirectory;
  readonly truth: Truth;
  arrange(callId: string, afterMs: number): void;
  answerDelayMs(gateway: NodeName): number;
}

export class SimGateway {
  readonly name: NodeName;
  readonly boot: BootId;
  readonly plant: GatewayPlant;
  readonly mgcp: Mgcp;
  readonly stations: Stations;
  readonly #around: GatewaySurroundings;
  readonly #notifier: Notifier;
  /** Connections that the truth knows of. */
  readonly #seen = new Set<number>();
  #closed = false;

  constructor(spec: GatewaySpec, boot: BootId, around: GatewaySurroundings) {
    this.name = spec.name;
    this.boot = boot;
    this.#around = around;
    const { ports } = around;
    this.plant = new GatewayPlant(spec, boot, ports.now(spec.name), {
      perform: (effects) => this.#perform(effects),
      repointed: (endpoint) => {
        if (endpoint === null) this.#notifier.tellAnew();
        else this.#notifier.pump(endpoint);
      },
    });
    const self = { name: spec.name, boot, range: bootRange(boot) };
    this.mgcp = new Transactions(ports, self, around.directory, (asked, from) => this.#onAsked(asked, from));
    this.#notifier = new Notifier(ports, this.plant.gateway, this.mgcp);
    this.stations = new Stations(this.plant.gateway, {
      now: () => ports.now(this.name),
      after: (ms, job) =>
        ports.after(this.name, ms, () => {
          if (!this.#closed) job();
        }),
      act: (endpoint, stimulus) => this.#act(endpoint, stimulus),
      arrange: (callId, afterMs) => around.arrange(callId, afterMs),
      answerDelayMs: () => around.answerDelayMs(this.name),
    });
    this.#notifier.announceRestart(around.servers);
  }

  controlChanged(change: ControlChange): void {
    const { gateway } = this.plant;
    if (change === "ran-out" || change === "released") this.#perform(endReleasedConnections(gateway, this.#around.ports.now(this.name)));
    const untouched = gateway.table.rows.length === 0 && gateway.history.nextIndex === 1;
    const owner = this.#around.ports.ownerOf(this.name);
    if ((change === "granted" || change === "regained") && untouched && owner !== null) this.#notifier.announceRestart([owner]);
    this.#notifier.tellAnew();
  }

  close(): void {
    this.#closed = true;
    this.mgcp.close();
  }

  #onAsked(asked: Asked, from: Signer): Answered | null {
    const { plant } = this;
    switch (asked.kind) {
      case "audit-endpoint": {
        const endpoint = plant.auditEndpoint(asked.endpoint);
        return endpoint === null ? { code: 500 } : { code: 200, endpoint };
      }
      case "audit-connection": {
        const connection = plant.auditConnection(asked.connectionId);
        return connection === null ? { code: 515 } : { code: 200, connection };
      }
      case "point":
      case "command": {
        const { ports } = this.#around;
        const epoch = { number: from.epoch, server: from.name };
        if (ports.refusalOf(this.name, epoch, from.boot) !== null) return { code: 521 };
        ports.noteCommand(this.name, from.name);
        const reply =
          asked.kind === "point" ? plant.point(from.name, "1") : plant.obey(asked.command, from.name, "2", ports.now(this.name));
        return { code: reply.kind === "refused" ? reply.code : 200, reply };
      }
      case "notify":
      case "restarted":
        return { code: 504 };
    }
  }

  #act(endpoint: Endpoint, stimulus: Stimulus): void {
    const { ports, truth } = this.#around;
    const { gateway } = this.plant;
    const owned = ports.condition(this.name) === "owned";
    if (stimulus.kind !== "digit") ports.note(this.name, `${endpoint.name.split("@")[0]} ${stimulus.kind}`);
    if ((stimulus.kind === "on-hook" || stimulus.kind === "release") && endpoint.offHook) {
      for (const row of endpoint.connections) {
        if (row.released === null) truth.hungUp(row.callId, endpoint.name, ports.trueNow());
      }
    }
    this.#perform(partyActs(gateway, endpoint, stimulus, owned, ports.now(this.name)));
    this.#noteConnected(endpoint);
    this.#notifier.pump(endpoint);
  }

  #perform(effects: readonly GatewayEffect[]): void {
    const { truth, ports } = this.#around;
    const { gateway } = this.plant;
    for (const effect of effects) {
      if (effect.kind === "party") {
        this.#noteConnected(effect.endpoint);
        this.stations.look(effect.endpoint);
        continue;
      }
      const connection = effect.kind === "ended" ? effect.row.connection : effect.connection;
      const endpoint = endpointName(gateway, connection.endpointIndex);
      if (effect.kind === "ended") {
        ports.note(this.name, `${endpoint.split("@")[0]} connection of ${shortId(connection.callId)} ends`);
        this.#seen.delete(connection.number);
        truth.legEnded(connection.callId, endpoint, ports.trueNow());
      } else if (!this.#seen.has(connection.number) && isStanding(gateway, connection)) {
        this.#seen.add(connection.number);
        ports.note(this.name, `${endpoint.split("@")[0]} connection of ${shortId(connection.callId)}`);
        const side = connection.origin === "answer" ? "calling" : "called";
        const address = `${gateway.rtpHost}:${connection.localPort}`;
        truth.legBegan(connection.callId, { gateway: this.name, endpoint, side, address }, ports.trueNow());
        // Its caller had gone before the server knew: nobody speaks at this end.
        const absent = side === "calling" && endpointAt(gateway, connection.endpointIndex)?.offHook === false;
        if (absent) truth.hungUp(connection.callId, endpoint, ports.trueNow());
      }
    }
  }

  #noteConnected(endpoint: Endpoint): void {
    const { truth, ports } = this.#around;
    for (const row of endpoint.connections) {
      if (row.connectAt === null || row.released !== null) continue;
      truth.legConnected(row.callId, endpoint.name, row.remote?.address ?? null, ports.trueNow());
    }
  }
}
