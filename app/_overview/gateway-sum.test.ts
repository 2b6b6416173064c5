import { expect, test } from "vitest";
import type { GatewayView } from "../../server/operations/console-view.ts";
import { gatewaySum } from "./gateway-sum.ts";

const now = 1_000_000;

function gateway(reported: number | null, expected: number | null, lastCompleteAt: number | null, orphans = 0): GatewayView {
  return { pollSeconds: 5, health: { reported, expected, ghosts: 0, orphans, audit: { lastCompleteAt } } } as GatewayView;
}

test("what is expected now is not compared with what was reported then", () => {
  expect(gatewaySum([gateway(24, 27, now - 4000)], now)).toBe("1; reported 24 of 24 connections");
  expect(gatewaySum([gateway(24, 27, now - 4000)], now, 3)).toBe("1; reported 24 of 24 connections; gear of others: 3");
});

test("a sum over known gateways is exact", () => {
  expect(gatewaySum([gateway(24, 24, now - 1000), gateway(13, 14, now - 4000, 1)], now)).toBe("2; reported 37 of 38 connections");
});

test("a stale or never measured gateway leaves the sum, which then is a lower bound", () => {
  expect(gatewaySum([gateway(24, 24, now - 1000), gateway(6, 6, now - 38_000)], now)).toBe(
    "2; reported ≥ 24 of 30 connections, 1 gateway unknown",
  );
  expect(gatewaySum([gateway(null, null, null)], now)).toBe("1; reported ≥ 0 connections, 1 gateway unknown");
});
