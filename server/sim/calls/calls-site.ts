/** The site of a simulated cluster with calls: line gateways and trunk gateways in turn, numbered, with routes through every trunk. */
import { type Numbering, numberingOf } from "../../core/calls/numbering.ts";
import type { NodeName } from "../../core/identity.ts";
import type { GatewaySpec, RouteSpec } from "../../core/site/site.ts";

export interface CallsSite {
  readonly gateways: readonly GatewaySpec[];
  readonly numbering: Numbering;
  readonly routes: readonly RouteSpec[];
}

export interface SiteShape {
  readonly lines: number;
  readonly channels: number;
  readonly pollSeconds: number;
}

export interface TrafficProfile {
  /** Calls that begin in a second, over the whole site. */
  readonly perSecond: number;
  readonly meanHoldMs: number;
  /** Share of callers who give up before anybody answers. */
  readonly abandoned: number;
  /** Share of called parties who let it ring for longer than anybody waits. */
  readonly unanswered: number;
}

/** What a seed of the swarm draws where it carries calls. */
export interface CallsProfile {
  readonly site: SiteShape;
  readonly traffic: TrafficProfile;
}

const somewhere = { host: "::1", port: 1 };
const outside = "0";

/** Every second gateway is a trunk; one alone has lines. */
export function callsSite(names: readonly NodeName[], shape: SiteShape): CallsSite {
  const gateways = names.map((name, index) => gatewaySpec(name, index, shape));
  const trunks = gateways.filter((gateway) => gateway.kind === "trunk").map((gateway) => gateway.name);
  const routes = trunks.length === 0 ? [] : [{ prefix: outside, gateways: trunks }];
  return { gateways, routes, numbering: numberingOf({ gateways, routes }) };
}

function gatewaySpec(name: NodeName, index: number, { lines, channels, pollSeconds }: SiteShape): GatewaySpec {
  const trunk = index % 2 === 1;
  return {
    name,
    kind: trunk ? "trunk" : "interface",
    voter: true,
    priority: index + 1,
    link: somewhere,
    mgcp: somewhere,
    snmp: { ...somewhere, community: "lab", user: null },
    operator: somewhere,
    rtp: { host: `10.${(index >> 8) & 255}.${index & 255}.1`, portFrom: 16384, portTo: 32767 },
    endpoints: trunk ? { prefix: "ds/e1-1/", count: channels } : { prefix: "aaln/", count: lines },
    firstNumber: trunk ? null : `5${String(index).padStart(5, "0")}${"1".padStart(String(lines).length + 1, "0")}`,
    pollSeconds,
    sip: null,
    audit: "snmp",
    localTo: null,
  };
}
