/** What is done to a world on purpose: each verb changes one thing, counts as a fault, and says so in the trace. */
import type { NodeName } from "../core/identity.ts";
import type { Path } from "./network.ts";
import { ServerNode } from "./server-node.ts";
import type { World } from "./world.ts";

function note(world: World, who: NodeName, what: string): void {
  world.faultsDone += 1;
  world.trace.note(who, what);
}

export function crash(world: World, name: NodeName): void {
  const node = world.node(name);
  if (!node.alive) return;
  note(world, name, "crashes");
  node.crash();
}

export function restart(world: World, name: NodeName): void {
  const node = world.node(name);
  if (node.alive) return;
  note(world, name, "restarts");
  if (node instanceof ServerNode) node.restart();
  else node.restart(false);
}

/** A gateway that loses its calls and comes back at once; its storage survives. */
export function reboot(world: World, name: NodeName): void {
  const node = world.voterNode(name);
  note(world, name, "reboots");
  if (node.alive) node.crash();
  node.restart(true);
}

/** The disk is replaced by an empty one; the process begins anew. */
export function wipe(world: World, name: NodeName): void {
  const node = world.node(name);
  note(world, name, "restarts with an empty disk");
  if (node.alive) node.crash();
  node.disk.wipe();
  for (const checker of world.checkers.onWipe) checker.onWipe(world, name);
  if (node instanceof ServerNode) node.restart();
  else node.restart(true);
}

export function freeze(world: World, name: NodeName): void {
  note(world, name, "freezes");
  world.node(name).freeze();
}

export function thaw(world: World, name: NodeName): void {
  note(world, name, "thaws");
  world.node(name).thaw();
}

/** @param keepsDatagrams a paused virtual machine finds on waking what was sent to it meanwhile */
export function suspend(world: World, name: NodeName, keepsDatagrams = false): void {
  note(world, name, keepsDatagrams ? "is paused with its machine" : "is suspended with its machine");
  world.node(name).suspend(keepsDatagrams);
}

export function resumeMachine(world: World, name: NodeName): void {
  note(world, name, "wakes with its machine");
  world.node(name).resume();
}

export function starve(world: World, name: NodeName, ms: number, lagMs: number): void {
  note(world, name, `is starved for ${Math.round(ms)} ms: its jobs run up to ${Math.round(lagMs)} ms late`);
  world.node(name).starve(ms, lagMs);
}

export function setRate(world: World, name: NodeName, rate: number): void {
  note(world, name, `clock runs at ${(rate * 100).toFixed(2)} %`);
  const node = world.node(name);
  node.clock.setRate(rate);
  node.clockChanged();
}

/** What sets a clock runs on the machine: not while that is suspended (docs/safety.md, what this rests on). */
export function jumpWall(world: World, name: NodeName, ms: number): void {
  if (world.node(name).clock.suspended) return;
  note(world, name, `wall clock jumps by ${Math.round(ms)} ms`);
  world.node(name).clock.jumpWall(ms);
}

/** The next step of this node dies after so many of its effects. */
export function crashInStep(world: World, name: NodeName, afterEffects: number): void {
  world.faultsDone += 1;
  const node = world.node(name);
  if (node.alive) node.crashAfter = afterEffects;
}

/** The next datagram of this server leaves so much later than it was stamped. */
export function stallBeforeSend(world: World, name: NodeName, ms: number): void {
  note(world, name, `stands still for ${Math.round(ms)} ms before its next datagram`);
  const node = world.serverNode(name);
  if (node.alive) node.stallMs = ms;
}

export function cut(world: World, from: NodeName, to: NodeName, path: Path | null = null): void {
  note(world, from, `can no longer reach ${to}${path === null ? "" : ` on path ${path}`}`);
  changeCuts(world, from, to, path, 1);
}

export function mend(world: World, from: NodeName, to: NodeName, path: Path | null = null): void {
  note(world, from, `can reach ${to} again${path === null ? "" : ` on path ${path}`}`);
  changeCuts(world, from, to, path, -1);
}

export function changeCuts(world: World, from: NodeName, to: NodeName, path: Path | null, by: 1 | -1): void {
  for (const each of path === null ? ([1, 2] as const) : [path]) {
    const link = world.network.link(from, to, each);
    link.cuts = Math.max(0, link.cuts + by);
  }
}

export function isolate(world: World, name: NodeName): void {
  note(world, name, "is cut off from everybody");
  changeIsolation(world, name, 1);
}

export function changeIsolation(world: World, name: NodeName, by: 1 | -1): void {
  for (const other of world.membersOf(world.node(name).cluster)) {
    if (other.name === name) continue;
    changeCuts(world, name, other.name, null, by);
    changeCuts(world, other.name, name, null, by);
  }
}

export function slow(world: World, from: NodeName, to: NodeName, byMs: number): void {
  note(world, from, byMs === 0 ? `reaches ${to} without delay again` : `reaches ${to} ${Math.round(byMs)} ms later`);
  const { network, schedule } = world;
  for (const path of [1, 2] as const) {
    const link = network.link(from, to, path);
    network.stragglersUntil = Math.max(network.stragglersUntil, schedule.now + link.slowMs);
    link.slowMs = byMs;
  }
}

/** Everything that stands, is slow or is cut is well again; what is dead starts. */
export function healAll(world: World): void {
  world.faultsDone += 1;
  world.trace.note("world", "is healed");
  world.network.healAll();
  world.interceptors.clear();
  for (const node of [...world.servers.values(), ...world.voters.values()]) {
    node.relieve();
    if (!node.alive) restart(world, node.name);
  }
}
