import { describe, expect, test } from "vitest";
import type { LabNode, LabStatus } from "../../../server/core/status/lab-status.ts";
import { actionName, actionObjection, cutsWords, cutText, firstLink, isCut, labVerdict, namedCuts, parseCalls } from "./lab-words.ts";

const node = (state: LabNode["state"]): LabNode => ({ name: "cs-a", kind: "call-server", pid: 1, state, since: 0, restarts: 0 });
const lab: LabStatus = {
  supervisorPid: 1,
  startedAt: 0,
  ready: true,
  nodes: [node("running"), { ...node("frozen"), name: "cs-b" }],
  cuts: [
    { from: "cs-a", to: "cs-b", path: 1 },
    { from: "cs-b", to: "cs-a", path: 1 },
    { from: "gw-1", to: "cs-a", path: 2 },
  ],
  traffic: { targetCalls: 60, activeCalls: 60, offered: 1, answered: 1, failed: 0, seed: 1 },
};

describe("lab", () => {
  test("buttons name verb, node and role", () => {
    expect(actionName("kill", "cs-a", "primary")).toBe("Kill cs-a (primary)");
  });

  test("what cannot be done says why", () => {
    expect(actionObjection("kill", node("running"))).toBeNull();
    expect(actionObjection("kill", node("killed"))).toBe("cs-a has no process.");
    expect(actionObjection("thaw", node("running"))).toBe("cs-a is not frozen.");
    expect(actionObjection("restart", node("killed"))).toBeNull();
    expect(actionObjection("freeze", node("frozen"))).toBe("cs-a is frozen already.");
  });

  test("both directions of one cut are one entry", () => {
    expect(namedCuts(lab.cuts).map(cutText)).toEqual(["cs-a ↔ cs-b, path 1", "gw-1 → cs-a, path 2"]);
  });

  test("one link cut on both paths is one link on two paths", () => {
    const both = [...lab.cuts.slice(0, 2), { from: "cs-a", to: "cs-b", path: 2 as const }, { from: "cs-b", to: "cs-a", path: 2 as const }];
    expect(cutsWords(both)).toBe("1 link is cut, on 2 paths");
  });

  test("only what is cut can be healed", () => {
    const choice = { a: "cs-b", b: "cs-a", path: "all", oneWay: false } as const;
    expect(isCut(lab.cuts, choice)).toBe(true);
    expect(isCut(lab.cuts, { ...choice, path: 2 })).toBe(false);
    expect(isCut(lab.cuts, { ...choice, a: "gw-1", path: 2, oneWay: true })).toBe(true);
    expect(isCut(lab.cuts, { a: "cs-a", b: "gw-1", path: 2, oneWay: true })).toBe(false);
  });

  test("the first link offered is that of the call servers", () => {
    const nodes = [
      { name: "wit-1", kind: "witness" },
      { name: "gw-1", kind: "gateway" },
      { name: "cs-b", kind: "call-server" },
      { name: "cs-a", kind: "call-server" },
    ] as const;
    expect(firstLink(nodes)).toEqual(["cs-a", "cs-b"]);
  });

  test("the sentence names what is not as it should be", () => {
    expect(labVerdict(lab, "cs-a")).toBe("cs-a is primary; cs-b is frozen; 2 links are cut, on 2 paths.");
    expect(labVerdict(null, null)).toBe("The lab's supervisor does not answer.");
  });

  test("calls are whole numbers up to the most that the lab takes", () => {
    expect([parseCalls("60"), parseCalls("2001"), parseCalls("-1"), parseCalls("1e3"), parseCalls("")]).toEqual([
      60,
      null,
      null,
      null,
      null,
    ]);
  });
});
