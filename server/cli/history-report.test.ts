import { expect, test } from "vitest";
import { fakeReport } from "../operations/testing/fake-site.ts";
import { findReport } from "./history-report.ts";

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
