/** Both servers were down while calls ended, and the first one to come back dies before it has worked the gateways through. */
import { expect, test } from "vitest";
import { drawProfile } from "../profile.ts";
import { runProfile } from "../swarm.ts";
import { profileWithCalls } from "./calls-profile.ts";

const seed = 55;
const downMs = 6000;
const diesAfterMs = 60;

test("who takes over from it records what ended before", () => {
  const profile = profileWithCalls(seed, drawProfile(seed));
  const [plan] = profile.clusters;
  const [first, second] = plan?.servers ?? [];
  if (!plan || first === undefined || second === undefined) throw new Error("the seed has no second server");
  const { keepaliveMs, missLimit } = plan.timers;
  const atMs = profile.startMs + 4000;
  const titledMs = atMs + downMs + missLimit * keepaliveMs;
  const { failure } = runProfile(profile, [
    { kind: "crash", node: first, forMs: downMs, atMs },
    { kind: "crash", node: second, forMs: downMs + 60, atMs },
    { kind: "crash", node: first, forMs: 3000, atMs: titledMs + diesAfterMs },
  ]);
  expect(failure).toBeNull();
});
