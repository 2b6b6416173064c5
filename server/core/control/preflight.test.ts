/** The plan of a switchover: what passes, what blocks, and that a blocked plan promises nothing. */
import { describe, expect, test } from "vitest";
import type { Keepalive } from "./link-message.ts";
import { startMember } from "./member.ts";
import { emptyStore, type Member } from "./member-state.ts";
import { switchoverPlan } from "./preflight.ts";
import { memberConfig } from "./testing/member-config.ts";

const now = { mono: 100_000, wall: 1_700_000_000_000 };

function member(): Member {
  const config = memberConfig({ peers: ["cs-b"], voters: ["gw-1"] });
  const started = startMember(config, { ...emptyStore, epochNumber: 4 }, now);
  started.self = { calls: 66, loadPercent: 1, digest: "ab12cd34ab12cd34", condition: "ok", ready: true, busy: null };
  return started;
}

function hear(member: Member, changed: Partial<Keepalive>): Member {
  const keepalive: Keepalive = {
    kind: "keepalive",
    epoch: { number: 4, server: "cs-a" },
    role: "standby",
    title: false,
    leaseMs: 450,
    votersVersion: 1,
    calls: 66,
    capacityCalls: 1_000,
    loadPercent: 1,
    digest: "0000000000000001",
    condition: "ok",
    ready: true,
    pauseSetAt: 0,
    acknowledgedEpoch: 0,
    ...changed,
  };
  member.peers.set("cs-b", { boot: 9, keepalive, judge: { lastAt: now.mono, intervalMs: 100 }, at: now.mono, readySince: null });
  return member;
}

const input = {
  to: "cs-b",
  configVersion: 1,
  phases: { talking: 60, ringing: 6, settingUp: 0 },
  pastMs: [],
  failoverInProgress: false,
  scheduled: null,
};

function callState(theirs: Partial<Keepalive>) {
  return switchoverPlan(hear(member(), theirs), input, now.mono).checks.find((check) => check.id === "digest");
}

describe("call state agrees", () => {
  test("within the slack that a standby's readiness has, and says how the standby knows", () => {
    expect(callState({ calls: 70 })).toMatchObject({
      check: "Call state agrees",
      result: "pass",
      found: "66 here, 70 there by its audits, some seconds old",
      limit: "± 3 calls and 10 %",
    });
    expect(callState({ calls: 90 })?.result).toBe("warn");
    expect(callState({ digest: "ab12cd34ab12cd34" })).toMatchObject({ result: "pass", found: "66, ab12" });
  });
});

test("a blocked plan promises nothing", () => {
  const plan = switchoverPlan(member(), input, now.mono);
  expect(plan.blockers).toContain("cs-b is ready: cs-b is not heard (needs ready)");
  expect(plan.steps).toEqual([]);
  expect(plan.undo).toBe(
    `This switchover cannot go ahead: ${plan.blockers.length} checks block it. Nothing changes, so there is nothing to undo.`,
  );
});
