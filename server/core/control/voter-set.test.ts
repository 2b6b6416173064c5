/** Steps of a voter set: one voter at a time, every version above the last, majorities of neighbours that meet. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { electorate, firstSet, isMajority, nextSet, stamped, type VoterSet, voterChangeProblem } from "./voter-set.ts";

const clients = ["gw-1", "gw-2", "gw-3", "gw-4", "gw-5", "wit-1"];
const change = fc.oneof(
  fc.constantFrom(...clients).map((add) => ({ add, remove: null })),
  fc.constantFrom(...clients).map((remove) => ({ add: null, remove })),
);

/** What a title holder does with an order, to its end. */
function steps(set: VoterSet, wanted: { add: string | null; remove: string | null }, epochNumber: number, server: number): VoterSet[] {
  const epoch = { number: epochNumber, server: `cs-${server}` };
  const done: VoterSet[] = [];
  let now = set;
  let left: typeof wanted | null = voterChangeProblem(set, wanted, clients) === null ? wanted : null;
  for (let next = nextSet(now, left, epoch, server); next !== null; next = nextSet(now, left, epoch, server)) {
    if (next.previous !== null) left = null;
    done.push(next);
    now = next;
  }
  return done;
}

test("every step is above the one before, and differs from it by one voter at most", () => {
  fc.assert(
    fc.property(fc.array(fc.record({ change, server: fc.nat(3) }), { minLength: 1, maxLength: 12 }), (orders) => {
      let set = firstSet(1, ["gw-1", "gw-2", "gw-3"]);
      for (const [index, order] of orders.entries()) {
        for (const next of steps(set, order.change, index + 1, order.server)) {
          expect(next.version).toBeGreaterThan(set.version);
          expect(next.since).toBe(set.version);
          expect(next.voters.length).toBeGreaterThan(0);
          const moved = [
            ...next.voters.filter((one) => !set.voters.includes(one)),
            ...set.voters.filter((one) => !next.voters.includes(one)),
          ];
          expect(moved.length).toBeLessThanOrEqual(1);
          set = next;
        }
        expect(set.previous).toBeNull();
      }
    }),
  );
});

test("a later title stamps the set before it changes it", () => {
  const set = stamped(firstSet(1, ["gw-1", "gw-2", "gw-3"]), { number: 4, server: "cs-a" }, 0);
  const [first, second] = steps(set, { add: null, remove: "gw-3" }, 7, 1);
  expect(first?.voters).toEqual(["gw-1", "gw-2", "gw-3"]);
  expect(first?.previous).toBeNull();
  expect(second?.voters).toEqual(["gw-1", "gw-2"]);
});

test("while a change is under way a title needs both majorities", () => {
  const set: VoterSet = { version: 9, since: 8, voters: ["gw-1", "gw-2"], previous: ["gw-1", "gw-2", "gw-3", "gw-4"] };
  expect(electorate(set)).toHaveLength(4);
  expect(isMajority(set, (voter) => ["gw-1", "gw-2"].includes(voter))).toBe(false);
  expect(isMajority(set, (voter) => ["gw-1", "gw-2", "gw-3"].includes(voter))).toBe(true);
  expect(isMajority(set, (voter) => voter !== "gw-1")).toBe(false);
});
