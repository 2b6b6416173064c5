import { describe, expect, test } from "vitest";
import { HeartbeatStrip } from "./heartbeat-strip.ts";

function last(strip: HeartbeatStrip, server: string, mono: number, count: number): (number | null)[] {
  return (strip.strips({ mono, wall: 1_000_000 + mono }).series[server] ?? []).slice(-count);
}

describe("heartbeat strip", () => {
  test("regular beats miss nothing; what came before the first is unknown", () => {
    const strip = new HeartbeatStrip(100);
    for (let at = 0; at <= 12_000; at += 100) strip.heard("cs-a", at);
    expect(last(strip, "cs-a", 12_000, 4)).toEqual([null, 0, 0, 0]);
  });

  test("a pause shows in the bucket where it was worst, and a longer silence fills the buckets it covers", () => {
    const strip = new HeartbeatStrip(100);
    for (let at = 0; at <= 1_000; at += 100) strip.heard("cs-a", at);
    strip.heard("cs-a", 1_600);
    expect(last(strip, "cs-a", 1_600, 1)).toEqual([5]);
    expect(last(strip, "cs-a", 11_000, 3)).toEqual([33, 83, 93]);
    expect(strip.missed("cs-a", 11_000)).toBe(93);
    expect(strip.missed("cs-b", 11_000)).toBeNull();
  });

  test("the strip keeps 180 buckets and ends with the bucket that runs", () => {
    const strip = new HeartbeatStrip(100);
    strip.heard("cs-a", 0);
    const strips = strip.strips({ mono: 5_000_000 + 1_000, wall: 9_000_000 });
    expect(strips.series["cs-a"]).toHaveLength(180);
    expect(strips.endsAt).toBe(9_004_000);
  });
});
