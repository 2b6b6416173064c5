/** `gateway show`: what is not known is not told as nothing. */
import { expect, test } from "vitest";
import type { Difference, GearDetail } from "../core/status/gear-status.ts";
import { fakeFigures, fakeGearDetail } from "../operations/testing/fake-gear.ts";
import { agreementOf, gearJson } from "./gateway-show.ts";

const now = Date.UTC(2026, 0, 5);
const never = fakeFigures("gw-1", now, { lastCompleteAt: null, ageMs: null });
const dead = fakeFigures("gw-1", now, { consecutiveFailures: 2, lastFailure: { kind: "timeout", because: "no answer" } });
const detail = (changed: Partial<GearDetail>): GearDetail => fakeGearDetail("cs-a", "gw-1", now, changed);
const ghost: Difference = { kind: "ghost", endpoint: "ds/e1-1/1", callId: "A", sinceMs: 10 };

test.each<[string, Partial<GearDetail>, RegExp | null]>([
  ["our gateway, read whole", { own: true }, /agree on every connection/],
  ["our gateway, never read", { own: true, polling: never }, /is not known/],
  ["our gateway, without audits", { own: true, polling: null }, /is not known/],
  ["our gateway, dead since", { own: true, polling: dead }, /is not known/],
  ["our gateway, which disagrees", { own: true, differences: [ghost] }, null],
  ["gear of others", {}, null],
])("%s", (_, changed, said) => {
  const sentence = agreementOf(detail(changed));
  if (said === null) expect(sentence).toBeNull();
  else expect(sentence).toMatch(said);
});

test("for scripts, what nobody knows is null", () => {
  expect(gearJson(detail({ own: true }))).toMatchObject({ differences: [], stuck: [] });
  expect(gearJson(detail({ own: true, polling: never }))).toMatchObject({ differences: null, stuck: null });
  expect(gearJson(detail({}))).toMatchObject({ differences: null, stuck: [] });
});
