/** Every stage of a call against everything that can happen to it, written to `call-transitions.txt`: a difference is a change of behaviour. */
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import type { CallEvent } from "./call-event.ts";
import type { EndpointEvent, ObservedEvent } from "./endpoint-event.ts";
import type { CommandResult } from "./gateway-command.ts";
import { type Stage, stages } from "./live-call.ts";
import { commandText } from "./scenarios/transcript.ts";
import { World } from "./scenarios/world.ts";

type Called = "line" | "trunk";

const calling = "aaln/1@if-1";
const calledAt: Record<Called, string> = { line: "aaln/1@if-2", trunk: "ds/2@gw-1" };

/** A world whose only call stands in the stage, with its commands answered up to there. */
function worldIn(stage: Stage, called: Called): World {
  const world = new World(2, 2);
  world.quiet = true;
  world.control("cs-a", [...world.gateways.keys()], false, null, 0);
  world.party(calling, { kind: "off-hook" });
  world.run(20);
  if (stage === "collecting") return world;
  world.party(calling, { kind: "digits", digits: called === "line" ? "50501" : "0301" });
  world.run(5); // the create for the calling leg is on its way
  if (stage === "connecting-calling") return world;
  world.run(10);
  if (stage === "connecting-called") return world;
  world.run(30);
  if (stage === "ringing") return world;
  world.party(calledAt[called], called === "line" ? { kind: "off-hook" } : { kind: "answer" });
  world.run(30);
  if (stage === "talking") return world;
  world.party(calling, { kind: "on-hook" });
  world.run(5);
  return world;
}

interface Stimulus {
  readonly name: string;
  readonly only?: Called;
  readonly event: (world: World, called: Called) => CallEvent | null;
}

function event(endpoint: string, observed: ObservedEvent, world: World): EndpointEvent {
  return {
    kind: "endpoint-event",
    gateway: endpoint.slice(endpoint.indexOf("@") + 1),
    endpoint,
    event: observed,
    at: world.wall,
    errorMs: 20,
  };
}

/** The result of the newest command that this server still waits for. */
function result(world: World, kind: "refused" | "timed-out" | "not-sent"): CallEvent | null {
  const commandId = world.lastCommandId;
  if (world.servers.get("cs-a")!.pendingCommands === 0) return null;
  const results: Record<typeof kind, CommandResult> = {
    refused: { kind: "refused", commandId, code: 400, comment: "" },
    "timed-out": { kind: "timed-out", commandId },
    "not-sent": { kind: "not-sent", commandId, reason: "" },
  };
  return { kind: "command-finished", result: results[kind] };
}

const stimuli: readonly Stimulus[] = [
  { name: "calling party hangs up", event: (world) => event(calling, { kind: "on-hook" }, world) },
  { name: "calling party lifts again", event: (world) => event(calling, { kind: "off-hook" }, world) },
  { name: "digits of a line", event: (world) => event(calling, { kind: "digits", digits: "50502" }, world) },
  { name: "digits of nobody", event: (world) => event(calling, { kind: "digits", digits: "9" }, world) },
  { name: "the first digits", event: (world) => event(calling, { kind: "digits", digits: "5" }, world) },
  { name: "called party lifts", only: "line", event: (world) => event(calledAt.line, { kind: "off-hook" }, world) },
  { name: "called party hangs up", only: "line", event: (world) => event(calledAt.line, { kind: "on-hook" }, world) },
  { name: "network answers", only: "trunk", event: (world) => event(calledAt.trunk, { kind: "answer" }, world) },
  { name: "network releases", only: "trunk", event: (world) => event(calledAt.trunk, { kind: "release", cause: 17 }, world) },
  {
    name: "network seizes the same channel",
    only: "trunk",
    event: (world) => event(calledAt.trunk, { kind: "seizure", called: "50502", calling: null }, world),
  },
  { name: "last command refused", event: (world) => result(world, "refused") },
  { name: "last command timed out", event: (world) => result(world, "timed-out") },
  { name: "last command not sent", event: (world) => result(world, "not-sent") },
  {
    name: "calling gateway restarts",
    event: (world) => ({ kind: "gateway-restarted", gateway: "if-1", lastSeenAt: world.wall, restartedAt: world.wall + 1 }),
  },
  { name: "an operator releases it", event: () => ({ kind: "release-ordered", callId: "call-1", cause: 31 }) },
];

/** What follows at once: the stage, then the effects. */
function outcome(world: World, act: () => void): string {
  world.quiet = false;
  world.heard.length = 0;
  act();
  const call = world.servers.get("cs-a")!.state.get("call-1");
  const effects = world.heard.map((effect) => {
    if (effect.kind !== "command") return effect.kind === "journal" ? `journal ${effect.what}` : effect.kind;
    return `${effect.command.endpoint} ${commandText(effect.command)}`;
  });
  return `${call?.stage ?? "(gone)"}${effects.length > 0 ? `\n      ${effects.join("\n      ")}` : ""}`;
}

test("the transition table", async () => {
  const lines: string[] = [
    "# Generated by call-transitions.test.ts. Line 50101 calls line 50501 (line) or number 0301 of the network (trunk).",
  ];
  for (const stage of stages) {
    for (const called of ["line", "trunk"] as const) {
      lines.push("", `${stage}, to a ${called}`);
      for (const stimulus of stimuli) {
        if (stimulus.only && stimulus.only !== called) continue;
        const world = worldIn(stage, called);
        expect(world.servers.get("cs-a")!.state.get("call-1")?.stage).toBe(stage);
        const happened = stimulus.event(world, called);
        if (happened) lines.push(`  ${stimulus.name} → ${outcome(world, () => world.tell("cs-a", happened))}`);
      }
      lines.push(`  its deadline passes → ${deadlinePasses(worldIn(stage, called))}`);
      if (stage === "releasing") lines.push(`  its last deadline passes → ${lastDeadlinePasses(called)}`);
      lines.push(`  control of both gateways is lost → ${controlLost(worldIn(stage, called))}`);
    }
  }
  const path = join(dirname(fileURLToPath(import.meta.url)), "call-transitions.txt");
  await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(path);
});

function deadlinePasses(world: World): string {
  const due = world.servers.get("cs-a")!.deadline();
  if (due === null) return "(it has none)";
  world.mono = due;
  return outcome(world, () => world.tell("cs-a", { kind: "deadline-passed" }));
}

function lastDeadlinePasses(called: "line" | "trunk"): string {
  const world = worldIn("releasing", called);
  let last = "";
  while (world.servers.get("cs-a")!.state.get("call-1")) last = deadlinePasses(world);
  return last;
}

function controlLost(world: World): string {
  return outcome(world, () => {
    for (const gateway of world.gateways.keys()) world.tell("cs-a", { kind: "gateway-lost", gateway });
  });
}
