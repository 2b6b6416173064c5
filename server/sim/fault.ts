/** A planned fault: one thing that goes wrong at one instant and, where it lasts, is over by itself. Plain data, so that a schedule can be shrunk. */
import type { NodeName } from "../core/identity.ts";
import { unreachable } from "../core/unreachable.ts";
import type { Path } from "./network.ts";
import { cancelSwitchover, changeVoters, failoverNow, guard, override, pause, switchover } from "./orders.ts";
import {
  changeCuts,
  changeIsolation,
  crash,
  crashInStep,
  cut,
  freeze,
  isolate,
  jumpWall,
  mend,
  reboot,
  restart,
  resumeMachine,
  setRate,
  slow,
  stallBeforeSend,
  starve,
  suspend,
  thaw,
  wipe,
} from "./verbs.ts";
import type { World } from "./world.ts";

export type FaultAction =
  | { readonly kind: "crash"; readonly node: NodeName; readonly forMs: number }
  | { readonly kind: "crash-in-step"; readonly node: NodeName; readonly effects: number; readonly forMs: number }
  | { readonly kind: "freeze"; readonly node: NodeName; readonly forMs: number }
  | { readonly kind: "starve"; readonly node: NodeName; readonly forMs: number; readonly lagMs: number }
  | { readonly kind: "suspend"; readonly node: NodeName; readonly forMs: number; readonly keepsDatagrams: boolean }
  | { readonly kind: "stall"; readonly node: NodeName; readonly forMs: number }
  | { readonly kind: "reboot"; readonly node: NodeName }
  | { readonly kind: "wipe"; readonly node: NodeName }
  | { readonly kind: "cut"; readonly from: NodeName; readonly to: NodeName; readonly path: Path | null; readonly forMs: number }
  | { readonly kind: "split"; readonly side: readonly NodeName[]; readonly other: readonly NodeName[]; readonly forMs: number }
  | { readonly kind: "isolate"; readonly node: NodeName; readonly forMs: number }
  | { readonly kind: "slow"; readonly from: NodeName; readonly to: NodeName; readonly byMs: number; readonly forMs: number }
  | { readonly kind: "rate"; readonly node: NodeName; readonly rate: number }
  | { readonly kind: "jump"; readonly node: NodeName; readonly byMs: number }
  /** `cancelMs`: an operator thinks better of it after so long; null = does not. */
  | { readonly kind: "switchover"; readonly cluster: number; readonly to: NodeName | null; readonly cancelMs: number | null }
  | { readonly kind: "lend"; readonly cluster: number; readonly to: NodeName; readonly clients: readonly NodeName[] }
  | { readonly kind: "failover-now"; readonly node: NodeName }
  | { readonly kind: "override"; readonly node: NodeName }
  | { readonly kind: "pause"; readonly cluster: number; readonly forMs: number; readonly resumes: boolean }
  | { readonly kind: "acknowledge"; readonly cluster: number }
  | { readonly kind: "voters"; readonly cluster: number; readonly add: NodeName | null; readonly remove: NodeName | null };

/** `atMs`: since the world began. */
export type Fault = FaultAction & { readonly atMs: number };

export function applyFault(world: World, fault: FaultAction): void {
  const later = (ms: number, undo: () => void): void => world.schedule.at(world.schedule.now + ms, undo);
  switch (fault.kind) {
    case "crash":
      crash(world, fault.node);
      later(fault.forMs, () => restart(world, fault.node));
      return;
    case "crash-in-step":
      crashInStep(world, fault.node, fault.effects);
      later(fault.forMs, () => restart(world, fault.node));
      return;
    case "freeze":
      freeze(world, fault.node);
      later(fault.forMs, () => thaw(world, fault.node));
      return;
    case "starve":
      starve(world, fault.node, fault.forMs, fault.lagMs);
      return;
    case "suspend":
      suspend(world, fault.node, fault.keepsDatagrams);
      later(fault.forMs, () => resumeMachine(world, fault.node));
      return;
    case "stall":
      stallBeforeSend(world, fault.node, fault.forMs);
      return;
    case "reboot":
      reboot(world, fault.node);
      return;
    case "wipe":
      wipe(world, fault.node);
      return;
    case "cut":
      cut(world, fault.from, fault.to, fault.path);
      later(fault.forMs, () => mend(world, fault.from, fault.to, fault.path));
      return;
    case "split":
      split(world, fault.side, fault.other, fault.forMs);
      return;
    case "isolate":
      isolate(world, fault.node);
      later(fault.forMs, () => changeIsolation(world, fault.node, -1));
      return;
    case "slow":
      slow(world, fault.from, fault.to, fault.byMs);
      later(fault.forMs, () => slow(world, fault.from, fault.to, 0));
      return;
    case "rate":
      setRate(world, fault.node, fault.rate);
      return;
    case "jump":
      jumpWall(world, fault.node, fault.byMs);
      return;
    default:
      applyOrder(world, fault, later);
  }
}

type OrderAction = Extract<FaultAction, { kind: "switchover" | "lend" | "failover-now" | "override" | "pause" | "acknowledge" | "voters" }>;

/** Operators act amid the faults; what they ask is a fault to the rest. */
function applyOrder(world: World, asked: OrderAction, later: (ms: number, undo: () => void) => void): void {
  switch (asked.kind) {
    case "switchover": {
      const id = switchover(world, asked.cluster, asked.to);
      if (id !== null && asked.cancelMs !== null) later(asked.cancelMs, () => cancelSwitchover(world, asked.cluster, id));
      return;
    }
    case "lend":
      switchover(world, asked.cluster, asked.to, asked.clients);
      return;
    case "failover-now":
      failoverNow(world, asked.node);
      return;
    case "override":
      override(world, asked.node);
      return;
    case "pause":
      // Half of all pauses end by themselves, the others when somebody resumes.
      pause(world, asked.cluster, asked.resumes ? null : asked.forMs);
      if (asked.resumes) later(asked.forMs, () => guard(world, asked.cluster, { kind: "resume" }));
      return;
    case "acknowledge":
      guard(world, asked.cluster, { kind: "acknowledge" });
      return;
    case "voters":
      changeVoters(world, asked.cluster, { add: asked.add, remove: asked.remove });
      return;
    default:
      unreachable(asked);
  }
}

function split(world: World, side: readonly NodeName[], other: readonly NodeName[], forMs: number): void {
  world.faultsDone += 1;
  world.trace.note("world", `is split: ${side.join(" ")} | ${other.join(" ")}`);
  const change = (by: 1 | -1): void => {
    for (const a of side) {
      for (const b of other) {
        changeCuts(world, a, b, null, by);
        changeCuts(world, b, a, null, by);
      }
    }
  };
  change(1);
  world.schedule.at(world.schedule.now + forMs, () => change(-1));
}

/** One line for people. */
export function faultText({ atMs, kind, ...rest }: Fault): string {
  const details = Object.entries(rest).map(([name, value]) => `${name} ${Array.isArray(value) ? value.join("+") : rounded(value)}`);
  return `${atMs.toFixed(0).padStart(6)} ms  ${kind} ${details.join(", ")}`;
}

function rounded(value: unknown): string {
  return typeof value === "number" ? String(Math.round(value * 1000) / 1000) : String(value);
}
