/** A party hung up, and its gateway said so to nobody who listens now: an audit of its hook tells. */
import { expect, test } from "vitest";
import { CallControl } from "./call-control.ts";
import type { CallEvent } from "./call-event.ts";
import { defaultCallPolicy } from "./call-policy.ts";
import { numberingOf } from "./numbering.ts";
import { auditedLeg } from "./testing/audited-leg.ts";
import { finishedPoll } from "./testing/finished-poll.ts";

const numbering = numberingOf({
  gateways: [{ name: "if-1", kind: "interface", endpoints: { prefix: "aaln/", count: 2 }, firstNumber: "50101" }],
  routes: [],
});
const endpoint = "aaln/2@if-1";
const leg = { gateway: "if-1", callId: "c", setupAt: 1_000, connectAt: 1_500 };

/** A call that was answered at 1,500 ms is taken over at 2,000 ms; an off-hook of its called party, told again, seems to be of 3,000 ms. */
function takenOver(): (event: CallEvent, at: number) => string[] {
  const control = new CallControl({ self: "cs-b", numbering, policy: defaultCallPolicy, newCallId: () => "new" });
  const step = (event: CallEvent, at: number) => control.step(event, { mono: at, wall: at }).map((effect) => effect.kind);
  step({ kind: "gateway-gained", gateway: "if-1", adopt: true, silentSince: 1_800 }, 2_000);
  const calling = auditedLeg({ ...leg, endpoint: "aaln/1@if-1", connectionId: "1", seenAt: 2_000 });
  const called = auditedLeg({ ...leg, endpoint, index: 2, connectionId: "2", origin: "originate", seenAt: 2_000 });
  step(finishedPoll("if-1", [calling, called], 2_000), 2_000);
  step({ kind: "history-read", gateway: "if-1", rows: [], complete: true }, 2_000);
  step({ kind: "gateway-audited", gateway: "if-1", complete: true }, 2_000);
  step({ kind: "endpoint-event", gateway: "if-1", endpoint, event: { kind: "off-hook" }, at: 3_000, errorMs: 25 }, 3_000);
  return step;
}

const onHook = (startedAt: number): CallEvent => ({
  kind: "endpoints-audited",
  gateway: "if-1",
  startedAt,
  endpoints: [{ endpoint, offHook: false, connections: [] }],
});

test("an audit long after its last event ends the call, when what would say when has had its moment", () => {
  const step = takenOver();
  expect(step(onHook(4_500), 4_510)).toEqual([]);
  expect(step({ kind: "deadline-passed" }, 4_510 + defaultCallPolicy.unseenMs)).toContain("command");
});

test.each([
  { name: "soon after its last event", audit: onHook(3_500), at: 3_510 },
  { name: "from before its last event, long on its way", audit: onHook(2_500), at: 4_600 },
])("an audit $name says nothing", ({ audit, at }) => {
  const step = takenOver();
  expect(step(audit, at)).toEqual([]);
  expect(step({ kind: "deadline-passed" }, at + defaultCallPolicy.unseenMs)).toEqual([]);
});
