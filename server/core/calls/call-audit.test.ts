/** What a poll that shows a restart says of lines that are in no call, and what the loss of some endpoints' connections says of the others. */
import { expect, test } from "vitest";
import { CallControl } from "./call-control.ts";
import type { CallEvent } from "./call-event.ts";
import { defaultCallPolicy } from "./call-policy.ts";
import { oldestDisagreements } from "./disagreement.ts";
import { numberingOf } from "./numbering.ts";
import { talk } from "./scenarios/play.ts";
import { World } from "./scenarios/world.ts";
import { auditedLeg } from "./testing/audited-leg.ts";
import { finishedPoll } from "./testing/finished-poll.ts";

const numbering = numberingOf({
  gateways: [{ name: "if-1", kind: "interface", endpoints: { prefix: "aaln/", count: 1 }, firstNumber: "50101" }],
  routes: [],
});

test("a row of nobody's call at no endpoint keeps no line off its hook", () => {
  const control = new CallControl({ self: "cs-a", numbering, policy: defaultCallPolicy, newCallId: () => "new" });
  const step = (event: CallEvent, at: number) => control.step(event, { mono: at, wall: at });
  step({ kind: "gateway-gained", gateway: "if-1", adopt: false, silentSince: null }, 1_000);
  step(finishedPoll("if-1", [], 2_000), 2_000);
  step({ kind: "endpoint-event", gateway: "if-1", endpoint: "aaln/1@if-1", event: { kind: "off-hook" }, at: 3_000, errorMs: 25 }, 3_000);
  const line = control.state.endpoints.find("if-1", "aaln/1@if-1");
  expect(line).toMatchObject({ offHook: true, callId: null });

  const anonymous = auditedLeg({ gateway: "if-1", endpoint: null, callId: null, seenAt: 60_000 });
  const poll = finishedPoll("if-1", [anonymous], 60_000) as Extract<CallEvent, { kind: "poll-finished" }>;
  step({ ...poll, poll: { ...poll.poll, uptimeBefore: 100, uptimeAfter: 100 } }, 60_000);
  expect(line?.offHook).toBe(false);
});

test("endpoints that lost their connections end their calls, and nobody else's", () => {
  const world = new World(3, 1);
  world.quiet = true;
  world.control("cs-a", [...world.gateways.keys()], false, null, 0);
  for (const line of [1, 2, 3]) talk(world, `aaln/${line}@if-1`, `5050${line}`, `aaln/${line}@if-2`);
  const control = world.servers.get("cs-a")!;
  world.run(1_000);
  const { wall } = world;
  const endpoints = ["aaln/1@if-2", "aaln/3@if-2"];
  world.tell("cs-a", { kind: "gateway-restarted", gateway: "if-2", lastSeenAt: wall - 500, restartedAt: wall, endpoints });
  world.run(500);
  expect(world.records.map(({ record }) => [record.callId, record.outcome])).toEqual([
    ["call-1", "lost"],
    ["call-3", "lost"],
  ]);
  expect(control.state.get("call-2")).toMatchObject({ stage: "talking" });
  expect(control.state.endpoints.find("if-2", "aaln/2@if-2")).toMatchObject({ offHook: true, callId: "call-2" });
});

test("what a gateway and its calls disagree about has an age, and the oldest are told", () => {
  const control = new CallControl({ self: "cs-a", numbering, policy: { ...defaultCallPolicy, missedPolls: 4 }, newCallId: () => "new" });
  const step = (event: CallEvent, at: number) => control.step(event, { mono: at, wall: at });
  step({ kind: "gateway-gained", gateway: "if-1", adopt: false, silentSince: null }, 1_000);
  const ghost = (at: number) => auditedLeg({ gateway: "if-1", endpoint: "aaln/1@if-1", callId: "nobody's", seenAt: at });
  for (const at of [10_000, 15_000, 20_000]) step(finishedPoll("if-1", [ghost(at)], at), at);
  const { ghosts, orphans } = control.reconciliation("if-1");
  expect(oldestDisagreements(ghosts.values(), 21_000)).toEqual([{ endpoint: "aaln/1@if-1", callId: "nobody's", sinceMs: 11_000 }]);
  expect(orphans.size).toBe(0);
  step(finishedPoll("if-1", [], 25_000), 25_000);
  step(finishedPoll("if-1", [ghost(30_000)], 30_000), 30_000);
  expect([...control.reconciliation("if-1").ghosts.values()]).toMatchObject([{ since: 30_000, polls: 1 }]);

  const many = Array.from({ length: 150 }, (_, number) => ({ endpoint: null, callId: `${number}`, since: 1_000 - number }));
  const told = oldestDisagreements(many, 1_000);
  expect([told.length, told[0]!.callId, told[99]!.sinceMs]).toEqual([100, "149", 50]);
});
