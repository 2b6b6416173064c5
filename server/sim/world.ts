/**
 * The virtual world: servers, gateways and witnesses of one to three clusters on one clock, one network and one seed.
 * It hosts the very machines that the nodes host, performs their effects in order, and lets the checkers look after every job.
 * What may be done to it on purpose are its verbs: crash, freeze, suspend, cut, wipe …; each enters the trace.
 */

import { isTitled } from "../core/control/holding.ts";
import type { LinkMessage } from "../core/control/link-message.ts";
import type { MemberEvent } from "../core/control/member-state.ts";
import type { BootId, Epoch, NodeName } from "../core/identity.ts";
import type { Now } from "../core/time.ts";
import { type Checker, Checkers } from "./checker.ts";
import { type ClusterPlan, clientsOf } from "./cluster.ts";
import { Delivery } from "./delivery.ts";
import { Interceptors } from "./interceptors.ts";
import { coreMachines, type Machines } from "./machines.ts";
import { calmNetwork, Network, type NetworkProfile, type Path } from "./network.ts";
import type { Plane } from "./plane.ts";
import { between, forkRandom, type Random } from "./random.ts";
import { Schedule } from "./schedule.ts";
import { ServerNode } from "./server-node.ts";
import type { Sender, Surroundings } from "./surroundings.ts";
import { Trace } from "./trace.ts";
import type { WorldView } from "./views.ts";
import { VoterNode } from "./voter-node.ts";
import { overTheWire } from "./wire.ts";
import type { WorldPorts } from "./world-ports.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly clusters: readonly ClusterPlan[];
  readonly network?: NetworkProfile;
  readonly checkers?: readonly Checker[];
  readonly plane?: (world: World) => Plane;
  readonly machines?: Machines;
  /** Nodes whose datagrams go through the real codec, as a newer minor version of the link. */
  readonly newerMinor?: readonly NodeName[];
}

export class World implements WorldPorts, WorldView, Surroundings {
  readonly options: WorldOptions;
  readonly schedule = new Schedule();
  readonly trace = new Trace(this.schedule);
  readonly network: Network;
  readonly interceptors = new Interceptors();
  readonly servers = new Map<NodeName, ServerNode>();
  readonly voters = new Map<NodeName, VoterNode>();
  readonly clusters: readonly ClusterPlan[];
  readonly checkers: Checkers;
  readonly machines: Machines;
  readonly plane: Plane | null;
  readonly view: WorldView = this;
  faultsDone = 0;
  datagrams = 0;
  private readonly newerMinor: ReadonlySet<NodeName> | null;

  constructor(options: WorldOptions) {
    this.options = options;
    this.clusters = options.clusters;
    this.machines = options.machines ?? coreMachines;
    this.checkers = new Checkers(options.checkers ?? []);
    this.network = new Network(options.seed, options.network ?? calmNetwork);
    this.newerMinor = options.newerMinor?.length ? new Set(options.newerMinor) : null;
    let number = 0;
    for (const [cluster, plan] of options.clusters.entries()) {
      for (const name of clientsOf(plan)) this.voters.set(name, new VoterNode(this, plan, name, cluster, number++));
      for (const name of plan.servers) this.servers.set(name, new ServerNode(this, plan, name, cluster, number++));
    }
    this.plane = options.plane?.(this) ?? null;
    for (const server of this.servers.values()) {
      // Real nodes never start at the same instant.
      this.schedule.at(between(this.randomOf(`start ${server.name}`), 0, 40), () => server.start());
    }
  }

  // What nodes and planes ask of the world.

  randomOf(name: string): Random {
    return forkRandom(this.options.seed, name);
  }

  now(node: NodeName): Now {
    return this.node(node).clock.now();
  }

  after(node: NodeName, ms: number, job: () => void): void {
    this.node(node).after(ms, job);
  }

  note(who: NodeName, what: string): void {
    this.trace.note(who, what);
  }

  carry(from: NodeName, to: NodeName, path: Path, job: () => void): void {
    const link = this.network.link(from, to, path);
    const first = this.network.delayOf(link, this.schedule.now);
    const second = first < 0 ? -1 : this.network.delayOfCopy(link);
    const receiver = this.node(to);
    const sender = this.node(from);
    for (const delay of [first, second]) {
      if (delay < 0) continue;
      this.schedule.at(this.schedule.now + delay, () => {
        this.trace.mixInstant(this.schedule.now);
        this.trace.mix(sender.number * 1024 + receiver.number);
        receiver.handOver(job);
      });
    }
  }

  transmit(sender: Sender, to: NodeName, path: Path, message: LinkMessage): void {
    const { schedule, network } = this;
    this.datagrams += 1;
    const held = this.interceptors.empty ? 0 : this.interceptors.take(sender.name, to, message.kind);
    if (held === null) return;
    const link = network.linkOf(sender.name, sender.outgoing, to, path);
    const first = network.delayOf(link, schedule.now);
    if (first < 0) return;
    const second = network.delayOfCopy(link);
    link.receiver ??= this.node(to);
    const { receiver } = link;
    const newer = this.newerMinor?.has(sender.name) === true;
    const coded = this.newerMinor !== null && (newer || this.newerMinor.has(to));
    const { name: from, boot, sequence } = sender;
    const arriving = coded ? overTheWire({ from, boot, sequence }, to, path, message, newer).message : message;
    const received = { kind: "received", from, boot, sequence, message: arriving, path } as const;
    schedule.push(new Delivery(schedule.now + first + held, this.trace, receiver, received));
    if (second >= 0) schedule.push(new Delivery(schedule.now + second + held, this.trace, receiver, received));
  }

  /** Whether this server may command this gateway now, by its own clocks and lease. */
  commands(server: NodeName, gateway: NodeName): boolean {
    return this.servers.get(server)?.commands(gateway) ?? false;
  }

  /** Why the gateway refuses a command with this stamp; null = it obeys. */
  refusalOf(gateway: NodeName, epoch: Epoch, boot: BootId): string | null {
    return this.voterNode(gateway).refusalOf(epoch, boot);
  }

  noteCommand(gateway: NodeName, server: NodeName): void {
    this.voterNode(gateway).noteCommand(server);
  }

  flushed(server: NodeName, switchoverId: string): void {
    const node = this.serverNode(server);
    node.whenAwake(() => node.deliver({ kind: "flushed", switchoverId }));
  }

  /** An event for a server's machine, when its process gets to it. */
  tell(server: NodeName, event: MemberEvent): void {
    const node = this.serverNode(server);
    node.handOver(() => node.deliver(event));
  }

  // What a player asks of the world.

  run(ms: number): void {
    this.schedule.runUntil(this.schedule.now + ms);
  }

  finish(): void {
    for (const checker of this.checkers.atEnd) checker.atEnd(this);
  }

  titled(cluster?: number): NodeName[] {
    return [...this.servers.values()]
      .filter(
        (node) =>
          (cluster === undefined || node.cluster === cluster) &&
          node.alive &&
          !node.clock.suspended &&
          isTitled(node.member, node.clock.mono()),
      )
      .map((node) => node.name);
  }

  /** The server that commands this gateway now, if the gateway obeys it. */
  ownerOf(gateway: NodeName): NodeName | null {
    const node = this.voterNode(gateway);
    const { granted, grantedBoot } = node.voter.stored;
    const server = this.servers.get(granted.server);
    if (!node.alive || !server?.alive || server.boot !== grantedBoot) return null;
    return node.refusalOf(granted, grantedBoot) === null && server.member.owned.has(gateway) ? granted.server : null;
  }

  node(name: NodeName): ServerNode | VoterNode {
    const node = this.servers.get(name) ?? this.voters.get(name);
    if (!node) throw new Error(`no node ${name}`);
    return node;
  }

  serverNode(name: NodeName): ServerNode {
    const node = this.servers.get(name);
    if (!node) throw new Error(`no server ${name}`);
    return node;
  }

  voterNode(name: NodeName): VoterNode {
    const node = this.voters.get(name);
    if (!node) throw new Error(`no gateway or witness ${name}`);
    return node;
  }

  membersOf(cluster: number): (ServerNode | VoterNode)[] {
    return [...this.servers.values(), ...this.voters.values()].filter((node) => node.cluster === cluster);
  }

  undisturbedBut(name: NodeName): boolean {
    const { cluster } = this.node(name);
    const calm = this.network.calm && this.schedule.now >= this.network.stragglersUntil;
    return calm && this.interceptors.empty && this.membersOf(cluster).every((node) => node.name === name || node.wellNow);
  }
}
