/** The status for scripts: `tandem status --json`, a stable shape. Times are ISO 8601 UTC with milliseconds; unknown is null, never 0. */
import type { Role } from "../core/control/link-message.ts";
import type { AuditProtocol } from "../core/gear/gear-profile.ts";
import type { NodeName } from "../core/identity.ts";
import type { GatewayKind, HostPort } from "../core/site/site.ts";
import type { WallTime } from "../core/time.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { GatewayView, GearCondition, GearView, NodeState, ServerView } from "./console-view.ts";
import type { OperationsContext } from "./context.ts";
import { freshServers } from "./node-state.ts";
import type { Observations } from "./observations.ts";
import { rememberedReport } from "./recent-reports.ts";
import { type SiteView, viewSite } from "./site-view.ts";

export interface ClusterStatus {
  readonly cluster: string;
  readonly epoch: number;
  readonly epochOwner: NodeName | null;
  readonly servers: readonly {
    readonly name: NodeName;
    readonly role: Exclude<Role, "none"> | null;
    readonly state: NodeState;
    readonly pid: number | null;
    readonly epoch: number | null;
    readonly keepaliveAgeMs: number | null;
    readonly readiness: { readonly ready: boolean; readonly reasons: readonly string[] };
  }[];
  readonly gateways: readonly {
    readonly name: NodeName;
    readonly kind: GatewayKind;
    readonly voter: boolean;
    /** As for servers; `orphaned` where it is up and its owner's promise has run out, `abstaining` where it lost its storage. */
    readonly state: NodeState | "orphaned" | "abstaining";
    readonly owner: NodeName | null;
    readonly epoch: number | null;
    readonly pid: number | null;
    readonly activeConnections: { readonly reported: number | null; readonly expected: number | null; readonly observedAt: string | null };
    readonly snmp: HostPort & { readonly community: string };
    readonly mgcp: HostPort;
  }[];
  /** Gear of others, only where the site names any; every number is the primary's, null where it does not know. */
  readonly gear?: readonly {
    readonly name: NodeName;
    readonly kind: GatewayKind;
    readonly protocol: AuditProtocol;
    readonly profile: string | null;
    readonly state: GearCondition;
    readonly connections: number | null;
    readonly calls: number | null;
    readonly stuck: number | null;
    readonly observedAt: string | null;
  }[];
  readonly witnesses: readonly { readonly name: NodeName; readonly pid: number | null }[];
  readonly calls: { readonly active: number | null };
  readonly lastFailover: {
    readonly id: string;
    readonly kind: "failover" | "switchover";
    readonly startedAt: string;
    readonly timeline: {
      readonly lastKeepaliveAt: string | null;
      readonly suspectedAt: string | null;
      readonly decidedAt: string | null;
      readonly titleAt: string | null;
      readonly activeAt: string | null;
    };
    readonly callsAdopted: number;
    readonly callsReleased: number;
    readonly recordsRecovered: number;
  } | null;
}

export async function getStatus(context: OperationsContext): Promise<ClusterStatus> {
  const observations = await context.observe();
  const remembered = await rememberedReport(context).catch(() => null);
  return statusOf(context, observations, viewSite(context.site, observations, remembered));
}

function statusOf({ site }: OperationsContext, observations: Observations, view: SiteView): ClusterStatus {
  const pidOf = (name: NodeName, status: { pid: number } | null): number | null => {
    const process = observations.lab?.nodes.find((node) => node.name === name);
    return process ? process.pid : (status?.pid ?? null);
  };
  return {
    cluster: site.cluster,
    epoch: view.epoch.number,
    epochOwner: view.epoch.server,
    servers: view.servers.map((server) => serverRow(server, keepaliveAgeMs(observations, server.name), pidOf(server.name, server.status))),
    gateways: view.gateways.map((gateway) => ({
      ...gatewayRow(gateway, pidOf(gateway.name, gateway.status)),
      snmp: { ...gateway.snmp, community: site.gateways.find((spec) => spec.name === gateway.name)?.snmp.community ?? "" },
      mgcp: gateway.mgcp,
    })),
    ...(view.gear.length === 0 ? {} : { gear: view.gear.map(gearRow) }),
    witnesses: view.witnesses.map((witness) => ({ name: witness.name, pid: pidOf(witness.name, witness.status) })),
    calls: { active: view.calls },
    lastFailover: view.failover ? failoverRow(view.failover) : null,
  };
}

function serverRow(server: ServerView, ageMs: number | null, pid: number | null): ClusterStatus["servers"][number] {
  const status = server.state === "up" || server.state === "suspect" ? server.status : null;
  const role = status === null || status.role === "none" ? null : status.role;
  const readiness = status?.readiness ?? { ready: false, reasons: [server.error ?? "it does not answer"] };
  return {
    name: server.name,
    role,
    state: server.state,
    pid,
    epoch: status?.epoch.number ?? null,
    keepaliveAgeMs: ageMs,
    readiness: { ready: readiness.ready, reasons: readiness.reasons },
  };
}

/** Since anybody last heard a keepalive of this server, as its peers tell. */
function keepaliveAgeMs(observations: Observations, name: NodeName): number | null {
  const ages = freshServers(observations).flatMap((server) =>
    server.peers.filter((peer) => peer.name === name).map((peer) => peer.silentMs),
  );
  const known = ages.filter((age) => age !== null);
  return known.length === 0 ? null : Math.round(Math.min(...known));
}

function gatewayRow(gateway: GatewayView, pid: number | null): Omit<ClusterStatus["gateways"][number], "snmp" | "mgcp"> {
  const status = gateway.state === "up" || gateway.state === "suspect" ? gateway.status : null;
  const { health } = gateway;
  return {
    name: gateway.name,
    kind: gateway.kind,
    voter: gateway.voter,
    state: gateway.state === "up" && (status?.state === "orphaned" || status?.state === "abstaining") ? status.state : gateway.state,
    owner: gateway.owner,
    epoch: status?.epoch.number ?? health?.epoch.number ?? null,
    pid,
    activeConnections: {
      reported: health?.reported ?? null,
      expected: health?.expected ?? null,
      observedAt: iso(health?.audit.lastCompleteAt ?? null),
    },
  };
}

function gearRow({ name, kind, protocol, condition, health }: GearView): NonNullable<ClusterStatus["gear"]>[number] {
  return {
    name,
    kind,
    protocol,
    profile: health?.profile ?? null,
    state: condition,
    connections: health?.legs ?? null,
    calls: health?.calls ?? null,
    stuck: health?.stuck ?? null,
    observedAt: iso(health?.polling.lastCompleteAt ?? null),
  };
}

function failoverRow(report: FailoverReport): NonNullable<ClusterStatus["lastFailover"]> {
  const { timeline } = report;
  return {
    id: report.id,
    kind: report.kind,
    startedAt: new Date(report.startedAt).toISOString(),
    timeline: {
      lastKeepaliveAt: iso(timeline.lastKeepaliveAt),
      suspectedAt: iso(timeline.suspectedAt),
      decidedAt: iso(timeline.decidedAt),
      titleAt: iso(timeline.titleAt),
      activeAt: iso(timeline.activeAt),
    },
    callsAdopted: report.callsAdopted,
    callsReleased: report.callsReleased,
    recordsRecovered: report.recordsRecovered,
  };
}

function iso(at: WallTime | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}
