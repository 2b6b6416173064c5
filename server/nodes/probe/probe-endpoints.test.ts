/** How far endpoints are numbered is found in few questions, whatever the number. */
import { describe, expect, test } from "vitest";
import type { MgcpAsker } from "../../drivers/mgcp-asker.ts";
import { response } from "../../protocols/mgcp/encode.ts";
import { findEndpoints, mostEndpoints } from "./probe-endpoints.ts";

/** Gear with so many endpoints `x/1@gw` …; null: silent. */
function gearOf(count: number | null, base: 10 | 16 = 10): MgcpAsker & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    packets: 0,
    window: 1,
    ask: (command) => {
      asked.push(command.endpoint);
      if (count === null) return Promise.resolve({ kind: "timed-out", attempts: 3 });
      const [, digits = "0"] = /^x\/([\da-f]+)@gw$/.exec(command.endpoint) ?? [];
      const number = Number.parseInt(digits, base);
      const code = number >= 1 && number <= count && number.toString(base) === digits ? 200 : 500;
      return Promise.resolve({ kind: "response", response: response(code, 1, "FAIL"), rttMs: 1, attempts: 1, boot: null });
    },
  };
}

const wanted = { prefix: "x/", domains: ["mgw", "gw"], first: 1 };

describe("endpoints", () => {
  test.each([1, 2, 3, 7, 31, 32, 33, 511, 1_000, mostEndpoints])("%i of them, under the second domain", async (count) => {
    const gear = gearOf(count);
    expect(await findEndpoints(gear, wanted)).toEqual({ kind: "found", domain: "gw", count, base: 10 });
    expect(gear.asked.length).toBeLessThan(24);
  });

  test.each([10, 15, 16, 23, 512])("%i of them, numbered in hexadecimal", async (count) => {
    expect(await findEndpoints(gearOf(count, 16), wanted)).toEqual({ kind: "found", domain: "gw", count, base: 16 });
  });

  test("more than a probe looks for", async () => {
    expect(await findEndpoints(gearOf(50_000), wanted)).toMatchObject({ count: mostEndpoints });
  });

  test("from another number than the first", async () => {
    expect(await findEndpoints(gearOf(40), { ...wanted, first: 16 })).toMatchObject({ count: 40 });
  });

  test("none of that name, and nobody", async () => {
    expect(await findEndpoints(gearOf(0), wanted)).toEqual({ kind: "unknown", code: 500, comment: "FAIL" });
    expect(await findEndpoints(gearOf(null), wanted)).toEqual({ kind: "silent", nobody: false });
  });
});
