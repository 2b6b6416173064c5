/** A server of a site with default timers and rules, and no peer. */
import { defaultTimers } from "../../site/timers.ts";
import type { MemberConfig } from "../member-state.ts";

export function memberConfig(change: Partial<MemberConfig> & Pick<MemberConfig, "voters">): MemberConfig {
  return {
    name: "cs-a",
    boot: 7,
    rank: 0,
    peers: [],
    clients: change.voters,
    votersVersion: 1,
    timers: defaultTimers,
    capacityCalls: 1_000,
    automaticChanges: { limit: 3, windowMs: 3_600_000 },
    partition: "survive",
    merge: { when: "now" },
    betterRanked: [],
    failback: { when: "manual" },
    ...change,
  };
}
