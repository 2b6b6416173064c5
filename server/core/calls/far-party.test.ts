import { describe, expect, it } from "vitest";
import type { CallEngine } from "./call-engine.ts";
import { isFound } from "./far-party.ts";

describe("a leg that was found by this server itself", () => {
  const engine = { owned: new Map([["gw-1", 1000]]) } as unknown as CallEngine;

  it("was seen since its gateway is this server's, however long ago the takeover was over", () => {
    expect(isFound(engine, { gateway: "gw-1", seenAt: 1000 })).toBe(true);
    expect(isFound(engine, { gateway: "gw-1", seenAt: 90_000 })).toBe(true);
  });

  it("is not what is known of an audit from before, or at another server's gateway", () => {
    expect(isFound(engine, { gateway: "gw-1", seenAt: 999 })).toBe(false);
    expect(isFound(engine, { gateway: "gw-2", seenAt: 90_000 })).toBe(false);
  });
});
