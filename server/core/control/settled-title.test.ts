import { expect, test } from "vitest";
import { noSettledTitle, noteTitle, settledAfterMs } from "./settled-title.ts";

const at = (mono: number) => ({ mono, wall: 1_000_000 + mono });

test("a title counts once it was held for long enough, and until it was last seen", () => {
  const settled = noSettledTitle();
  const first = { number: 1, server: "cs-a" };
  noteTitle(settled, first, at(100), null);
  noteTitle(settled, first, at(99 + settledAfterMs), null);
  expect(settled.at).toBeNull();
  noteTitle(settled, first, at(100 + settledAfterMs), null);
  noteTitle(settled, first, at(40_000), null);
  expect(settled.at).toEqual(at(40_000));
});

test("titles that were lost again at once move nothing, however many there were", () => {
  const settled = noSettledTitle();
  for (const ms of [0, settledAfterMs]) noteTitle(settled, { number: 1, server: "cs-a" }, at(ms), null);
  for (const [index, server] of ["cs-b", "cs-a", "cs-b"].entries()) {
    const epoch = { number: 2 + index, server };
    for (const ms of [0, settledAfterMs - 1]) noteTitle(settled, epoch, at(20_000 * (index + 1) + ms), null);
  }
  expect(settled.at).toEqual(at(settledAfterMs));
});

test("what a late process reads was sent before it stood still, or one interval after what it read before", () => {
  const settled = noSettledTitle();
  const epoch = { number: 1, server: "cs-a" };
  for (const ms of [0, settledAfterMs]) noteTitle(settled, epoch, at(ms), null);
  // It stood still twice, for 4 s and then for 3 s: the second look at what waited knows of the longer one only.
  noteTitle(settled, epoch, at(14_000), { lateMs: 4000, keepaliveMs: 100 });
  expect(settled.at).toEqual(at(10_000));
  for (const beats of [1, 2, 3]) {
    noteTitle(settled, epoch, at(17_000), { lateMs: 4000, keepaliveMs: 100 });
    expect(settled.at).toEqual(at(10_000 + 100 * beats));
  }
  noteTitle(settled, epoch, at(22_000), { lateMs: 4, keepaliveMs: 100 });
  expect(settled.at).toEqual(at(21_996));
  noteTitle(settled, epoch, at(22_100), null);
  expect(settled.at).toEqual(at(22_100));
});

test("a title that was read late for ten seconds was not held for ten seconds", () => {
  const settled = noSettledTitle();
  const epoch = { number: 1, server: "cs-a" };
  noteTitle(settled, epoch, at(0), null);
  noteTitle(settled, epoch, at(settledAfterMs), { lateMs: 9000, keepaliveMs: 100 });
  expect(settled.at).toBeNull();
});
