/** The standby stands still while the primary dies and calls end. When it goes on it reads keepalives of the dead that waited for it. */
import { expect, test } from "vitest";
import { drawProfile } from "../profile.ts";
import { runProfile } from "../swarm.ts";
import { profileWithCalls } from "./calls-profile.ts";

/** Its faults may last for 24 s, and calls between two channels of one gateway end meanwhile. */
const seed = 66;

test("it records what ended while it stood still", () => {
  const profile = profileWithCalls(seed, drawProfile(seed));
  const [plan] = profile.clusters;
  const [first, second] = plan?.servers ?? [];
  if (!plan || first === undefined || second === undefined) throw new Error("the seed has no second server");
  const atMs = profile.startMs + 14_000;
  const { failure } = runProfile(profile, [
    { kind: "freeze", node: second, forMs: 9000, atMs },
    { kind: "crash", node: first, forMs: 20_000, atMs: atMs + 1000 },
  ]);
  expect(failure).toBeNull();
});
