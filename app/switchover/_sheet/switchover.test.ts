/** The sheet's words, and the rail that believes only what the console sees. */
import { describe, expect, test } from "vitest";
import type { SwitchoverPlan } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { sampleReport } from "../../failovers/testing/sample-report.ts";
import { railOf, settleWithinMs } from "./action-rail.ts";
import { buttonText, commandText, countChecks, countsText, planObjection, prediction, reasonProblem, sheetHead } from "./plan-words.ts";

const plan: SwitchoverPlan = {
  planId: "7c1e",
  from: "cs-a",
  to: "cs-b",
  epoch: { number: 41, server: "cs-a" },
  checks: [
    { id: "a", check: "cs-b answers", result: "pass", found: "0.4 ms", limit: "20 ms", ageMs: 10 },
    { id: "b", check: "Calls being set up", result: "warn", found: "1", limit: "0", ageMs: 10 },
  ],
  blockers: [],
  effect: { talking: 57, ringing: 2, settingUp: 0, unknown: 0, pastMs: [180, 210, 190], expectedMs: 190, worstMs: 210 },
  steps: [],
  undo: "",
  validMs: 30_000,
};

describe("plan", () => {
  test("the button names the effect", () => {
    expect(buttonText(plan)).toBe("Switch over to cs-b: 59 calls kept");
    expect(buttonText({ ...plan, effect: { ...plan.effect, talking: 1, ringing: 0, settingUp: 1 } })).toBe(
      "Switch over to cs-b: 1 call kept, 1 being set up may be released",
    );
  });

  test("a blocked plan promises no call and says that it is blocked", () => {
    const blocked = { ...plan, blockers: ["cs-b is ready: cs-b is not heard (needs ready)"] };
    expect(buttonText(blocked)).toBe("Switch over to cs-b");
    expect(sheetHead(blocked, null, "cs-a", "cs-b")).toEqual({
      kicker: "Planned switchover: 1 check blocks it",
      title: "Switch over from cs-a to cs-b?",
    });
  });

  test("the head asks only while nothing is ordered", () => {
    expect(sheetHead(plan, null, "cs-a", "cs-b")).toEqual({
      kicker: "Planned switchover, nothing blocks it",
      title: "Switch over from cs-a to cs-b?",
    });
    expect(sheetHead(null, null, null, "cs-b").title).toBe("Switch over to cs-b?");
    expect(sheetHead(plan, "running", "cs-a", "cs-b").title).toBe("Switching over from cs-a to cs-b");
    expect(sheetHead(plan, "settled", "cs-a", "cs-b")).toEqual({ kicker: "Switchover settled", title: "cs-b took over from cs-a" });
    expect(sheetHead(plan, "timed out", "cs-a", "cs-b").title).toBe("Switchover from cs-a to cs-b");
  });

  test("counts, objections and reason", () => {
    expect(countsText(countChecks(plan.checks))).toBe("1 pass, 1 warn.");
    expect(planObjection(plan, 100)).toBeNull();
    expect(planObjection(plan, 0)).toContain("expired");
    expect(planObjection({ ...plan, blockers: ["a", "b"] }, 0)).toBe("2 checks block this switchover.");
    expect(reasonProblem("  abc ")).toContain("at least 4");
    expect(reasonProblem("disk")).toBeNull();
  });

  test("the command survives a shell", () => {
    expect(commandText("cs-b", 'say "hi" $(id) `id`')).toBe('npx tandem switchover --to cs-b --reason "say \\"hi\\" \\$(id) \\`id\\`"');
  });

  test("few runs say so, and every run has its place on the scale", () => {
    const found = prediction(plan.effect);
    expect(found.note).toContain("only 3");
    expect(Math.max(...found.ticks)).toBeLessThan(found.untilMs);
    expect(prediction({ ...plan.effect, pastMs: [], worstMs: null }).note).toContain("no past run");
  });
});

describe("action rail", () => {
  const requestedAt = sampleReport.startedAt - 200;
  const order = { to: "cs-b", requestedAt, accepted: true, refused: false };
  const snapshot = (over: object): ConsoleSnapshot =>
    ({ primary: "cs-a", failover: null, gateways: [], ...over }) as unknown as ConsoleSnapshot;
  const owned = ["gw-1", "gw-2"].map((name) => ({ name, status: { owner: "cs-b" } }));

  test("accepted is not observed", () => {
    expect(railOf(order, snapshot({}), requestedAt + 100).reached).toEqual(["requested", "accepted"]);
  });

  test("observed needs the primary and two gateways; settled needs the end", () => {
    const running = { ...sampleReport, state: "in-progress" };
    expect(railOf(order, snapshot({ failover: running, primary: "cs-b", gateways: owned.slice(0, 1) }), requestedAt).reached.at(-1)).toBe(
      "in progress",
    );
    expect(railOf(order, snapshot({ failover: running, primary: "cs-b", gateways: owned }), requestedAt).reached.at(-1)).toBe("observed");
    const done = railOf(order, snapshot({ failover: sampleReport, primary: "cs-b", gateways: owned }), requestedAt);
    expect(done).toMatchObject({ end: "settled", failoverId: "42-cs-b" });
    expect(done.outcome).toEqual({ interruptionMs: 840, kept: 57, atStake: 57, released: 0, by: null, reason: null });
  });

  test("an older change of control is not taken for this one", () => {
    const older = { ...sampleReport, startedAt: requestedAt - 60_000 };
    expect(railOf(order, snapshot({ failover: older, primary: "cs-b", gateways: owned }), requestedAt).reached).toEqual([
      "requested",
      "accepted",
    ]);
  });

  test("a later change to another server is not waited for", () => {
    const later = { ...sampleReport, id: "43-cs-a", to: "cs-a", startedAt: requestedAt + 60_000 };
    expect(railOf(order, snapshot({ failover: later }), requestedAt + 90_000)).toMatchObject({
      end: "diverged",
      detail: "Another change of control came since; cs-a is primary.",
      failoverId: "43-cs-a",
    });
  });

  test("it does not wait for ever, and a refusal is the end", () => {
    expect(railOf(order, snapshot({}), requestedAt + settleWithinMs + 1).end).toBe("timed out");
    expect(railOf({ ...order, refused: true }, snapshot({}), requestedAt).end).toBe("refused");
    expect(railOf(order, snapshot({ failover: { ...sampleReport, state: "abandoned" } }), requestedAt).end).toBe("diverged");
  });
});
