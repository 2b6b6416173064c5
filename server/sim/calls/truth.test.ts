/** What counts as a call's answer and end, where a channel that was given up comes to be late all the same. */
import { describe, expect, test } from "vitest";
import { Truth } from "./truth.ts";

const [calling, late, chosen] = ["aaln/1@gw-1", "ds/1@gw-2", "ds/1@gw-3"] as const;

function callWithLateChannel(): Truth {
  const truth = new Truth();
  truth.legBegan("A", { gateway: "gw-1", endpoint: calling, side: "calling" }, 0);
  truth.legBegan("A", { gateway: "gw-2", endpoint: late, side: "called" }, 10);
  truth.legConnected("A", late, 300);
  return truth;
}

describe("a channel that was given up is answered", () => {
  test("and deleted while another one rings: the call is answered there", () => {
    const truth = callWithLateChannel();
    truth.legBegan("A", { gateway: "gw-3", endpoint: chosen, side: "called" }, 310);
    truth.legEnded("A", late, 400);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: null, endedAt: null });
    truth.legConnected("A", chosen, 1_000);
    truth.legConnected("A", calling, 1_010);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: 1_000, throughAt: 1_010, endedAt: null });
    truth.hungUp("A", chosen, 5_000);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: 1_000, endedAt: 5_000, endedBy: "called" });
  });

  test("and deleted before the next one is tried", () => {
    const truth = callWithLateChannel();
    truth.legEnded("A", late, 400);
    truth.legBegan("A", { gateway: "gw-3", endpoint: chosen, side: "called" }, 410);
    truth.legConnected("A", chosen, 1_000);
    truth.legConnected("A", calling, 1_010);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: 1_000, throughAt: 1_010, endedAt: null, endedBy: null });
  });

  test("and hung up, and nobody answers the other one", () => {
    const truth = callWithLateChannel();
    truth.legBegan("A", { gateway: "gw-3", endpoint: chosen, side: "called" }, 310);
    truth.hungUp("A", late, 400);
    truth.hungUp("A", calling, 2_000);
    expect(truth.calls.get("A")).toMatchObject({ answeredAt: null, endedAt: 2_000, endedBy: "calling" });
  });
});

test("a called party that hangs up before its caller hears it has ended the call", () => {
  const truth = callWithLateChannel();
  truth.hungUp("A", late, 350);
  truth.legConnected("A", calling, 360);
  expect(truth.calls.get("A")).toMatchObject({ answeredAt: 300, throughAt: null, endedAt: 350, endedBy: "called" });
});
