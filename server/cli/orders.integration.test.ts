/** The operator's verbs on the command line: plan, yes, order, outcome; exit codes, and the sentences on stderr. */
import { beforeEach, describe, expect, test } from "vitest";
import { fakeOrderPlan, fakePlan, fakeReport, fakeServer } from "../operations/testing/fake-site.ts";
import { aShell } from "./testing/shell.ts";

const { fleet, tandem } = aShell();

describe("switchover", () => {
  test("waits until it has settled, and prints the result", async () => {
    fleet.answerSwitchover = (order) => {
      if (!order.dryRun) {
        const now = Date.now();
        fleet.put(
          "cs-b",
          fakeServer("cs-b", "primary", now, {
            epoch: { number: 42, server: "cs-b" },
            failover: fakeReport(now, { kind: "switchover", cause: "requested", by: order.by, reason: order.reason }),
          }),
        );
      }
      return { accepted: !order.dryRun, switchoverId: order.switchoverId, plan: fakePlan("plan-1"), blockers: [] };
    };
    const words = ["switchover", "--reason", "maintenance", "--json"];
    expect(await tandem(...words)).toMatchObject({
      code: 2,
      err: "tandem: switchover needs a yes from a person. From a script, add --yes.\n",
    });
    fleet.orders.length = 0;
    const { code, out, err } = await tandem(...words, "--yes");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(JSON.parse(out)).toMatchObject({ settled: true, failover: { kind: "switchover", to: "cs-b" } });
    expect(fleet.orders.map((order) => order.dryRun)).toEqual([true, true, false]);
  });

  test("--dry-run changes nothing; blockers make it fail, all at once", async () => {
    fleet.answerSwitchover = (order) => ({
      accepted: false,
      switchoverId: order.switchoverId,
      plan: fakePlan("plan-1", { blockers: ["cs-b is not ready.", "gw-2 is unreachable."] }),
      blockers: [],
    });
    const dry = await tandem("switchover", "--reason", "maintenance", "--dry-run", "--json");
    expect(dry.code).toBe(1);
    expect(dry.err).toContain("  - cs-b is not ready.\n  - gw-2 is unreachable.\n");
    expect((JSON.parse(dry.out) as { planId: string }).planId).toBe("plan-1");
    expect(fleet.orders.every((order) => order.dryRun)).toBe(true);
  });

  test("an unknown server is named with those that exist", async () => {
    const { code, err } = await tandem("switchover", "--reason", "maintenance", "--to", "cs-x");
    expect([code, err]).toEqual([1, "tandem: cs-x is no call server of this site. It has cs-a, cs-b.\n"]);
    const { out } = await tandem("switchover", "--reason", "maintenance", "--to", "cs-x", "--json");
    expect(JSON.parse(out)).toEqual({
      error: { code: "not-found", message: "cs-x is no call server of this site. It has cs-a, cs-b.", details: [] },
    });
  });
});

describe("orders", () => {
  const typedFor: Partial<Record<string, string>> = { override: "cs-a", "admit-voter": "gw-1" };

  beforeEach(() => {
    fleet.answerOrder = ({ id, request: { verb }, dryRun }) => {
      const text = typedFor[verb];
      const confirm = text === undefined ? null : { text, because: `${text} loses what it had.` };
      const outcome = dryRun ? null : "Automatic changes are paused: 3 of 3 voters have stored it, 2 are needed.";
      const plan = fakeOrderPlan("plan-1", { verb, confirm });
      return { id, verb, accepted: !dryRun, settled: !dryRun, outcome, plan, blockers: [], stored: null, askInstead: null };
    };
  });

  test("a pause shows its plan, wants a yes, and tells the outcome", async () => {
    const words = ["pause", "--until", "+30m", "--reason", "new cables"];
    const asked = await tandem(...words);
    expect(asked).toMatchObject({ code: 2, err: "tandem: pause needs a yes from a person. From a script, add --yes.\n" });
    expect(fleet.asked.every(({ ask }) => ask.dryRun)).toBe(true);
    const { code, out, err } = await tandem(...words, "--yes");
    expect({ code, err }).toEqual({ code: 0, err: "" });
    expect(out).toContain("Then: No role changes by itself.");
    expect(out).toMatch(/\nAutomatic changes are paused: 3 of 3 voters have stored it, 2 are needed\.\n$/);
    const { node, ask } = fleet.asked.at(-1)!;
    expect([node, ask.dryRun, ask.reason, ask.request.verb]).toEqual(["cs-a", false, "new cables", "pause"]);
  });

  test("override goes to the server that it names, and wants the loser's name; admit the voter's, a yes is not enough", async () => {
    const words = ["override", "cs-b", "--reason", "the room is on fire", "--confirm"];
    expect((await tandem(...words, "cs-b")).err).toContain("Type cs-a to confirm");
    expect((await tandem(...words, "cs-a")).code).toBe(0);
    expect(fleet.asked.at(-1)).toMatchObject({ node: "cs-b", ask: { confirm: "cs-a", request: { verb: "override", to: "cs-b" } } });
    expect((await tandem("admit", "gw-1", "--reason", "new disk", "--yes")).err).toContain("add --confirm gw-1.");
    expect((await tandem("admit", "gw-1", "--reason", "new disk", "--confirm", "gw-1")).code).toBe(0);
    expect(fleet.asked.at(-1)?.ask).toMatchObject({ confirm: "gw-1", request: { verb: "admit-voter", voter: "gw-1" } });
  });

  test("names and times that are none are refused before anybody is asked", async () => {
    expect((await tandem("recall", "gw-9", "--reason", "enough", "--yes")).err).toContain("gw-9 is no gateway of this site.");
    expect((await tandem("admit", "gw-9", "--reason", "enough", "--yes")).err).toContain("gw-9 is no gateway or witness of this site.");
    for (const at of ["tomorrow", "2026-11-31T10:00:00Z", "2026-13-01T10:00:00Z", "2026-11-30T10:00:00"])
      expect((await tandem("switchover", "--at", at, "--reason", "enough")).code).toBe(2);
    expect(await tandem("pause", "--reason", "no", "--yes")).toMatchObject({
      code: 2,
      err: "tandem: --reason: at least 4 characters, the next person will ask why\n",
    });
    for (const words of [["pause", "--yes"], ["stop"], ["pause", "--reason"]]) expect((await tandem(...words)).code).toBe(2);
    expect(fleet.asked).toEqual([]);
    expect((await tandem("voters")).out).toContain("3 voters, version 1, as cs-a knows them: gw-1, gw-2, wit-1");
  });
});
