import { expect, test } from "vitest";
import type { Reign } from "./one-owner.ts";
import { violations } from "./one-owner.ts";

const reign = (server: string, number: number, fromMono: number, untilMono: number): Reign => ({
  gateway: "gw-1",
  epoch: { number, server },
  boot: 1,
  fromMono,
  untilMono,
  gatewayBoot: 1,
});

test("reigns that follow each other prove one owner", () => {
  expect(violations([reign("cs-a", 1, 0, 100), reign("cs-b", 2, 101, 200)])).toEqual([]);
});

test("reigns that overlap, and epochs that fall, are found", () => {
  expect(violations([reign("cs-a", 1, 0, 100), reign("cs-b", 2, 99, 200)])).toHaveLength(1);
  expect(violations([reign("cs-a", 2, 0, 100), reign("cs-b", 1, 101, 200)])).toHaveLength(1);
});
