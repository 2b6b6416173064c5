/** The calls of a cluster at scale: gateways filled with calls, servers with the unchanged engine, and the instants at which calls are adopted. */
import type { CallEffect } from "../../../core/calls/call-event.ts";
import { defaultCallPolicy } from "../../../core/calls/call-policy.ts";
import type { SelfReport, Switchover } from "../../../core/control/member-state.ts";
import type { Epoch, NodeName } from "../../../core/identity.ts";
import type { Instant } from "../../../core/time.ts";
import type { Plane } from "../../plane.ts";
import { forkRandom } from "../../random.ts";
import type { CallsSite } from "../calls-site.ts";
import { SimOutbox } from "../outbox.ts";
import type { PlanePorts } from "../plane-ports.ts";
import { SimServer } from "../sim-server.ts";
import { ScaleGateway } from "./scale-gateway.ts";

/** Unbounded, 10,000 gateways at once would fill a server's link for longer than a question waits for its answer. */
const questionsAtOnce = 128;

export class ScalePlane implements Plane {
  readonly gateways = new Map<NodeName, ScaleGateway>();
  readonly servers = new Map<NodeName, SimServer>();
  /** When each call was adopted first since somebody emptied it, in order. */
  readonly adoptedAt: Instant[] = [];
  /** When some server owned a gateway, since somebody emptied it. */
  firstOwnedAt: Instant | null = null;
  givenUp = 0;
  settled = 0;
  confirmed = 0;
  lastConfirmedAt: Instant = 0;
  /** 1 for each call that is adopted and not confirmed yet. */
  readonly #once: Uint8Array;
  readonly #ports: PlanePorts;

  constructor(ports: PlanePorts, servers: readonly NodeName[], site: CallsSite, calls: number, rowsPerAnswer: number) {
    this.#ports = ports;
    this.#once = new Uint8Array(calls + 1);
    const directory = (node: NodeName) => this.gateways.get(node)?.mgcp ?? this.servers.get(node)?.mgcp ?? null;
    let first = 0;
    for (const spec of site.gateways) {
      const endpoints = site.numbering.endpoints.slice(first, first + spec.endpoints.count);
      first += spec.endpoints.count;
      this.gateways.set(spec.name, new ScaleGateway(spec, endpoints, ports.boot(spec.name), ports, directory));
    }
    fill([...this.gateways.values()], calls);
    for (const [rank, name] of servers.entries()) {
      const around = {
        ports,
        numbering: site.numbering,
        policy: { ...defaultCallPolicy, callsLimit: 2 * calls },
        gateways: site.gateways,
        directory,
        random: forkRandom(1, "disks"),
        rowsPerAnswer,
        questionsAtOnce,
        peacetime: false,
        gateway: (gateway: NodeName) => this.gateways.get(gateway) ?? null,
        newCallId: () => "0",
        onEffect: (_server: NodeName, effect: CallEffect) => this.#note(effect),
        onNotified: () => {},
        onSettled: () => {
          this.settled += 1;
        },
      };
      this.servers.set(name, new SimServer(name, ports.boot(name), rank, new SimOutbox(), around));
    }
  }

  onOwn(server: NodeName, client: NodeName, epoch: Epoch): void {
    this.firstOwnedAt ??= this.#ports.trueNow();
    this.servers.get(server)?.epochBegan(epoch);
    this.servers.get(server)?.own(client, epoch);
  }

  onDisown(server: NodeName, client: NodeName): void {
    this.servers.get(server)?.disown(client, true);
  }

  onFlush(server: NodeName, switchover: Switchover): void {
    this.#ports.flushed(server, switchover.id);
  }

  onAdmitCalls(server: NodeName): void {
    this.servers.get(server)?.admit(true, "");
  }

  onControlChange(): void {}

  onCrash(node: NodeName): void {
    this.servers.get(node)?.close();
    this.servers.delete(node);
  }

  onRestart(): void {}

  selfReport(server: NodeName): SelfReport | null {
    const control = this.servers.get(server)?.control;
    if (!control) return null;
    const { state, owned } = control;
    const inControl = owned.size > 0;
    const calls = inControl ? state.active : state.connections.establishedCalls;
    const digest = inControl ? state.digest() : state.connections.digest();
    return { calls, loadPercent: 5, digest, condition: "ok", ready: true, busy: null };
  }

  #note(effect: CallEffect): void {
    if (effect.kind === "call-adopted") this.#adopted(effect);
    else if (effect.kind === "call-given-up" || effect.kind === "store-record") this.givenUp += 1;
  }

  #adopted({ callId, confirmed }: Extract<CallEffect, { kind: "call-adopted" }>): void {
    const at = this.#ports.trueNow();
    if (confirmed) {
      this.confirmed += 1;
      this.lastConfirmedAt = at;
    }
    // Told twice where one leg was inherited at first.
    const number = Number.parseInt(callId, 16);
    if (this.#once[number] === 0) this.adoptedAt.push(at);
    this.#once[number] = confirmed ? 0 : 1;
  }
}

/** Call n goes from a line of one gateway to a channel of the next, evenly over all of them. One gateway after the other: what lies together is read together. */
function fill(gateways: readonly ScaleGateway[], calls: number): void {
  const pairs = Math.floor(gateways.length / 2);
  for (let pair = 0; pair < pairs; pair += 1) {
    const calling = gateways[2 * pair]!;
    const called = gateways[2 * pair + 1]!;
    for (let index = 1, call = pair; call < calls; index += 1, call += pairs) {
      const callId = (call + 1).toString(16).toUpperCase().padStart(32, "0");
      const address = (gateway: ScaleGateway) => ({ host: gateway.plant.gateway.rtpHost, port: 16_384 + 2 * index });
      calling.fill(index, callId, true, "0123", address(called));
      called.fill(index, callId, false, null, address(calling));
    }
  }
}
