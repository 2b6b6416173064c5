import { expect, test } from "vitest";
import { addressesOf, plainAddress } from "./host-addresses.ts";

test.each([
  ["10.0.0.9", "10.0.0.9"],
  ["::ffff:10.0.0.9", "10.0.0.9"],
  ["::FFFF:10.0.0.9", "10.0.0.9"],
  ["2001:DB8:0:0::1", "2001:db8::1"],
  ["fe80::1%eth0", "fe80::1"],
  ["cube.example.net", "cube.example.net"],
])("%s is %s", (address, plain) => {
  expect(plainAddress(address)).toBe(plain);
});

test("an address is its own, and what is no name has none", async () => {
  expect(await addressesOf("10.0.0.9")).toEqual(["10.0.0.9"]);
  expect(await addressesOf("fd00::9")).toEqual(["fd00::9"]);
  expect(await addressesOf("no such host")).toEqual([]);
});
