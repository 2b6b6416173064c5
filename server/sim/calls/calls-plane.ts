/**
 * The calls of one simulated cluster: gateways with parties, servers with call engines and outboxes, and what really happened.
 * The world tells it what control decides; it asks the world before it acts.
 */
import type { CallEffect } from "../../core/calls/call-event.ts";
import { type CallPolicy, defaultCallPolicy } from "../../core/calls/call-policy.ts";
import type { CallRecord } from "../../core/calls/call-record.ts";
import type { SelfReport, Switchover } from "../../core/control/member-state.ts";
import { addressEndpoint } from "../../core/gateway/endpoint-plan.ts";
import type { Epoch, NodeName } from "../../core/identity.ts";
import type { ControlChange, Plane } from "../plane.ts";
import { forkRandom } from "../random.ts";
import type { CallsSite, TrafficProfile } from "./calls-site.ts";
import { Fates } from "./fates.ts";
import { SimOutbox } from "./outbox.ts";
import type { PlanePorts } from "./plane-ports.ts";
import { shortId } from "./short-id.ts";
import { SimGateway } from "./sim-gateway.ts";
import { type ServerSurroundings, SimServer } from "./sim-server.ts";
import { Traffic } from "./traffic.ts";
import { Truth } from "./truth.ts";
import { Witnesses } from "./witnesses.ts";

export interface CallsOptions {
  readonly ports: PlanePorts;
  readonly seed: number;
  readonly servers: readonly NodeName[];
  readonly site: CallsSite;
  readonly traffic: TrafficProfile;
  readonly policy?: Partial<CallPolicy>;
  readonly rowsPerAnswer?: number;
}

export class CallsPlane implements Plane {
  readonly truth = new Truth();
  readonly fates = new Fates();
  readonly gateways = new Map<NodeName, SimGateway>();
  readonly servers = new Map<NodeName, SimServer>();
  readonly outboxes = new Map<NodeName, SimOutbox>();
  readonly #witnesses = new Witnesses();
  readonly #options: CallsOptions;
  readonly #traffic: Traffic;
  readonly #around: ServerSurroundings;
  #calls = 0;

  constructor(options: CallsOptions) {
    this.#options = options;
    const { ports, site, seed } = options;
    this.#traffic = new Traffic(ports, site, options.traffic, seed);
    this.#around = {
      ports,
      numbering: site.numbering,
      policy: { ...defaultCallPolicy, ...options.policy },
      gateways: site.gateways,
      directory: (node) => this.gateways.get(node)?.mgcp ?? this.servers.get(node)?.mgcp ?? null,
      random: forkRandom(seed, "disks"),
      rowsPerAnswer: options.rowsPerAnswer ?? 12,
      questionsAtOnce: Number.POSITIVE_INFINITY,
      peacetime: true,
      gateway: (name) => this.gateways.get(name) ?? null,
      newCallId: () => {
        this.#calls += 1;
        return this.#calls.toString(16).toUpperCase().padStart(32, "0");
      },
      onEffect: (server, effect) => this.#noteEffect(server, effect),
      onNotified: (endpoint, lateMs) => this.truth.heardLate(endpoint, lateMs),
      onSettled: (server, gateway, complete) => ports.note(server, `${gateway} ${complete ? "taken over" : "not read to its end"}`),
    };
    for (const spec of site.gateways) this.#startGateway(spec.name);
    for (const name of options.servers) {
      this.outboxes.set(name, new SimOutbox());
      this.#startServer(name);
    }
  }

  /** Nobody begins a call from now on. */
  quiet(): void {
    this.#traffic.close();
  }

  /** Every party puts its receiver down. */
  hangUpAll(): void {
    for (const gateway of this.gateways.values()) for (const index of gateway.stations.busy()) gateway.stations.hangUp(index);
  }

  /** What every outbox holds safely, in the order of the servers. */
  records(): CallRecord[] {
    return [...this.outboxes.values()].flatMap((outbox) => outbox.stored);
  }

  /** Whether a server that is still up knew the call when a gateway of it restarted, and has been in control of some gateway since. */
  wasSeenToReboot(callId: string): boolean {
    return this.#witnesses.has(callId);
  }

  onOwn(server: NodeName, client: NodeName, epoch: Epoch): void {
    const gateway = this.gateways.get(client);
    const owner = this.servers.get(server);
    if (!owner) return;
    if (gateway) this.fates.taken(gateway, server, epoch, this.#options.ports.trueNow());
    owner.epochBegan(epoch);
    owner.own(client, epoch);
  }

  onDisown(server: NodeName, client: NodeName, because: string): void {
    const owner = this.servers.get(server);
    if (!owner) return;
    owner.disown(client, this.#options.ports.holds(server));
    const owns = [...owner.sessions.values()].some((session) => session.epoch !== null);
    if (!owns) this.#witnesses.forget(owner);
    if (because !== "lease-ran-out" && !owns) owner.letGo();
  }

  onFlush(server: NodeName, switchover: Switchover): void {
    const owner = this.servers.get(server);
    if (owner) owner.flush(switchover);
    else this.#options.ports.flushed(server, switchover.id);
  }

  onAdmitCalls(server: NodeName): void {
    this.servers.get(server)?.admit(true, "");
  }

  onControlChange(gateway: NodeName, change: ControlChange): void {
    this.gateways.get(gateway)?.controlChanged(change);
  }

  onCrash(node: NodeName): void {
    const gateway = this.gateways.get(node);
    if (gateway) {
      gateway.close();
      this.gateways.delete(node);
      this.#witnesses.note(this.servers.values(), node);
      this.truth.rebooted(node, this.#options.ports.trueNow());
      for (const [name, server] of this.servers) {
        const at = this.#options.ports.lastAnswerAt(name, node);
        if (at !== null) server.heardBefore.set(node, at);
      }
      return;
    }
    const server = this.servers.get(node);
    if (!server) return;
    server.close();
    this.servers.delete(node);
    this.#witnesses.forget(server);
    this.outboxes.get(node)?.crash();
    this.#traffic.startle(this.gateways.values());
  }

  onRestart(node: NodeName): void {
    if (this.#options.servers.includes(node)) this.#startServer(node);
    else if (this.#options.site.gateways.some((spec) => spec.name === node)) this.#startGateway(node);
  }

  selfReport(server: NodeName): SelfReport | null {
    const control = this.servers.get(server)?.control;
    if (!control) return null;
    const { state, owned } = control;
    const inControl = owned.size > 0;
    return {
      calls: inControl ? state.active : state.connections.establishedCalls,
      loadPercent: 5,
      digest: inControl ? state.digest() : state.connections.digest(),
      condition: "ok",
      ready: this.#options.site.gateways.every((gateway) => control.freshness(gateway.name).state === "complete"),
      busy: new Set(this.#options.site.gateways.flatMap(({ name }) => (state.connections.countOf(name) > 0 ? [name] : []))),
    };
  }

  #startGateway(name: NodeName): void {
    const { ports, site, servers } = this.#options;
    const spec = site.gateways.find((one) => one.name === name)!;
    const gateway = new SimGateway(spec, ports.boot(name), {
      ports,
      servers,
      directory: this.#around.directory,
      truth: this.truth,
      arrange: (callId, afterMs) => this.#arrange(callId, afterMs),
      answerDelayMs: () => this.#traffic.answerDelayMs(),
    });
    this.gateways.set(name, gateway);
    this.#traffic.begin(gateway, () => this.gateways.get(name) === gateway);
  }

  #startServer(name: NodeName): void {
    const { ports, servers } = this.#options;
    this.servers.set(name, new SimServer(name, ports.boot(name), servers.indexOf(name), this.outboxes.get(name)!, this.#around));
  }

  #arrange(callId: string, afterMs: number): void {
    const leg = this.truth.calledAt(callId);
    const gateway = leg === null ? undefined : this.gateways.get(leg.gateway);
    const address = leg === null || gateway === undefined ? null : addressEndpoint(gateway.plant.gateway, leg.endpoint);
    if (gateway !== undefined && address?.kind === "one") gateway.stations.arrange(callId, address.index, afterMs);
  }

  #noteEffect(server: NodeName, effect: CallEffect): void {
    const { ports } = this.#options;
    this.fates.note(server, effect, ports.trueNow());
    switch (effect.kind) {
      case "store-record":
        ports.note(
          server,
          `record ${shortId(effect.record.callId)} ${Math.round(effect.record.durationMs)} ± ${Math.round(effect.record.durationErrorMs)} ms, ${effect.record.origin}`,
        );
        return;
      case "call-adopted":
        ports.note(server, `adopts ${shortId(effect.callId)} (${effect.phase}${effect.confirmed ? ", confirmed" : ""})`);
        return;
      case "call-given-up":
        ports.note(server, `gives up ${shortId(effect.callId)}: ${effect.reason}`);
        return;
      case "journal":
        ports.note(server, effect.text.replace(/0{12,}/g, "…"));
        return;
      case "command":
      case "read-history":
      case "call-recovered":
        return;
    }
  }
}
