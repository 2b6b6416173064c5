/** What a poll that shows a restart says of lines that are in no call. */
import { expect, test } from "vitest";
import { CallControl } from "./call-control.ts";
import type { CallEvent } from "./call-event.ts";
import { defaultCallPolicy } from "./call-policy.ts";
import { oldestDisagreements } from "./disagreement.ts";
import { numberingOf } from "./numbering.ts";
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

test("a leg that no audit finds has an age as well", () => {
  const numbering = numberingOf({
    gateways: [{ name: "if-1", kind: "interface", endpoints: { prefix: "aaln/", count: 2 }, firstNumber: "50101" }],
    routes: [],
  });
  const control = new CallControl({ self: "cs-a", numbering, policy: { ...defaultCallPolicy, missedPolls: 4 }, newCallId: () => "new" });
  const step = (event: CallEvent, at: number) => control.step(event, { mono: at, wall: at });
  step({ kind: "gateway-gained", gateway: "if-1", adopt: false, silentSince: null }, 1_000);
  step({ kind: "admission-changed", open: true, reason: "" }, 2_000);
  // A line calls another: its connection is made, and no audit ever finds it.
  const line = { kind: "endpoint-event", gateway: "if-1", endpoint: "aaln/1@if-1", errorMs: 25 } as const;
  step({ ...line, event: { kind: "off-hook" }, at: 2_500 }, 2_500);
  const effects = step({ ...line, event: { kind: "digits", digits: "50102" }, at: 3_000 }, 3_000);
  const command = effects.flatMap((one) => (one.kind === "command" && one.command.kind === "create-connection" ? [one.command] : []))[0]!;
  const result = { kind: "done", commandId: command.commandId, connectionId: "1", localAddress: "if-1:16384", media: null } as const;
  step({ kind: "command-finished", result }, 3_010);
  for (const at of [10_000, 15_000]) step(finishedPoll("if-1", [], at), at);
  expect(oldestDisagreements(control.reconciliation("if-1").orphans.values(), 16_000)).toEqual([
    { endpoint: "aaln/1@if-1", callId: "new", sinceMs: 6_000 },
  ]);
});
