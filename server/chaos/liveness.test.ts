/** What counts as whole after the faults, and what is told where it is not. */
import { expect, test } from "vitest";
import type { NodeStatus } from "../core/status/node-status.ts";
import { wrongWith } from "./liveness.ts";

const server = (name: string, held: boolean, state: string) =>
  [
    name,
    { kind: "call-server", name, state, role: held ? "primary" : state === "standby" ? "standby" : "none", title: { held } } as NodeStatus,
  ] as const;
const gateway = (name: string, owner: string | null, state = "owned") =>
  [name, { kind: "gateway", name, owner, state } as NodeStatus] as const;
const whole = [server("cs-a", true, "holding"), server("cs-b", false, "standby"), gateway("gw-1", "cs-a"), gateway("gw-2", "cs-a")];

test("whole is one title, and every voter its holder's", () => {
  expect(wrongWith(whole, false)).toEqual([]);
  expect(wrongWith([...whole, ["wit-1", null]], false)).toEqual(["wit-1 does not answer"]);
  expect(wrongWith([...whole, gateway("gw-3", "cs-a", "orphaned")], false)).toEqual(["gw-3 is orphaned"]);
  expect(wrongWith([server("cs-a", false, "standby")], false)).toEqual(["nobody holds the title"]);
  expect(wrongWith([...whole, server("cs-c", true, "holding")], false)).toEqual(["cs-a and cs-c hold the title"]);
});

test("where gateways may be shared, another server may keep some", () => {
  const shared = [server("cs-a", true, "holding"), server("cs-b", false, "holding"), gateway("gw-1", "cs-a"), gateway("gw-2", "cs-b")];
  expect(wrongWith(shared, true)).toEqual([]);
  expect(wrongWith(shared, false)).toEqual(["cs-b is holding", "gw-2 obeys cs-b, not cs-a"]);
});
