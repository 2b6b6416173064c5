import { expect, test } from "vitest";
import { recordFromHistory } from "../../core/calls/record-builder.ts";
import { Truth } from "../calls/truth.ts";
import { recordProblems } from "./one-record-per-answered-call.ts";

/** A call that two channels answered, at 300 and at 1,000; its caller hung up at 3,000. */
function answeredTwice(cutThrough: boolean): Truth {
  const truth = new Truth();
  truth.legBegan("c", { gateway: "if-1", endpoint: "aaln/1@if-1", side: "calling", address: "one:2" }, 0);
  truth.legBegan("c", { gateway: "gw-1", endpoint: "ds/1@gw-1", side: "called", address: "two:2" }, 10);
  truth.legBegan("c", { gateway: "gw-2", endpoint: "ds/1@gw-2", side: "called", address: "three:2" }, 20);
  truth.legConnected("c", "ds/1@gw-1", "one:2", 300);
  truth.legConnected("c", "ds/1@gw-2", "one:2", 1_000);
  if (cutThrough) truth.legConnected("c", "aaln/1@if-1", "three:2", 1_010);
  truth.hungUp("c", "aaln/1@if-1", 3_000);
  return truth;
}

function problemsWith(truth: Truth, answeredAt: number): string[] {
  const called = { gateway: "gw-1", endpoint: "ds/1@gw-1", origin: "originate", localNumber: null, peerNumber: null } as const;
  const unknown = { localAddress: null, remoteAddress: null, codec: null, qos: null, cause: 16, media: null } as const;
  const key = { callId: "c", bootEpoch: 0, setupTicks: 1, index: 1, setupAt: 20, clockErrorMs: 10 };
  const row = { ...called, ...unknown, ...key, connectAt: answeredAt, endAt: 3_000, releasedHere: true };
  const record = recordFromHistory({ callId: "c", history: [row], active: [] }, null, { self: "cs-a", writtenAt: 0, epochs: [] });
  return recordProblems({ truth, records: () => [record!], wasSeenToReboot: () => true }, { instantMs: 5, rate: 0 });
}

test("of a call that was never cut through, each answer is right; of one that was, the answer by which both spoke", () => {
  expect(problemsWith(answeredTwice(false), 300)).toEqual([]);
  expect(problemsWith(answeredTwice(false), 1_000)).toEqual([]);
  expect(problemsWith(answeredTwice(false), 600)).toHaveLength(1);
  expect(problemsWith(answeredTwice(true), 1_000)).toEqual([]);
  expect(problemsWith(answeredTwice(true), 300)).toHaveLength(1);
});

test("an answer that was hung up again in vain is not one of them", () => {
  const truth = answeredTwice(false);
  const late = truth.calls.get("c")!.legs.find((leg) => leg.gateway === "gw-1")!;
  late.hungUpAt = 500;
  truth.calls.get("c")!.answeredAt = 1_000;
  expect(problemsWith(truth, 1_000)).toEqual([]);
  expect(problemsWith(truth, 300)).toHaveLength(1);
});

test("a call lost with its gateway needs its record where a server that lived on had known it", () => {
  const truth = answeredTwice(true);
  truth.rebooted("gw-2", 3_100);
  const without = (seen: boolean): string[] =>
    recordProblems({ truth, records: () => [], wasSeenToReboot: () => seen }, { instantMs: 5, rate: 0 });
  expect(without(true)).toHaveLength(1);
  expect(without(false)).toEqual([]);
});
