/** The guard across servers, and control without the title, in the view and in the verdict. */
import { expect, test } from "vitest";
import type { Pause } from "../core/control/guard.ts";
import type { ServerStatus } from "../core/status/node-status.ts";
import { viewSite } from "./site-view.ts";
import { type FakeContext, fakeContext } from "./testing/fake-context.ts";
import { fakeGuard, fakeServer } from "./testing/fake-site.ts";
import { judgeSite } from "./verdict.ts";

const pause: Pause = { by: "ana", reason: "new cables", since: 1, until: null };

async function view(a: Partial<ServerStatus>, b: Partial<ServerStatus> = {}, context: FakeContext = fakeContext()) {
  const { now } = context.clock;
  context.fleet.put("cs-a", fakeServer("cs-a", "primary", now, a));
  context.fleet.put("cs-b", fakeServer("cs-b", "standby", now, b));
  const seen = viewSite(context.site, await context.observe(), null);
  return { ...seen, verdict: judgeSite(seen, now) };
}

test("the newest pause counts, and whoever has not heard of it is named", async () => {
  const seen = await view({ guard: fakeGuard({ pause, pauseSetAt: 5, votersThatKnow: 2 }) });
  expect(seen.guard).toMatchObject({
    state: "paused",
    source: "cs-a",
    votersThatKnow: 2,
    conflict: "cs-a knows of a pause by ana; cs-b has not heard of it yet.",
  });
  expect(seen.automation.state).toBe("paused");
  expect(seen.verdict).toMatchObject({ tone: "look" });
  expect(seen.verdict.sentence).toContain("cs-b will not take over by itself: ana paused automatic changes until resumed: new cables.");
  const resumed = await view({ guard: fakeGuard({ pause, pauseSetAt: 5 }) }, { guard: fakeGuard({ pauseSetAt: 6 }) });
  expect(resumed.guard).toMatchObject({ state: "armed", source: "cs-b" });
  expect(resumed.guard.conflict).toContain("allowed again; cs-a has not heard of it yet.");
});

test("a server that has not heard of an acknowledgement does not count", async () => {
  const seen = await view({ guard: fakeGuard({ used: 3 }) }, { guard: fakeGuard({ used: 0, acknowledgedEpoch: 41 }) });
  expect(seen.guard).toMatchObject({ used: 0, acknowledgedEpoch: 41 });
});

test("control without the title is the alarm of the verdict; what was lent on request is none", async () => {
  const epoch = { number: 42, server: "cs-b" };
  const gateways = [{ name: "gw-2", epoch }];
  const title = { held: false, since: null, leaseLeftMs: 0, votersAnswering: 1, votersNeeded: 2, voters: 3 };
  const override = await view({}, { title, holds: { basis: "override", epoch, gateways } });
  expect(override.untitled).toEqual([{ server: "cs-b", basis: "override", epoch, gateways: ["gw-2"] }]);
  expect(override.verdict).toMatchObject({
    tone: "bad",
    sentence: "cs-a carries 59 calls. cs-b controls gw-2 without the title: by an operator's override.",
  });
  const lent = await view({ lent: [{ gateway: "gw-2", to: "cs-b" }] }, { title, holds: { basis: "lent", epoch, gateways } });
  expect(lent.untitled).toEqual([]);
  expect(lent.verdict.tone).toBe("well");
  expect(lent.verdict.why).toContain("cs-a lent gw-2 to cs-b.");
});

test("a schedule that came to nothing is looked at until what it was for is so", async () => {
  const missedSwitchover = { id: "one", to: "cs-b", at: 0, by: "ana", reason: "new kernel", orderedAt: 0, because: "preflight blocked it" };
  const seen = await view({ missedSwitchover });
  expect(seen.verdict.look.map(({ text }) => text)).toContain("the scheduled switchover to cs-b did not happen: preflight blocked it");
  expect((await view({ missedSwitchover: { ...missedSwitchover, to: "cs-a" } })).missedSwitchover).toBeNull();
  expect((await view({ missedSwitchover, scheduled: missedSwitchover })).missedSwitchover).toBeNull();
});

test("a schedule is told with the server that keeps it", async () => {
  const scheduled = { id: "one", to: "cs-b", at: 0, by: "ana", reason: "new kernel", orderedAt: 0 };
  const seen = await view({ scheduled });
  expect(seen.scheduled).toEqual({ ...scheduled, keptBy: "cs-a" });
  expect(seen.verdict.why).toContain("A switchover to cs-b is scheduled for 1970-01-01T00:00:00.000Z by ana.");
});
