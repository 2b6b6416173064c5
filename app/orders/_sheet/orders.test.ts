/** From the address to the request, and from the order to its end: the rail believes only what the console sees. */
import { describe, expect, test } from "vitest";
import type { OrderRequest } from "../../../server/core/status/order.ts";
import { sampleReport } from "../../failovers/testing/sample-report.ts";
import { clusterActions, gatewayActions, serverActions } from "../_menu/actions.ts";
import { sampleAt, samplePause, sampleSnapshot } from "../testing/sample-snapshot.ts";
import { followWithinMs, type Given, orderRailOf } from "./order-rail.ts";
import { namesOf, namesText, requestOf } from "./order-request.ts";
import { wordingOf } from "./order-words.ts";
import { changeText, driftText, votersOf } from "./voters-now.ts";

const from = (parameters: Record<string, string>) => (name: string) => parameters[name] ?? null;
const plain = sampleSnapshot();

describe("request", () => {
  test("a pause ends a chosen time from when the plan was made, on a whole second", () => {
    expect(requestOf("pause", from({ for: "15m" }), plain, sampleAt + 1).request).toEqual({ verb: "pause", until: sampleAt + 901_000 });
    expect(requestOf("pause", from({ for: "open" }), plain, sampleAt).request).toEqual({ verb: "pause", until: null });
    expect(requestOf("pause", from({ for: "nonsense" }), plain, sampleAt).request).toEqual({ verb: "pause", until: sampleAt + 3_600_000 });
  });

  test("what is still to be chosen is said instead of planned", () => {
    expect(requestOf("schedule-switchover", from({}), plain, 0)).toEqual({ request: null, missing: "Choose when." });
    expect(requestOf("failback", from({ gateways: "-" }), plain, 0).missing).toContain("at least one gateway");
    expect(requestOf("failback", from({}), plain, 0).missing).toContain("cs-a is preferred, and primary already");
    expect(requestOf("failback", from({}), { ...plain, primary: "cs-b" }, 0).request).toEqual({
      verb: "failback",
      to: null,
      gateways: null,
    });
    expect(requestOf("schedule-switchover", from({ at: "9999999999999999999" }), plain, 0).missing).toBe("Choose when.");
    expect(requestOf("recall", from({}), plain, 0).missing).toContain("at least one gateway");
  });

  test("names that the address leaves open are those of the situation", () => {
    expect(requestOf("failover-now", from({}), plain, 0).request).toEqual({ verb: "failover-now", to: "cs-b" });
    expect(requestOf("add-voter", from({}), plain, 0).request).toEqual({ verb: "add-voter", voter: "gw-3" });
    const lent = sampleSnapshot({}, { "cs-a": { lent: [{ gateway: "gw-2", to: "cs-b" }] } });
    expect(requestOf("recall", from({}), lent, 0).request).toEqual({ verb: "recall", gateways: ["gw-2"] });
    expect(namesOf(namesText([]))).toEqual([]);
  });
});

describe("voters", () => {
  test("a change under way and a drift are said", () => {
    const set = votersOf(
      sampleSnapshot({}, { "cs-a": { voterSet: { version: 18, voters: ["gw-1", "wit-1"], previous: ["gw-1", "gw-2", "wit-1"] } } }),
    );
    expect(changeText(set)).toBe("3 to 2 voters: gw-2 leaves");
    expect(driftText(set)).toContain("tandem.yaml names gw-2, which does not vote");
    expect(driftText(votersOf(plain))).toBeNull();
  });

  test("without a server that answers nothing is known of them", () => {
    const silent = sampleSnapshot({ servers: plain.servers.map((server) => ({ ...server, state: "unreachable" })) });
    expect(votersOf(silent)).toMatchObject({ source: null, voters: [] });
    expect(requestOf("remove-voter", from({}), silent, 0).missing).toContain("not known");
  });

  test("only a voter that abstains is there to be admitted, and it is admitted when it says so itself", () => {
    expect(requestOf("admit-voter", from({}), plain, 0)).toEqual({ request: null, missing: "No voter abstains now." });
    const witness = (state: string) => sampleSnapshot({ witnesses: [{ name: "wit-1", state: "up", status: { state } }] });
    const request: OrderRequest = { verb: "admit-voter", voter: "wit-1" };
    expect(requestOf("admit-voter", from({}), witness("abstaining"), 0).request).toEqual(request);
    const given: Given = { request, orderId: "order-1", since: sampleAt, epoch: 41, to: null, answer: "accepted", outcome: null };
    expect(orderRailOf(given, witness("abstaining"), sampleAt).end).toBe("running");
    expect(orderRailOf(given, witness("idle"), sampleAt).end).toBe("settled");
    expect(orderRailOf(given, plain, sampleAt).end).toBe("running");
  });
});

describe("rail", () => {
  const given = (request: OrderRequest, over: Partial<Given> = {}): Given => ({
    request,
    orderId: "order-1",
    since: sampleAt,
    epoch: 41,
    to: null,
    answer: "accepted",
    outcome: null,
    ...over,
  });
  const pause: OrderRequest = { verb: "pause", until: null };

  test("accepted is not observed, and observed is not settled before a majority knows", () => {
    expect(orderRailOf(given(pause), plain, sampleAt).reached).toEqual(["requested", "accepted"]);
    const seen = (votersThatKnow: number) =>
      sampleSnapshot({ guard: { ...plain.guard, state: "paused", pause: samplePause(), votersThatKnow } });
    expect(orderRailOf(given(pause), seen(1), sampleAt).reached).toEqual(["requested", "accepted", "observed"]);
    expect(orderRailOf(given(pause), seen(2), sampleAt)).toMatchObject({
      end: "settled",
      detail: "2 of 3 voters know of the pause, as cs-a tells.",
    });
  });

  test("a refusal is the end, and nothing is waited for without one", () => {
    expect(orderRailOf(given(pause, { answer: "refused" }), plain, sampleAt).end).toBe("refused");
    expect(orderRailOf(given(pause), plain, sampleAt + followWithinMs + 1).end).toBe("timed out");
    const unsaid = orderRailOf(given({ verb: "resume" }, { answer: "waiting" }), plain, sampleAt);
    expect(unsaid).toMatchObject({ end: "running", reached: ["requested"] });
  });

  test("a forced failover is known by its epoch, however old the last keepalive is", () => {
    const request: OrderRequest = { verb: "failover-now", to: "cs-b" };
    const report = { ...sampleReport, to: "cs-b", epoch: { number: 42, server: "cs-b" }, startedAt: sampleAt - 600_000 };
    const gateways = plain.gateways.map((gateway) => ({ ...gateway, owner: "cs-b" }));
    expect(orderRailOf(given(request), sampleSnapshot({ failover: report, primary: "cs-b", gateways }), sampleAt)).toMatchObject({
      end: "settled",
      failoverId: report.id,
    });
    const older = { ...report, epoch: { number: 41, server: "cs-b" } };
    expect(orderRailOf(given(request), sampleSnapshot({ failover: older, primary: "cs-b", gateways }), sampleAt).end).toBe("running");
  });

  test("a cancelled switchover that came too late says so", () => {
    const cancel: OrderRequest = { verb: "cancel-switchover" };
    expect(orderRailOf(given(cancel), plain, sampleAt).end).toBe("settled");
    const late = sampleSnapshot({ epoch: { number: 42, server: "cs-b" }, primary: "cs-b" });
    expect(orderRailOf(given(cancel), late, sampleAt)).toMatchObject({ end: "diverged", detail: "It was too late: cs-b is primary now." });
  });

  test("voters, loans and schedules are believed when they are seen", () => {
    const remove: OrderRequest = { verb: "remove-voter", voter: "gw-2" };
    expect(orderRailOf(given(remove), plain, sampleAt).end).toBe("running");
    const without = sampleSnapshot({}, { "cs-a": { voterSet: { version: 18, voters: ["gw-1", "wit-1"], previous: null } } });
    expect(orderRailOf(given(remove), without, sampleAt).end).toBe("settled");
    const lend: OrderRequest = { verb: "failback", to: "cs-b", gateways: ["gw-1"] };
    expect(orderRailOf(given(lend, { to: "cs-b" }), plain, sampleAt).end).toBe("running");
    const at = sampleAt + 3_600_000;
    const kept = sampleSnapshot({
      scheduled: { id: "order-1", to: "cs-b", at, by: "ana", reason: "quiet", orderedAt: sampleAt, keptBy: "cs-a" },
    });
    expect(orderRailOf(given({ verb: "schedule-switchover", to: null, at }), kept, sampleAt).end).toBe("settled");
    const held = sampleSnapshot({
      untitled: [{ server: "cs-b", basis: "override", epoch: { number: 43, server: "cs-b" }, gateways: ["gw-1"] }],
    });
    expect(orderRailOf(given({ verb: "override", to: "cs-b" }), held, sampleAt).detail).toBe(
      "cs-b controls 1 of 3 gateways by override: gw-1.",
    );
  });
});

describe("words", () => {
  const context = { primary: "cs-a", scheduled: null, to: "cs-b", now: sampleAt, zone: "UTC" } as const;

  test("question and button name the effect", () => {
    expect(wordingOf({ verb: "failover-now", to: "cs-b" }, context)).toMatchObject({
      question: "Fail over to cs-b now, without the consent of cs-a?",
      button: "Fail over to cs-b now: cs-a loses control",
    });
    expect(wordingOf({ verb: "pause", until: sampleAt + 3_600_000 }, context).question).toBe("Pause automatic changes until 13:00:00 UTC?");
    expect(wordingOf({ verb: "failback", to: null, gateways: ["gw-1", "gw-2", "gw-3", "gw-4"] }, context).button).toBe(
      "Fail 4 gateways back to cs-b",
    );
  });

  test("a menu keeps what cannot be now, with its reason", () => {
    const barred = clusterActions(plain)
      .flat()
      .filter((action) => action.barred !== null)
      .map((action) => `${action.text} ${action.barred}`);
    expect(barred).toEqual([
      "Cancel a switchover… none is scheduled or under way",
      "Resume automatic changes… not paused",
      "Acknowledge… nothing to acknowledge",
      "Recall lent gateways… none is lent",
    ]);
    expect(gatewayActions(plain, "gw-3", false).map((action) => action.text)).toEqual(["Give to cs-b…", "Add to the voters…"]);
    const [primary] = plain.servers;
    expect(
      primary === undefined
        ? []
        : serverActions(plain, primary)
            .flat()
            .map((action) => action.barred),
    ).not.toContain(null);
  });
});
