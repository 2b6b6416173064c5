import { expect, test } from "vitest";
import { gatewayOptions } from "./gateway-options.ts";

test("a gateway that the site does not have is said to be none of it", () => {
  expect(gatewayOptions(["gw-1"], "gw-1")).toEqual(["gw-1"]);
  expect(gatewayOptions(["gw-1"], "nope")).toEqual(["gw-1", ["nope", "nope, not of this site"]]);
  expect(gatewayOptions(null, "gw-1")).toEqual(["gw-1"]);
});
