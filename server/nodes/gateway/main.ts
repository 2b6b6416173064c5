/**
 * A gateway: endpoints, connections and media, commanded by its owner over MGCP, read by anybody entitled over SNMP and MGCP audits,
 * voting over Tandem's link. It goes on with its calls whatever becomes of the call servers.
 */

import { partyActs } from "../../core/gateway/connection-commands.ts";
import type { Endpoint, Stimulus } from "../../core/gateway/endpoint.ts";
import { endReleasedConnections, type Gateway, type GatewayEffect, isStanding, newGateway } from "../../core/gateway/gateway.ts";
import type { GatewaySpec, SipSpec } from "../../core/site/site.ts";
import type { Now } from "../../core/time.ts";
import type { Authentication } from "../../protocols/mgcp/authentication.ts";
import type { Command } from "../../protocols/mgcp/message.ts";
import { bootRange } from "../../protocols/mgcp/transaction-range.ts";
import type { Credentials } from "../../protocols/sip/digest.ts";
import { type MgcpSocket, openMgcpSocket, type Reply } from "../../runtime/mgcp-socket.ts";
import { SnmpEngine } from "../../runtime/snmp-engine.ts";
import { communityOf, userSecretsOf } from "../../runtime/snmp-secrets.ts";
import { SnmpUser } from "../../runtime/snmp-user.ts";
import { openNode, softwareVersion, type TandemNode } from "../node.ts";
import type { NodeOptions, RunningNode } from "../node-options.ts";
import { nodeRoutes, serveOperator } from "../node-routes.ts";
import { type ControlChange, LinkAgent } from "../witness/link-agent.ts";
import { Authority } from "./authority.ts";
import { callMib } from "./call-mib.ts";
import { CommandHandler } from "./command-handler.ts";
import { FarParty } from "./far-party.ts";
import { gatewayStatus } from "./gateway-status.ts";
import { MediaPath } from "./media-path.ts";
import { Notifier } from "./notifier.ts";
import { openSipAgent, type SipAgent } from "./sip-agent.ts";
import { openSnmpAgent } from "./snmp-agent.ts";
import { stationRoutes } from "./station-routes.ts";
import { Stations } from "./stations.ts";

/** Connections with real RTP at each gateway; further ones are modelled. Every gateway of a site must take the same number. */
const realStreams = 16;
const historyRows = 20_000;

export async function run(options: NodeOptions): Promise<RunningNode> {
  const node = openNode(options);
  const spec = node.site.gateways.find((gateway) => gateway.name === node.name);
  if (spec === undefined) throw new Error(`${node.name}: the site has no gateway of that name`);
  const running = new GatewayNode(node, spec);
  await running.open();
  return running;
}

class GatewayNode implements RunningNode {
  private readonly node: TandemNode;
  private readonly spec: GatewaySpec;
  private readonly gateway: Gateway;
  private readonly agent: LinkAgent;
  private readonly authority: Authority;
  private readonly media: MediaPath;
  private readonly notifier: Notifier;
  private readonly handler: CommandHandler;
  private readonly stations: Stations | null;
  private readonly farParty: FarParty;
  private mgcp: MgcpSocket | null = null;
  private sip: SipAgent | null = null;
  /** Closed in this order. */
  private readonly closers: (() => void | Promise<void>)[] = [];

  constructor(node: TandemNode, spec: GatewaySpec) {
    this.node = node;
    this.spec = spec;
    const { clock, counters, site } = node;
    // A connection's number does not come again soon after a restart: a late command must not meet another call's connection.
    const firstConnection = (Math.floor(node.boot / 1000) % 0x20000) * 4096 + 1;
    this.gateway = newGateway(spec, clock.now().mono, { historyRows, realStreams, firstConnection });
    this.agent = new LinkAgent(node, (change, now) => this.controlChanged(change, now));
    this.authority = new Authority(node, this.agent);
    this.media = new MediaPath({ host: spec.rtp.host, clock, counters });
    this.notifier = new Notifier(node, this.gateway, this.agent, () => this.mgcp);
    this.farParty = new FarParty(site.gateways, node.token);
    this.handler = new CommandHandler({
      gateway: this.gateway,
      gateways: site.gateways,
      realStreams,
      now: () => clock.now(),
      perform: (effects) => this.perform(effects),
      repointed: (endpoint) => {
        if (endpoint === null) this.notifier.tellAnew();
        else this.notifier.pump(endpoint);
      },
    });
    this.stations = node.options.lab
      ? new Stations({
          gateway: this.gateway,
          now: () => clock.now(),
          act: (endpoint, stimulus) => this.act(endpoint, stimulus),
          arrange: (callId, afterMs, remote) => void this.farParty.hangUpAfter(callId, afterMs, remote),
        })
      : null;
  }

  async open(): Promise<void> {
    const { node, spec, gateway, agent, stations } = this;
    const { site, keys, boot, clock, faults, counters, journal } = node;
    await agent.open(spec.link);
    const mgcp = await openMgcpSocket({
      self: node.name,
      role: "gateway",
      bind: spec.mgcp,
      nodes: new Map(site.servers.map((server) => [server.name, server.mgcp])),
      keys,
      boot,
      clock,
      faults,
      counters,
      range: bootRange(boot),
      onCommand: (command, _from, authentication) => this.command(command, authentication),
    });
    this.mgcp = mgcp;
    const description = `Tandem ${softwareVersion()} gateway ${node.name} (${spec.kind})`;
    const view = callMib({ gateway, boot, description, location: site.site, now: () => clock.now().mono });
    const user = spec.snmp.user && new SnmpUser(userSecretsOf(spec.snmp.user, node.secret));
    const now = (): number => clock.now().mono;
    const v3 = user && { user, engine: new SnmpEngine({ name: node.name, boot, startedAt: now(), counters, counted: "snmp", now }) };
    const snmp = await openSnmpAgent({ bind: spec.snmp, community: communityOf(spec.snmp, node.secret), v3, view, counters });
    this.sip = await this.openSip(description);
    const routes = nodeRoutes(node, {
      strip: agent.strip,
      status: () => gatewayStatus(node, spec, gateway, agent, this.media),
      switchover: (ask) => agent.switchover(ask),
      order: (ask) => agent.order(ask),
    });
    if (stations !== null) routes.push(...stationRoutes(gateway, stations));
    const operator = await serveOperator(node, spec.operator, routes);
    const strips = setInterval(() => agent.strip.pass(clock.now().mono), 1_000);
    this.closers.push(
      () => clearInterval(strips),
      () => operator.close(),
      () => snmp.close(),
      () => this.sip?.close(),
      () => mgcp.close(),
      () => agent.close(),
    );
    journal.append("node-started", "note", `Gateway ${node.name} serves ${gateway.count} endpoints.`, {
      boot,
      kind: spec.kind,
      endpoints: gateway.count,
    });
    this.notifier.announceRestart(site.servers.map((server) => server.name));
  }

  /** Only where the site says so: `sip:` of this gateway. */
  private async openSip(software: string): Promise<SipAgent | null> {
    const { node, gateway, spec } = this;
    const { clock, faults, counters, site } = node;
    if (spec.sip === null) return null;
    const trustedHosts = new Set(
      site.servers.flatMap(({ link, mgcp, operator }) => [link.path1, link.path2, mgcp, operator].map(({ host }) => host)),
    );
    return openSipAgent({
      gateway,
      bind: spec.sip,
      trustedHosts,
      credentials: sipCredentials(spec.sip, node),
      clock,
      faults,
      counters,
      software,
    });
  }

  private command(command: Command, authentication: Authentication): Reply {
    // Anybody configured may read (the standby audits in peace time); only signed servers come this far.
    const reads = command.verb === "AUEP" || command.verb === "AUCX";
    if (reads && authentication.kind === "signed") {
      this.node.counters.add("mgcp.audits");
      return this.handler.audit(command);
    }
    const why = this.authority.refusalOf(command, authentication);
    if (why === null) return this.handler.obey(command);
    const owner = this.node.site.servers.find((server) => server.name === this.agent.owner);
    const entity = owner === undefined ? undefined : `${owner.name}@[${owner.mgcp.host}]:${owner.mgcp.port}`;
    return { code: 521, comment: why, parameters: entity === undefined ? {} : { notifiedEntity: entity } };
  }

  private act(endpoint: Endpoint, stimulus: Stimulus): void {
    const owned = this.agent.condition() === "owned";
    this.perform(partyActs(this.gateway, endpoint, stimulus, owned, this.node.clock.now()));
    this.notifier.pump(endpoint);
  }

  private perform(effects: readonly GatewayEffect[]): void {
    if (effects.length > 0) this.sip?.changed();
    for (const effect of effects) {
      if (effect.kind === "media") this.media.update(effect.connection, isStanding(this.gateway, effect.connection));
      else if (effect.kind === "party") this.stations?.look(effect.endpoint);
      else this.node.counters.add("connections.ended");
    }
  }

  private controlChanged(change: ControlChange, now: Now): void {
    this.authority.endReign();
    if (change.kind === "ran-out" || change.kind === "released") {
      const ended = endReleasedConnections(this.gateway, now);
      this.perform(ended);
    }
    // Only while it is still true: "restart" says that there are no connections.
    const untouched = this.gateway.table.rows.length === 0 && this.gateway.history.nextIndex === 1;
    if ((change.kind === "granted" || change.kind === "regained") && untouched) this.notifier.announceRestart([change.epoch.server]);
    this.notifier.tellAnew();
  }

  async close(): Promise<void> {
    this.stations?.close();
    this.notifier.close();
    this.farParty.close();
    await this.media.shutDown();
    for (const close of this.closers) await close();
    this.authority.endReign();
    this.node.journal.append("node-stopped", "note", `Gateway ${this.node.name} was asked to stop.`);
    this.node.close();
  }
}

function sipCredentials({ user, secret }: SipSpec, node: TandemNode): Credentials | null {
  return user === null || secret === null ? null : { user, secret: node.secret(secret) };
}
