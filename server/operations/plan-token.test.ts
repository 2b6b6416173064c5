/** Nobody confirms what they did not see: a switchover needs the plan that was shown, still valid, still true. */
import { describe, expect, test } from "vitest";
import { listAuditRows } from "../../db/audit-log.ts";
import type { Database } from "../../db/database.ts";
import { planSwitchover } from "./plan-switchover.ts";
import { requestSwitchover } from "./request-switchover.ts";
import { type FakeContext, fakeContext } from "./testing/fake-context.ts";
import { fakePlan } from "./testing/fake-site.ts";

const order = { planId: "plan-1", to: null, reason: "maintenance", switchoverId: "order-1" };

function prepared(): { context: FakeContext; plan: { id: string; blockers: string[] } } {
  const context = fakeContext();
  const plan = { id: "plan-1", blockers: [] as string[] };
  context.fleet.answerSwitchover = (asked) => ({
    accepted: !asked.dryRun,
    switchoverId: asked.switchoverId,
    plan: fakePlan(plan.id, { blockers: plan.blockers }),
    blockers: plan.blockers,
  });
  return { context, plan };
}

async function outcomes(context: FakeContext): Promise<string[]> {
  return (await listAuditRows(context.database as Database, 10, null)).map((row) => row.outcome);
}

const carriedOut = (context: FakeContext): number => context.fleet.orders.filter((one) => !one.dryRun).length;

describe("a plan", () => {
  test("that was shown and still holds is carried out, and audited with who and why", async () => {
    const { context } = prepared();
    await planSwitchover(context, null);
    expect(await requestSwitchover(context, order)).toMatchObject({ accepted: true, switchoverId: "order-1" });
    const [row] = await listAuditRows(context.database as Database, 10, null);
    expect(row).toMatchObject({ actor: "ana via console", action: "switchover", reason: "maintenance", outcome: "done" });
  });

  test("that nobody was shown is refused", async () => {
    const { context } = prepared();
    await expect(requestSwitchover(context, order)).rejects.toMatchObject({ code: "situation-changed" });
    expect([carriedOut(context), await outcomes(context)]).toEqual([0, ["refused: situation-changed"]]);
  });

  test("that expired is refused, and says how old it is", async () => {
    const { context } = prepared();
    await planSwitchover(context, null);
    context.clock.now += 31_000;
    await expect(requestSwitchover(context, order)).rejects.toThrow("31 s old and was valid for 30 s. Check again.");
    expect(carriedOut(context)).toBe(0);
  });

  test("that no longer describes the situation is refused", async () => {
    const { context, plan } = prepared();
    await planSwitchover(context, null);
    plan.id = "plan-2";
    await expect(requestSwitchover(context, order)).rejects.toMatchObject({ code: "situation-changed" });
    expect(carriedOut(context)).toBe(0);
  });

  test("with blockers names all of them at once", async () => {
    const { context, plan } = prepared();
    plan.blockers = ["cs-b is not ready.", "gw-2 does not answer."];
    await planSwitchover(context, null);
    await expect(requestSwitchover(context, order)).rejects.toMatchObject({ code: "blocked", details: plan.blockers });
    expect(carriedOut(context)).toBe(0);
  });
});

describe("an order", () => {
  test("without a reason, to a stranger, or by a viewer is refused and audited", async () => {
    const { context } = prepared();
    await planSwitchover(context, null);
    await expect(requestSwitchover(context, { ...order, reason: " no  " })).rejects.toMatchObject({ code: "invalid" });
    await expect(requestSwitchover(context, { ...order, to: "cs-z" })).rejects.toMatchObject({ code: "not-found" });
    const viewer = { ...context, actor: { ...context.actor, role: "viewer" as const } };
    await expect(requestSwitchover(viewer, order)).rejects.toMatchObject({ code: "forbidden" });
    expect(carriedOut(context)).toBe(0);
    expect(await outcomes(context)).toEqual(["refused: forbidden", "refused: not-found", "refused: invalid"]);
  });

  test("without a server in reach says what then happens by itself", async () => {
    const { context } = prepared();
    for (const name of ["cs-a", "cs-b"]) context.fleet.put(name, null, { failure: "unreachable" });
    await expect(planSwitchover(context, null)).rejects.toMatchObject({ code: "no-server" });
  });

  test("goes through even when the audit log's disk is gone", async () => {
    const { context } = prepared();
    await planSwitchover(context, null);
    context.database?.close();
    expect(await requestSwitchover(context, order)).toMatchObject({ accepted: true });
  });
});
