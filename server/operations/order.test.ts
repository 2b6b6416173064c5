/** Orders of every verb: to whom they go, that the plan and the typed name must hold, and that every attempt is in the audit log. */
import { expect, test } from "vitest";
import type { OrderPlan, OrderRequest } from "../core/status/order.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";
import { auditSchedule } from "./audit-schedule.ts";
import { listAudit } from "./list-audit.ts";
import { orderCommand } from "./order-words.ts";
import { planOrder } from "./plan-order.ts";
import { requestOrder } from "./request-order.ts";
import { type FakeContext, fakeContext } from "./testing/fake-context.ts";
import { fakeOrderPlan, fakeServer } from "./testing/fake-site.ts";

const pause: OrderRequest = { verb: "pause", until: null };

function answering(changed: Partial<OrderPlan> = {}): FakeContext {
  const context = fakeContext();
  context.fleet.answerOrder = ({ id, request: { verb }, dryRun }) => {
    const plan = fakeOrderPlan("plan-1", { verb, ...changed });
    const outcome = dryRun ? null : "It is done.";
    return { id, verb, accepted: !dryRun, settled: !dryRun, outcome, plan, blockers: [], stored: null, askInstead: null };
  };
  return context;
}

const give = (context: FakeContext, request: OrderRequest, changed: { planId?: string; reason?: string; confirm?: string | null } = {}) =>
  requestOrder(context, { planId: "plan-1", request, reason: "new cables", confirm: null, orderId: "order-0001", ...changed });

test("an order needs a plan that was shown and still holds, a reason, and what the plan wants typed", async () => {
  const context = answering({ confirm: { text: "cs-a", because: "cs-a loses control." } });
  const request: OrderRequest = { verb: "failover-now", to: "cs-b" };
  await expect(give(context, request)).rejects.toMatchObject({ code: "situation-changed" });
  await planOrder(context, request);
  await expect(give(context, request, { reason: "no" })).rejects.toMatchObject({ code: "invalid" });
  await expect(give(context, request, { confirm: "cs-b" })).rejects.toThrow("Type cs-a to confirm: cs-a loses control.");
  await expect(give(context, request, { planId: "plan-2", confirm: "cs-a" })).rejects.toMatchObject({ code: "situation-changed" });
  expect(await give(context, request, { confirm: "cs-a" })).toMatchObject({ outcome: "It is done." });
  const audit = await listAudit(context, { limit: 10 });
  expect(audit.map((entry) => [entry.action, entry.target, entry.outcome])).toEqual([
    ["failover-now", "cs-b", "done"],
    ["failover-now", "cs-b", "refused: situation-changed"],
    ["failover-now", "cs-b", "refused: invalid"],
    ["failover-now", "cs-b", "refused: invalid"],
    ["failover-now", "cs-b", "refused: situation-changed"],
  ]);
  expect(audit[0]).toMatchObject({ actor: "ana via console", reason: "new cables", detail: "order order-0001, plan plan-1: It is done." });
});

test("blockers are told all at once, and nothing is ordered", async () => {
  const context = answering({ blockers: ["First.", "Second."] });
  await planOrder(context, pause);
  await expect(give(context, pause)).rejects.toMatchObject({ code: "blocked", details: ["First.", "Second."] });
  expect(context.fleet.asked.every(({ ask }) => ask.dryRun)).toBe(true);
});

test("each verb goes to the server that can carry it out", async () => {
  const context = answering();
  const askedFor = async (request: OrderRequest): Promise<string | undefined> => {
    await planOrder(context, request);
    return context.fleet.asked.at(-1)?.node;
  };
  expect(await askedFor({ verb: "override", to: "cs-b" })).toBe("cs-b");
  expect(await askedFor({ verb: "remove-voter", voter: "wit-1" })).toBe("cs-a");
  expect(await askedFor(pause)).toBe("cs-a");
  const kept = { id: "one", to: "cs-a", at: 1, by: "ana", reason: "new kernel", orderedAt: 0 };
  context.fleet.put("cs-b", fakeServer("cs-b", "standby", context.clock.now, { scheduled: kept }));
  expect(await askedFor({ verb: "cancel-switchover" })).toBe("cs-b");
  context.fleet.put("cs-a", null, { failure: "unreachable" });
  expect(await askedFor(pause)).toBe("cs-b");
  await expect(planOrder(context, { verb: "recall", gateways: ["gw-1", "gw-9"] })).rejects.toThrow("gw-9 is no gateway of this site.");
});

test("a scheduled switchover is audited when it happens, or does not", async () => {
  const context = fakeContext();
  const data = { id: "one", to: "cs-b", at: 5, by: "ana", reason: "new kernel", orderedAt: 0 };
  const event = (sequence: number, what: string, given: Record<string, unknown>): JournalEvent => {
    return { sequence, node: "cs-a", boot: 1, mono: 1, wall: sequence, what, severity: "note", text: `It ${what}.`, data: given };
  };
  const names = ["scheduled", "began", "blocked", "dropped"].map((one) =>
    one === "scheduled" ? "switchover-scheduled" : `scheduled-switchover-${one}`,
  );
  await auditSchedule(context, [...names.map((what, index) => event(index, what, data)), event(9, "scheduled-switchover-dropped", {})]);
  const audit = await listAudit(context, { limit: 10 });
  expect(audit.map((entry) => [entry.at, entry.actor, entry.target, entry.outcome])).toEqual([
    [3, "ana by schedule", "cs-b", "refused: dropped"],
    [2, "ana by schedule", "cs-b", "refused: blocked"],
    [1, "ana by schedule", "cs-b", "done"],
  ]);
});

test("whom an order meant that names nobody is told once its plan says", async () => {
  const context = answering({ to: "cs-a" });
  const failback: OrderRequest = { verb: "failback", to: null, gateways: null };
  await planOrder(context, failback);
  await expect(give(context, failback, { planId: "another" })).rejects.toThrow();
  await give(context, failback);
  expect((await listAudit(context, { limit: 10 })).map((entry) => entry.target)).toEqual(["cs-a", "the preferred server"]);
});

test("an order reads as its command", () => {
  expect(orderCommand({ verb: "failback", to: "cs-b", gateways: ["gw-1", "gw-2"] })).toBe("tandem failback gw-1 gw-2 --to cs-b");
  expect(orderCommand({ verb: "schedule-switchover", to: null, at: 0 })).toBe("tandem switchover --at 1970-01-01T00:00:00.000Z");
  expect(orderCommand({ verb: "admit-voter", voter: "wit-1" })).toBe("tandem admit wit-1");
  expect(orderCommand(pause)).toBe("tandem pause");
});
