/** What counts as a call's answer and end, where a channel that was given up comes to be late all the same. */
import { describe, expect, test } from "vitest";
import { Truth } from "./truth.ts";

const [calling, late, chosen] = ["aaln/1@gw-1", "ds/1@gw-2", "ds/1@gw-3"] as const;

function callWithLateChannel(): Truth {
  const truth = new Truth();
  truth.legBegan("A", { gateway: "gw-1", endpoint: calling, side: "calling", address: "one:2" }, 0);
  truth.legBegan("A", { gateway: "gw-2", endpoint: late, side: "called", address: "two:2" }, 10);
  truth.legConnected("A", late, "one:2", 300);
  return truth;
}

describe("a channel that was given up is answered", () => {
  test("and deleted while another one rings: the call is answered there", () => {
    const truth = callWithLateChannel();
    truth.legBegan("A", { gateway: "gw-3", endpoint: chosen, side: "called", address: "three:2" }, 310);
    truth.legEnded("A", late, 400);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: null, endedAt: null });
    truth.legConnected("A", chosen, "one:2", 1_000);
    truth.legConnected("A", calling, "three:2", 1_010);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: 1_000, throughAt: 1_010, endedAt: null });
    truth.hungUp("A", chosen, 5_000);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: 1_000, endedAt: 5_000, endedBy: "called" });
  });

  test("and deleted before the next one is tried", () => {
    const truth = callWithLateChannel();
    truth.legEnded("A", late, 400);
    truth.legBegan("A", { gateway: "gw-3", endpoint: chosen, side: "called", address: "three:2" }, 410);
    truth.legConnected("A", chosen, "one:2", 1_000);
    truth.legConnected("A", calling, "three:2", 1_010);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: 1_000, throughAt: 1_010, endedAt: null, endedBy: null });
  });

  test("and stands on, though it came later than the one to which the caller speaks", () => {
    const truth = new Truth();
    truth.legBegan("A", { gateway: "gw-1", endpoint: calling, side: "calling", address: "one:2" }, 0);
    truth.legBegan("A", { gateway: "gw-3", endpoint: chosen, side: "called", address: "three:2" }, 310);
    truth.legBegan("A", { gateway: "gw-2", endpoint: late, side: "called", address: "two:2" }, 320);
    truth.legConnected("A", late, "one:2", 600);
    truth.legConnected("A", chosen, "one:2", 1_000);
    truth.legConnected("A", calling, "three:2", 1_010);
    truth.legEnded("A", late, 1_500);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: 1_000, throughAt: 1_010, endedAt: null });
    expect(truth.calledAt("A")?.endpoint).toBe(chosen);
  });

  test("and hung up, and nobody answers the other one", () => {
    const truth = callWithLateChannel();
    truth.legBegan("A", { gateway: "gw-3", endpoint: chosen, side: "called", address: "three:2" }, 310);
    truth.hungUp("A", late, 400);
    truth.hungUp("A", calling, 2_000);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: null, endedAt: 2_000, endedBy: "calling" });
  });
});

test("a called party that hangs up before its caller hears it has ended the call", () => {
  const truth = callWithLateChannel();
  truth.hungUp("A", late, 350);
  truth.legConnected("A", calling, "two:2", 360);
  expect(truth.calls.get("A")).toMatchObject({ answeredAt: 300, throughAt: null, endedAt: 350, endedBy: "called" });
});
