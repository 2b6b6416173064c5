/** Takeovers that begin late, or end too soon: every call that ended meanwhile is recorded all the same. */
import { expect, test } from "vitest";
import type { NodeName } from "../../core/identity.ts";
import { drawProfile, type Profile } from "../profile.ts";
import { runProfile } from "../swarm.ts";
import { profileWithCalls } from "./calls-profile.ts";

const seed = 55;
const downMs = 6000;
const diesAfterMs = 60;

function aPair(): { profile: Profile; first: NodeName; second: NodeName; missedMs: number } {
  const profile = profileWithCalls(seed, drawProfile(seed));
  const [plan] = profile.clusters;
  const [first, second] = plan?.servers ?? [];
  if (!plan || first === undefined || second === undefined) throw new Error("the seed has no second server");
  return { profile, first, second, missedMs: plan.timers.missLimit * plan.timers.keepaliveMs };
}

test("both servers were down, and the first one to come back dies before it has worked the gateways through", () => {
  const { profile, first, second, missedMs } = aPair();
  const atMs = profile.startMs + 4000;
  const { failure } = runProfile(profile, [
    { kind: "crash", node: first, forMs: downMs, atMs },
    { kind: "crash", node: second, forMs: downMs + 60, atMs },
    { kind: "crash", node: first, forMs: 3000, atMs: atMs + downMs + missedMs + diesAfterMs },
  ]);
  expect(failure).toBeNull();
});

test("the standby stands still while the primary dies, and then reads keepalives of the dead that waited for it", () => {
  const { profile, first, second } = aPair();
  const atMs = profile.startMs + 14_000;
  const { failure } = runProfile({ ...profile, safetyMs: 26_000 }, [
    { kind: "freeze", node: second, forMs: 9000, atMs },
    { kind: "crash", node: first, forMs: 11_000, atMs: atMs + 1000 },
  ]);
  expect(failure).toBeNull();
});
