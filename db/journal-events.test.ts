/** Collected journals: each event once, also after a node lost its disk, and never without end. */
import { expect, test } from "vitest";
import type { JournalEvent } from "../server/core/timeline/journal-event.ts";
import { collectedFrom } from "./collected.ts";
import { openDatabase } from "./database.ts";
import { listStoredEvents, pruneStoredEvents, storeEvents } from "./journal-events.ts";

function event(sequence: number, changed: Partial<JournalEvent> = {}): JournalEvent {
  return {
    sequence,
    node: "cs-a",
    boot: 1,
    mono: sequence + 0.25,
    wall: 1000 + sequence,
    what: "thing-happened",
    severity: "note",
    text: `Thing ${sequence}.`,
    data: { sequence },
    ...changed,
  };
}

const all = { node: null, severity: null, before: null, limit: 100 };

test("an event that comes twice is stored once, with everything it said", async () => {
  const database = openDatabase(":memory:");
  await storeEvents(database, "cs-a", [event(1), event(2)], 2);
  await storeEvents(database, "cs-a", [event(2), event(3)], 3);
  expect(await listStoredEvents(database, all)).toEqual([event(3), event(2), event(1)]);
  expect((await collectedFrom(database, "cs-a")).eventSequence).toBe(3);
});

test("a node that counts from 1 again in a later boot keeps its old events", async () => {
  const database = openDatabase(":memory:");
  await storeEvents(database, "cs-a", [event(1)], 1);
  await storeEvents(database, "cs-a", [event(1, { boot: 2, wall: 5000 })], 1);
  expect((await listStoredEvents(database, all)).map((one) => one.boot)).toEqual([2, 1]);
});

test("filters by node, severity and age", async () => {
  const database = openDatabase(":memory:");
  await storeEvents(database, "cs-a", [event(1), event(2, { severity: "alarm" })], 2);
  await storeEvents(database, "gw-1", [event(1, { node: "gw-1", wall: 9000 })], 1);
  const found = async (query: Partial<typeof all> | object) =>
    (await listStoredEvents(database, { ...all, ...query })).map((one) => `${one.node} ${one.sequence}`);
  expect(await found({ node: "gw-1" })).toEqual(["gw-1 1"]);
  expect(await found({ severity: "alarm" })).toEqual(["cs-a 2"]);
  expect(await found({ before: 1002 })).toEqual(["cs-a 1"]);
});

test("the oldest beyond the limit go, some at a time", async () => {
  const database = openDatabase(":memory:");
  await storeEvents(
    database,
    "cs-a",
    Array.from({ length: 20 }, (_, index) => event(index + 1)),
    20,
  );
  expect(await pruneStoredEvents(database, 10, 4)).toBe(4);
  expect(await pruneStoredEvents(database, 10, 100)).toBe(6);
  expect(await pruneStoredEvents(database, 10, 100)).toBe(0);
  expect((await listStoredEvents(database, all)).map((one) => one.sequence)).toEqual([20, 19, 18, 17, 16, 15, 14, 13, 12, 11]);
});
