/** A gateway of the scale run: the core's own tables, filled with calls that are up, obeying its owner; without parties, who would do nothing. */
import type { EndpointSpec } from "../../../core/calls/numbering.ts";
import { createConnection } from "../../../core/gateway/connection-commands.ts";
import { stampConnected } from "../../../core/gateway/connection-table.ts";
import { newEndpoint } from "../../../core/gateway/endpoint.ts";
import { endpointAt } from "../../../core/gateway/gateway.ts";
import type { BootId, NodeName } from "../../../core/identity.ts";
import type { GatewaySpec } from "../../../core/site/site.ts";
import { bootRange } from "../../../protocols/mgcp/transaction-range.ts";
import { GatewayPlant } from "../gateway-plant.ts";
import type { Answered, Asked, Mgcp, MgcpDirectory } from "../mgcp-body.ts";
import type { PlanePorts } from "../plane-ports.ts";
import { type Signer, Transactions } from "../transactions.ts";

export class ScaleGateway {
  readonly name: NodeName;
  readonly boot: BootId;
  readonly plant: GatewayPlant;
  readonly mgcp: Mgcp;
  readonly #ports: PlanePorts;

  /** @param endpoints as the numbering plan names them: the names are kept once */
  constructor(spec: GatewaySpec, endpoints: readonly EndpointSpec[], boot: BootId, ports: PlanePorts, directory: MgcpDirectory) {
    this.name = spec.name;
    this.boot = boot;
    this.#ports = ports;
    this.plant = new GatewayPlant(spec, boot, ports.now(spec.name), { perform: () => {}, repointed: () => {} });
    for (const { index, endpoint, kind, number } of endpoints) {
      this.plant.gateway.endpoints.set(index, newEndpoint(index, endpoint, kind, number));
    }
    this.mgcp = new Transactions(ports, { name: spec.name, boot, range: bootRange(boot) }, directory, (asked, from) =>
      this.#onAsked(asked, from),
    );
  }

  /** One leg of a call that has been up for a while. */
  fill(index: number, callId: string, calling: boolean, peerNumber: string | null, remote: { host: string; port: number }): void {
    const { gateway } = this.plant;
    const endpoint = endpointAt(gateway, index)!;
    endpoint.offHook = true;
    endpoint.calling = calling;
    const now = this.#ports.now(this.name);
    const made = createConnection(
      gateway,
      endpoint,
      { callId, mode: "sendrecv", codecs: [], ptimeMs: 20, qos: "bestEffort", tos: null, remote: { ...remote, real: false }, peerNumber },
      now,
    );
    if (!made.ok) throw new Error(`${endpoint.name}: ${made.comment}`);
    stampConnected(gateway.table, made.value, now);
  }

  #onAsked(asked: Asked, from: Signer): Answered | null {
    if (asked.kind !== "point" && asked.kind !== "command") return { code: 504 };
    const refusal = this.#ports.refusalOf(this.name, { number: from.epoch, server: from.name }, from.boot);
    if (refusal !== null) return { code: 521 };
    this.#ports.noteCommand(this.name, from.name);
    const now = this.#ports.now(this.name);
    const reply = asked.kind === "point" ? this.plant.point(from.name, "1") : this.plant.obey(asked.command, from.name, "2", now);
    return { code: reply.kind === "refused" ? reply.code : 200, reply };
  }
}
