/** The plane of calls in the virtual world: its gateways are those of one cluster, its control is the world's. */
import { pathMs } from "../../core/control/client-heard.ts";
import { ownerOf, voterCondition } from "../../core/control/voter-state.ts";
import type { NodeName } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import type { World } from "../world.ts";
import { CallsPlane } from "./calls-plane.ts";
import { type CallsProfile, callsSite } from "./calls-site.ts";
import type { PlanePorts } from "./plane-ports.ts";

export function callsPlane(world: World, cluster: number, profile: CallsProfile): CallsPlane {
  const plan = world.clusters[cluster]!;
  return new CallsPlane({
    ports: portsOf(world),
    seed: world.options.seed,
    servers: plan.servers,
    site: callsSite(plan.gateways, profile.site),
    traffic: profile.traffic,
  });
}

export function portsOf(world: World): PlanePorts {
  /** A server's monotonic instant on its own wall clock, not later than either of its clocks tells (core/time.ts, notAfter). */
  const wallOf = (server: NodeName, mono: number | null | undefined): WallTime | null => {
    const now = world.now(server);
    return mono == null ? null : now.wall - (now.mono - mono) - world.node(server).clock.forwardSince(mono);
  };
  const memberOf = (server: NodeName) => world.serverNode(server).member;
  return {
    now: (node) => world.now(node),
    after: (node, ms, job) => world.after(node, ms, job),
    carry: (from, to, path, job) => world.carry(from, to, path, job),
    note: (who, what) => world.note(who, what),
    trueNow: () => world.schedule.now,
    lateMs: (node) => world.node(node).lateMs,
    pathMs: (server, gateway) => pathMs(world.serverNode(server).member, gateway),
    boot: (node) => world.node(node).boot,
    commands: (server, gateway) => world.commands(server, gateway),
    refusalOf: (gateway, epoch, boot) => world.refusalOf(gateway, epoch, boot),
    noteCommand: (gateway, server) => world.noteCommand(gateway, server),
    condition: (gateway) => voterCondition(world.voterNode(gateway).voter, world.now(gateway).mono),
    ownerOf: (gateway) => ownerOf(world.voterNode(gateway).voter),
    holds: (server) => {
      const { owned, state } = memberOf(server);
      return owned.size > 0 || state.kind === "holding";
    },
    awakeAt: (server) => world.serverNode(server).awakeAt,
    settledTitle: (server) => memberOf(server).settledTitle.at,
    lastAnswerAt: (server, gateway) => wallOf(server, memberOf(server).clients.get(gateway)?.aliveAt),
    flushed: (server, switchoverId) => world.flushed(server, switchoverId),
  };
}
