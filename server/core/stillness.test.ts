import { expect, test } from "vitest";
import { Stillness } from "./stillness.ts";

test("what comes soon after a process stood still may have waited; later it has not", () => {
  const stillness = new Stillness();
  expect(stillness.lateMs(0)).toBe(0);
  stillness.note(10_000, 400);
  expect(stillness.lateMs(10_000)).toBe(400);
  expect(stillness.lateMs(11_399)).toBe(400);
  expect(stillness.lateMs(11_400)).toBe(0);
});

test("a short one does not hide the long one before it, and a longer one takes its place", () => {
  const stillness = new Stillness();
  stillness.note(10_000, 400);
  stillness.note(10_500, 30);
  expect(stillness.lateMs(10_500)).toBe(400);
  stillness.note(11_000, 700);
  expect(stillness.lateMs(12_500)).toBe(700);
  stillness.note(20_000, 30);
  expect(stillness.lateMs(20_000)).toBe(30);
});
