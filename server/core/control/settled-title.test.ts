import { expect, test } from "vitest";
import { noSettledTitle, noteTitle, settledAfterMs } from "./settled-title.ts";

const at = (mono: number) => ({ mono, wall: 1_000_000 + mono });

test("a title counts once it was held for long enough, and until it was last seen", () => {
  const settled = noSettledTitle();
  const first = { number: 1, server: "cs-a" };
  noteTitle(settled, first, at(100));
  noteTitle(settled, first, at(99 + settledAfterMs));
  expect(settled.at).toBeNull();
  noteTitle(settled, first, at(100 + settledAfterMs));
  noteTitle(settled, first, at(40_000));
  expect(settled.at).toEqual(at(40_000));
});

test("titles that were lost again at once move nothing, however many there were", () => {
  const settled = noSettledTitle();
  for (const ms of [0, settledAfterMs]) noteTitle(settled, { number: 1, server: "cs-a" }, at(ms));
  for (const [index, server] of ["cs-b", "cs-a", "cs-b"].entries()) {
    const epoch = { number: 2 + index, server };
    for (const ms of [0, settledAfterMs - 1]) noteTitle(settled, epoch, at(20_000 * (index + 1) + ms));
  }
  expect(settled.at).toEqual(at(settledAfterMs));
});
