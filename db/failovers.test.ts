/** Reports of changes of control: a finished one is never put back by a late copy. */
import { expect, test } from "vitest";
import type { FailoverReport } from "../server/core/timeline/failover-report.ts";
import { openDatabase } from "./database.ts";
import { failoverMarks, failoversNumbered, findFailover, listStoredFailovers, storeFailover } from "./failovers.ts";

function report(id: string, startedAt: number, state: FailoverReport["state"]): FailoverReport {
  const timeline = {
    lastKeepaliveAt: startedAt,
    suspectedAt: null,
    decidedAt: null,
    titleAt: null,
    activeAt: state === "done" ? startedAt + 800 : null,
  };
  return {
    id,
    kind: "failover",
    cause: "primary-dead",
    state,
    from: "cs-a",
    to: "cs-b",
    epoch: { number: 42, server: "cs-b" },
    by: null,
    reason: null,
    startedAt,
    timeline,
    keepaliveMs: 100,
    missLimit: 5,
    promiseMs: 500,
    verdict: null,
    steps: [],
    gateways: [],
    supported: [],
    callsAtStake: 0,
    callsAdopted: 0,
    callsReleased: 0,
    recordsRecovered: 0,
    longestMediaGapMs: null,
  };
}

test("progress replaces progress, the end replaces it, and nothing replaces the end but the end", async () => {
  const database = openDatabase(":memory:");
  await storeFailover(database, report("42-cs-b", 1000, "in-progress"));
  await storeFailover(database, { ...report("42-cs-b", 1000, "in-progress"), callsAdopted: 3 });
  expect((await findFailover(database, "42-cs-b"))?.callsAdopted).toBe(3);
  await storeFailover(database, { ...report("42-cs-b", 1000, "done"), callsAdopted: 9 });
  await storeFailover(database, report("42-cs-b", 1000, "in-progress"));
  expect(await findFailover(database, "42-cs-b")).toMatchObject({ state: "done", callsAdopted: 9 });
  await storeFailover(database, { ...report("42-cs-b", 1000, "done"), longestMediaGapMs: 20 });
  expect(await findFailover(database, "42-cs-b")).toMatchObject({ longestMediaGapMs: 20 });
});

test("a number finds every change of control that claimed with it", async () => {
  const database = openDatabase(":memory:");
  for (const id of ["2-cs-a", "2-cs-b"]) await storeFailover(database, report(id, 1000, "done"));
  const { number } = report("2-cs-a", 1000, "done").epoch;
  expect((await failoversNumbered(database, number)).map(({ id }) => id)).toEqual(["2-cs-a", "2-cs-b"]);
  expect(await failoversNumbered(database, number + 1)).toEqual([]);
});

test("newest first, page by page; marks leave out what was abandoned", async () => {
  const database = openDatabase(":memory:");
  for (const [id, at, state] of [
    ["1-a", 1000, "done"],
    ["2-b", 2000, "abandoned"],
    ["3-a", 3000, "done"],
  ] as const)
    await storeFailover(database, report(id, at, state));
  expect((await listStoredFailovers(database, 2, null)).map((one) => one.id)).toEqual(["3-a", "2-b"]);
  expect((await listStoredFailovers(database, 2, 2000)).map((one) => one.id)).toEqual(["1-a"]);
  expect((await failoverMarks(database, 0, 3000)).map((one) => one.id)).toEqual(["1-a"]);
});
