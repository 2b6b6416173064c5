import { expect, test } from "vitest";
import { defaultTimers } from "../site/timers.ts";
import { type Guard, noGuard } from "./guard.ts";
import type { LinkMessage } from "./link-message.ts";
import { receiveAtVoter } from "./voter.ts";
import { abstainingStore, startVoter, type Voter } from "./voter-state.ts";

const settings = { timers: defaultTimers, automaticChanges: { limit: 3, windowMs: 3_600_000 } };
const guard: Guard = { ...noGuard, changes: [{ epoch: { number: 2, server: "cs-a" }, at: 1 }] };
const admit: LinkMessage = { kind: "admit", epoch: { number: 6, server: "cs-b" }, votersVersion: 1 };

function abstaining(): Voter {
  return startVoter("gw-1", settings, abstainingStore(), { mono: 0, wall: 0 });
}

function tell(voter: Voter, from: string, message: LinkMessage, at: number): string[] {
  return receiveAtVoter(voter, { from, boot: 1, sequence: at }, message, { mono: at, wall: at }).map(({ kind }) => kind);
}

test.each([
  ["admission first", [admit, { kind: "guard", guard }]],
  ["guard first", [{ kind: "guard", guard }, admit]],
] as const)("a voter without storage is admitted with the guard: %s", (_name, messages) => {
  const voter = abstaining();
  expect(tell(voter, "cs-b", messages[0], 10)).not.toContain("admitted");
  expect(tell(voter, "cs-b", messages[1], 12)).toContain("admitted");
  expect(voter.stored).toMatchObject({ admitted: true, granted: { number: 6, server: "cs-b" }, released: true, guard });
  expect(voter.waitUntil).toBe(12 + defaultTimers.promiseMs);
});

test("an empty guard admits as well", () => {
  const voter = abstaining();
  tell(voter, "cs-b", admit, 10);
  expect(tell(voter, "cs-b", { kind: "guard", guard: noGuard }, 12)).toEqual(["persist", "admitted"]);
});

test("what another server told of the guard, or this one long ago, admits nobody", () => {
  const voter = abstaining();
  tell(voter, "cs-a", { kind: "guard", guard }, 9);
  tell(voter, "cs-b", { kind: "guard", guard: noGuard }, 10);
  expect(tell(voter, "cs-b", admit, 11 + defaultTimers.promiseMs)).toEqual([]);
  expect(voter.stored.admitted).toBe(false);
});
