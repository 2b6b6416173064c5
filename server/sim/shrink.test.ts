import { describe, expect, test } from "vitest";
import { faultText } from "./fault.ts";
import { drawFaults } from "./fault-plan.ts";
import { coreMachines } from "./machines.ts";
import { drawProfile } from "./profile.ts";
import { shrink } from "./shrink.ts";
import { failureReport, runSeed } from "./swarm.ts";

describe("shrinking", () => {
  test("leaves exactly what the failure needs", () => {
    const all = Array.from({ length: 40 }, (_, i) => i);
    expect(shrink(all, (kept) => kept.includes(7) && kept.includes(23))).toEqual([7, 23]);
    expect(shrink(all, () => true)).toEqual([]);
    expect(shrink(all, (kept) => kept.length === 40)).toEqual(all);
  });

  test("a schedule is drawn up front, the same for the same seed, in order of time", () => {
    const faults = drawFaults(drawProfile(12));
    expect(drawFaults(drawProfile(12))).toEqual(faults);
    expect(faults.map((fault) => fault.atMs)).toEqual(faults.map((fault) => fault.atMs).sort((a, b) => a - b));
    for (const fault of faults) expect(faultText(fault)).toContain(fault.kind);
  });

  test("a failing seed tells itself: profile, invariant, replay, faults, trace", () => {
    // A voter that answers every keepalive with a promise, whoever holds the grant.
    const machines: typeof coreMachines = {
      ...coreMachines,
      receiveAtVoter(voter, envelope, message, now) {
        const effects = coreMachines.receiveAtVoter(voter, envelope, message, now);
        return effects.map((effect) =>
          effect.kind === "reply" && effect.message.kind === "answer" && message.kind === "keepalive"
            ? { ...effect, message: { ...effect.message, refusal: null, promiseMs: voter.timers.promiseMs } }
            : effect,
        );
      },
    };
    const report = failureReport(runSeed(2, { machines }), { machines });
    expect(report).toContain("seed 2: ");
    expect(report).toContain("violated at ");
    expect(report).toContain("replay: npm run sim -- --seed 2");
    expect(report).toMatch(/\d+ faults shrink to \d+:/);
  });
});
