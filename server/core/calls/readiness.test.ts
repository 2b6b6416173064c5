import { describe, expect, test } from "vitest";
import type { AuditFreshness } from "./complete-poll.ts";
import { PrimaryDigests } from "./primary-digests.ts";
import { type ReadinessInput, readinessOf } from "./readiness.ts";

const fresh: AuditFreshness = {
  state: "complete",
  lastCompleteAt: 98_000,
  lastAttemptAt: 98_000,
  rows: 10,
  durationMs: 20,
  consecutiveFailures: 0,
  lastFailure: null,
};

function input(change: Partial<ReadinessInput>): ReadinessInput {
  const digests = new PrimaryDigests();
  digests.heard(0, "aa", 60);
  return {
    wall: 100_000,
    auditedFrom: 90_000,
    gateways: [{ name: "gw-1", pollMs: 5_000, freshness: fresh }],
    own: { digest: "aa", calls: 60, configVersion: 3, lateMs: null },
    primary: { name: "cs-a", digests, configVersion: 3, silentMs: 60, votersHear: true },
    voters: { answering: 7, needed: 4, all: 7 },
    ...change,
  };
}

describe("readiness of a standby", () => {
  test("all well", () => {
    expect(readinessOf(input({}))).toEqual({ ready: true, reasons: [] });
  });

  test("every reason is told at once, each in a clause that reads after a colon", () => {
    const digests = new PrimaryDigests();
    digests.heard(0, "bb", 90);
    const { ready, reasons } = readinessOf(
      input({
        gateways: [
          { name: "gw-1", pollMs: 5_000, freshness: { ...fresh, lastCompleteAt: null, lastFailure: "no answer in 2 s" } },
          { name: "gw-2", pollMs: 5_000, freshness: { ...fresh, lastCompleteAt: 69_000 } },
          { name: "gw-3", pollMs: 5_000, freshness: fresh },
        ],
        own: { digest: "aa", calls: 60, configVersion: 2, lateMs: 139.6 },
        primary: { name: "cs-a", digests, configVersion: 3, silentMs: 60, votersHear: true },
        voters: { answering: 3, needed: 4, all: 7 },
      }),
    );
    expect(ready).toBe(false);
    expect(reasons).toEqual([
      "gw-1 has never been audited completely (no answer in 2 s)",
      "gw-2 was last audited completely 31 s ago, the limit is 15 s",
      "its configuration is version 2, cs-a runs version 3",
      "its digest of the calls differs from cs-a's, although none of cs-a's calls changed during its audits",
      "its audits know 60 calls, cs-a carries 90",
      "only 3 of 7 voters answer it, a majority is 4",
      "its event loop runs late, by up to 140 ms",
    ]);
  });

  test("digests are compared only where the primary's stood still while the audits ran", () => {
    const digests = new PrimaryDigests();
    expect(digests.compare("aa", 0)).toBe("not-comparable");
    digests.heard(1_000, "aa", 10);
    digests.heard(2_000, "aa", 10);
    digests.heard(3_000, "aa", 10);
    digests.heard(4_000, "bb", 12);
    digests.heard(5_000, "bb", 14);
    expect(digests.compare("bb", 3_000)).toBe("not-comparable");
    expect(digests.compare("bb", 4_000)).toBe("agrees");
    expect(digests.compare("aa", 4_500)).toBe("differs");
    expect(digests.callsSince(2_000)).toEqual({ fewest: 10, most: 14 });
    expect(digests.callsSince(4_500)).toEqual({ fewest: 12, most: 14 });
    expect(digests.callsSince(500)).toBeNull();
    // Cut off for a while: what the primary carried in between is not known, even where it says the same as before.
    digests.heard(6_500, "bb", 14);
    expect(digests.compare("aa", 6_000)).toBe("not-comparable");
    expect(digests.callsSince(6_000)).toBeNull();
  });

  test("calls may have come and gone between two audits", () => {
    expect(readinessOf(input({ own: { digest: "aa", calls: 57, configVersion: 3, lateMs: null } })).ready).toBe(true);
    expect(readinessOf(input({ own: { digest: "aa", calls: 40, configVersion: 3, lateMs: null } })).ready).toBe(false);
  });

  test("a primary that is not heard is a reason at once, and its old keepalives are compared with nothing", () => {
    const digests = new PrimaryDigests();
    digests.heard(0, "bb", 90);
    const primary = { name: "cs-a", digests, configVersion: 3, silentMs: 3_800, votersHear: true };
    expect(readinessOf(input({ primary })).reasons).toEqual(["it has not heard cs-a for 3.8 s, although the voters do"]);
    expect(readinessOf(input({ primary: { ...primary, silentMs: 1_040, votersHear: false } })).reasons).toEqual([
      "it has not heard cs-a for 1.0 s",
    ]);
  });

  test("without a primary its digest is no reason: that is the case to be ready for", () => {
    expect(readinessOf(input({ primary: null })).ready).toBe(true);
  });
});
