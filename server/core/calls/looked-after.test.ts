import { expect, test } from "vitest";
import { LookedAfter } from "./looked-after.ts";

const at = (mono: number) => ({ mono, wall: 1_000_000 + mono });

test("a gateway that comes back was looked after until it was lost", () => {
  const lookedAfter = new LookedAfter();
  expect(lookedAfter.gained("gw-1", at(5))).toEqual(at(5));
  lookedAfter.lost("gw-1", true, at(90));
  expect(lookedAfter.gained("gw-1", at(200))).toEqual(at(90));
});

test("one that was lost before it was worked through is begun anew where it was begun", () => {
  const lookedAfter = new LookedAfter();
  lookedAfter.gained("gw-1", at(5));
  lookedAfter.gained("gw-2", null);
  for (const mono of [90, 190]) {
    for (const gateway of ["gw-1", "gw-2"]) lookedAfter.lost(gateway, false, at(mono));
    expect(lookedAfter.gained("gw-1", at(mono))).toEqual(at(5));
    expect(lookedAfter.gained("gw-2", at(mono))).toBeNull();
  }
});

test("once another server was in control, its title tells", () => {
  const lookedAfter = new LookedAfter();
  lookedAfter.gained("gw-1", at(5));
  lookedAfter.lost("gw-1", true, at(90));
  lookedAfter.handOver();
  expect(lookedAfter.gained("gw-1", at(300))).toEqual(at(300));
});
