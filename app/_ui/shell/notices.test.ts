/** Each notice: there while it is so, in words, with the way out of it; none while all is well. */
import { describe, expect, test } from "vitest";
import { sampleAt, samplePause, sampleSnapshot } from "../../orders/testing/sample-snapshot.ts";
import { withInstants } from "../use-instants.ts";
import { noticesOf } from "./notices.ts";

const plain = sampleSnapshot();
const of = (changed: object, statuses: Readonly<Record<string, object>> = {}) =>
  noticesOf(sampleSnapshot(changed, statuses), sampleAt, "UTC").map(({ word, text, actions }) => ({
    word,
    text,
    hrefs: actions.map((action) => action.href),
  }));

describe("notices", () => {
  test("none while all is well", () => {
    expect(of({})).toEqual([]);
  });

  test("a pause: who, until when, why, who knows of it, and Resume", () => {
    const guard = { ...plain.guard, state: "paused", pause: samplePause(sampleAt + 2_220_000), votersThatKnow: 2 };
    expect(of({ guard })).toEqual([
      {
        word: "PAUSED",
        text: "ana paused automatic changes until 12:37:00 UTC, in 37 min: the core switch is replaced. No server takes over by itself. 2 of 3 voters are known to know, as cs-a tells.",
        hrefs: ["/orders/resume"],
      },
    ]);
    expect(of({ guard: { ...guard, used: 3 } })[0]?.hrefs).toEqual(["/orders/resume", "/orders/acknowledge"]);
  });

  test("held automation: k of K, and Acknowledge", () => {
    const [held] = of({ guard: { ...plain.guard, state: "held", used: 3 } });
    expect(held).toMatchObject({ word: "HELD", hrefs: ["/failovers", "/orders/acknowledge"] });
    expect(held?.text).toMatch(/^3 of 3 automatic changes used within 1 h/);
  });

  test("what nobody tells is unknown, not allowed", () => {
    expect(of({ guard: { ...plain.guard, state: "unknown", source: null } })[0]?.word).toBe("UNKNOWN");
  });

  test("control without the title, a change of voters, a schedule, a loan", () => {
    const untitled = [{ server: "cs-b", basis: "override", epoch: { number: 43, server: "cs-b" }, gateways: ["gw-1", "gw-2"] }];
    const scheduled = { id: "x", to: "cs-b", at: sampleAt + 600_000, by: "ana", reason: "quiet", orderedAt: sampleAt, keptBy: "cs-b" };
    const voterSet = { version: 18, voters: ["gw-1", "gw-2", "gw-3", "wit-1"], previous: ["gw-1", "gw-2", "wit-1"] };
    const lent = [{ gateway: "gw-3", to: "cs-b" }];
    const found = of({ untitled, scheduled }, { "cs-a": { voterSet, lent, state: "handing-over" } });
    expect(found.map((notice) => notice.word)).toEqual(["OVERRIDE", "HANDING OVER", "SCHEDULED", "VOTERS CHANGING", "LENT"]);
    expect(found[0]?.text).toBe("cs-b controls gw-1, gw-2 without the title, at epoch 43: an operator ordered it.");
    expect(found[2]?.text).toContain("at 12:10:00 UTC, in 10 min, ordered by ana: quiet. cs-b keeps the order and is not primary");
    expect(found[3]?.text).toContain("3 to 4 voters: gw-3 joins");
    expect(found[4]?.hrefs).toEqual(["/orders/recall?gateways=gw-3"]);
  });
});

test("voters that abstain while nobody holds the title: each with its order", () => {
  const gateways = plain.gateways.map((gateway) => ({ ...gateway, status: { state: gateway.name === "gw-3" ? "idle" : "abstaining" } }));
  expect(of({ gateways })).toEqual([]);
  expect(of({ gateways, primary: null })).toEqual([
    {
      word: "VOTERS ABSTAIN",
      text: "gw-1, gw-2 lost their storage, and abstain. Nobody holds the title to admit them.",
      hrefs: ["/orders/admit-voter?voter=gw-1", "/orders/admit-voter?voter=gw-2"],
    },
  ]);
});

test("instants of the servers are written in the zone of the page", () => {
  expect(withInstants("until 2026-11-21T13:00:00.000Z, whatever fails", sampleAt, "UTC")).toBe("until 13:00:00 UTC, whatever fails");
  expect(withInstants("at 2026-11-22T02:00:00Z", sampleAt, "UTC")).toBe("at 22 Nov 02:00:00 UTC");
});
