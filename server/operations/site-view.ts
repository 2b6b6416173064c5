/** Observations, read together: who is primary, how each node is, what the last change of control was. Pure; the same for page and script. */
import type { NodeName } from "../core/identity.ts";
import { compareEpochs, type Epoch, noEpoch } from "../core/identity.ts";
import type { GearSpec } from "../core/site/gear.ts";
import type { GatewaySpec, Site } from "../core/site/site.ts";
import type { GatewayHealth, GatewayStatus, ServerStatus, WitnessStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { ConsoleSnapshot, GatewayView, GearView, GuardView, Seen, ServerView } from "./console-view.ts";
import { gatewayCondition } from "./gateway-condition.ts";
import { gearCondition } from "./gear-condition.ts";
import { untitledHolders, viewGuard } from "./guard-view.ts";
import { freshServers, isFresh, judgeNode, statusTtlMs } from "./node-state.ts";
import { neverObserved, type Observations } from "./observations.ts";

export type SiteView = Pick<
  ConsoleSnapshot,
  | "epoch"
  | "primary"
  | "standby"
  | "automation"
  | "guard"
  | "scheduled"
  | "missedSwitchover"
  | "untitled"
  | "calls"
  | "servers"
  | "gateways"
  | "gear"
  | "witnesses"
  | "failover"
>;

/** `remembered`: the newest report in the database, for when the server that made it is down. */
export function viewSite(site: Site, observations: Observations, remembered: FailoverReport | null): SiteView {
  const servers = freshServers(observations);
  const primary = leader(servers);
  const standby =
    servers
      .filter((server) => server.role === "standby" && server !== primary)
      .sort((a, b) => rankOf(site, a.name) - rankOf(site, b.name))[0] ?? null;
  const failover = newestReport(observations, remembered, primary);
  const changing = failover?.state === "in-progress" && servers.some((server) => server.name === failover.to) ? failover : null;
  const guard = viewGuard(servers, standby ?? primary);
  return {
    epoch: clusterEpoch(observations, primary),
    primary: primary?.name ?? null,
    standby: standby?.name ?? null,
    automation: automationOf(standby ?? primary, guard),
    guard,
    scheduled: scheduledOf(servers, primary),
    missedSwitchover: missedOf(servers, primary),
    untitled: untitledHolders(servers),
    calls: (primary ?? standby)?.calls.active ?? null,
    servers: site.servers.map(
      (spec) => ({ ...see<ServerStatus>(site, spec.name, observations, "call-server"), rank: spec.rank }) satisfies ServerView,
    ),
    gateways: site.gateways.map((spec) => viewGateway(site, spec, observations, servers, primary, changing)),
    gear: site.gear.map((spec) => viewGear(spec, primary ?? standby ?? servers[0] ?? null, observations.at)),
    witnesses: site.witnesses.map((spec) => see<WitnessStatus>(site, spec.name, observations, "witness")),
    failover,
  };
}

function rankOf(site: Site, name: NodeName): number {
  return site.servers.find((spec) => spec.name === name)?.rank ?? Number.MAX_SAFE_INTEGER;
}

/** The primary with the highest epoch: a frozen one that has just woken may still call itself so for a moment. */
function leader(servers: readonly ServerStatus[]): ServerStatus | null {
  const claiming = servers.filter((server) => server.role === "primary");
  return claiming.sort((a, b) => Number(b.title.held) - Number(a.title.held) || compareEpochs(b.epoch, a.epoch))[0] ?? null;
}

function clusterEpoch(observations: Observations, primary: ServerStatus | null): { number: number; server: NodeName | null } {
  let newest: Epoch = primary?.epoch ?? noEpoch;
  if (!primary) {
    for (const { status } of observations.nodes.values()) {
      if (status && compareEpochs(status.epoch, newest) > 0) newest = status.epoch;
    }
  }
  return { number: newest.number, server: newest.server === "" ? null : newest.server };
}

/**
 * Of the standby, who is the one that would act; without one, of the primary, as it would act as the next standby.
 * A title that a server took by itself counts, the first one of a cold start too: nobody asked for it.
 */
function automationOf(server: ServerStatus | null, { state }: GuardView): ConsoleSnapshot["automation"] {
  if (!server) return { state: "unknown", used: 0, limit: 0 };
  const { used, limit } = server.automaticChanges;
  return { state, used, limit };
}

/** The primary's first: a schedule that another server still keeps will be dropped there. */
function scheduledOf(servers: readonly ServerStatus[], primary: ServerStatus | null): ConsoleSnapshot["scheduled"] {
  const keeper = primary?.scheduled ? primary : (servers.find((server) => server.scheduled !== null) ?? null);
  return keeper?.scheduled ? { ...keeper.scheduled, keptBy: keeper.name } : null;
}

/** Of no interest once the server that it named is primary, or another one is scheduled. */
function missedOf(servers: readonly ServerStatus[], primary: ServerStatus | null): ConsoleSnapshot["missedSwitchover"] {
  if (servers.some((server) => server.scheduled !== null)) return null;
  return (
    servers.find((server) => server.missedSwitchover !== null && server.missedSwitchover.to !== primary?.name)?.missedSwitchover ?? null
  );
}

/** Attempts that changed nothing, abandoned ones and a claim while another holds the title, are in the history, not here. */
function newestReport(observations: Observations, remembered: FailoverReport | null, primary: ServerStatus | null): FailoverReport | null {
  let newest = remembered;
  for (const { status } of observations.nodes.values()) {
    const report = status?.kind === "call-server" ? status.failover : null;
    if (!report || report.state === "abandoned") continue;
    if (report.state === "in-progress" && primary !== null && primary.name !== report.to) continue;
    if (!newest || report.id === newest.id || report.startedAt > newest.startedAt) newest = report;
  }
  return newest;
}

function see<Status>(site: Site, name: NodeName, observations: Observations, kind: "call-server" | "gateway" | "witness"): Seen<Status> {
  const observation = observations.nodes.get(name) ?? neverObserved;
  const judged = judgeNode(name, observation, observations.lab, whoMisses(site, name, observations), observations.at);
  const status = observation.status?.kind === kind ? (observation.status as Status) : null;
  return { name, state: judged.state, status, observedAt: observation.observedAt, ttlMs: statusTtlMs, error: judged.error };
}

/** Servers whose fresh status says that they miss this node. */
function whoMisses(site: Site, name: NodeName, observations: Observations): NodeName[] {
  const tooSilentMs = (site.timers.suspectAt + 1) * site.timers.keepaliveMs;
  return freshServers(observations)
    .filter((server) => {
      const peer = server.peers.find((one) => one.name === name);
      if (peer) return peer.silentMs !== null && peer.silentMs > tooSilentMs;
      const gateway = server.role === "primary" ? server.gateways.find((one) => one.name === name) : undefined;
      return gateway !== undefined && gateway.missed > site.timers.suspectAt;
    })
    .map((server) => server.name);
}

function viewGateway(
  site: Site,
  spec: GatewaySpec,
  observations: Observations,
  servers: readonly ServerStatus[],
  primary: ServerStatus | null,
  changing: FailoverReport | null,
): GatewayView {
  const seen = see<GatewayStatus>(site, spec.name, observations, "gateway");
  const observation = observations.nodes.get(spec.name) ?? neverObserved;
  const fresh = isFresh(observation, observations.at) ? seen.status : null;
  const told = fresh ? fresh.owner : (primary?.gateways.find((one) => one.name === spec.name)?.owner ?? null);
  const owner = fresh?.state === "orphaned" ? null : told;
  const watcher = servers.find((server) => server.name === told) ?? primary;
  const health: GatewayHealth | null = watcher?.gateways.find((one) => one.name === spec.name) ?? null;
  const healthSource = health ? (watcher?.name ?? null) : null;
  const facts = {
    name: spec.name,
    state: seen.state,
    error: seen.error,
    status: fresh,
    health,
    healthSource,
    pollSeconds: spec.pollSeconds,
    changing,
    suspectAt: site.timers.suspectAt,
    now: observations.at,
  };
  return {
    ...seen,
    kind: spec.kind,
    voter: spec.voter,
    priority: spec.priority,
    pollSeconds: spec.pollSeconds,
    localTo: spec.localTo,
    endpoints: spec.endpoints.count,
    snmp: { host: spec.snmp.host, port: spec.snmp.port },
    mgcp: { host: spec.mgcp.host, port: spec.mgcp.port },
    ...gatewayCondition(facts),
    owner,
    health,
    healthSource,
  };
}

/** Each server audits by itself; whoever leads is asked first. */
function viewGear(
  { name, kind, audit, control, pollSeconds, packetsPerSecond }: GearSpec,
  teller: ServerStatus | null,
  now: WallTime,
): GearView {
  const health = teller?.gear.find((one) => one.name === name) ?? null;
  return {
    name,
    own: false,
    kind,
    protocol: audit.protocol,
    control,
    pollSeconds,
    packetsPerSecond,
    ...gearCondition(health, now),
    health,
    healthSource: health === null ? null : (teller?.name ?? null),
  };
}
