import { expect, test } from "vitest";
import { findReport } from "./find-report.ts";
import { fakeReport } from "./testing/fake-site.ts";

const second = fakeReport(0, { id: "2-cs-b", epoch: { number: 2, server: "cs-b" } });
const rival = fakeReport(0, { id: "2-cs-a", epoch: { number: 2, server: "cs-a" } });
const third = fakeReport(0, { id: "3-cs-a", epoch: { number: 3, server: "cs-a" } });

test("the id and the number that the console shows find the same change of control", () => {
  expect(findReport([third, second], "2-cs-b")).toBe(second);
  expect(findReport([third, second], "2")).toBe(second);
});

test("an ambiguous number names the ids; an unknown one is refused", () => {
  expect(() => findReport([third, rival, second], "2")).toThrow("2 changes of control have the number 2: name one of 2-cs-a, 2-cs-b.");
  expect(() => findReport([second], "22")).toThrow("No change of control 22 is known.");
});

test("of one number, what came to something is meant", () => {
  expect(findReport([third, { ...rival, state: "abandoned" }, second], "2")).toBe(second);
  expect(findReport([{ ...rival, state: "abandoned" }], "2").id).toBe("2-cs-a");
});
