import { expect, test } from "vitest";
import { CallState } from "../../core/calls/call-state.ts";
import { bare, Watch, wallOffset } from "../../core/gear/testing/gear-watch.ts";
import { connectionColumns } from "./live-connections.ts";

const nobody = new CallState({ endpoints: [], byNumber: new Map(), routes: [], ranges: [] });

test("connections on gear of others: unknown stays unknown, and what nobody confirms any more is stale", () => {
  const watch = new Watch();
  const unsaid = { callId: null, ...bare, state: "unknown" } as const;
  watch.poll(5_000, [{}, { ...unsaid, index: 2 }, { ...unsaid, index: 3, state: "connecting" }]);
  const listed = (mono: number) =>
    connectionColumns({ state: nobody, observed: watch.calls, source: "cs-a" }, { mono, wall: wallOffset + mono }, 10);
  const fresh = listed(9_000);
  expect(fresh.phase).toEqual(["talking", "unknown", "setting-up"]);
  expect(fresh.own).toEqual([false, false, false]);
  expect(fresh.stale).toEqual([false, false, false]);
  const late = listed(30_000);
  expect(late.stale).toEqual([true, true, true]);
  expect(late.confirmedAt).toEqual(fresh.confirmedAt);
});
