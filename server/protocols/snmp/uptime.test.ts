import { describe, expect, test } from "vitest";
import {
  connectionIdOf,
  decodeAddress,
  decodeCause,
  decodeCoder,
  decodeGuid,
  decodeLegState,
  decodeQos,
  decodeText,
  encodeAddress,
  encodeCause,
  encodeCoder,
  encodeGuid,
  encodeQos,
} from "./call-values.ts";
import { compareArcs, parseOid, suffixOf } from "./oid.ts";
import { ageTicks, dateAlike, fellBetween, restartedBetween, wallOfStamp } from "./uptime.ts";

describe("uptime", () => {
  test("counts ages across the wrap after 497 days, and stamps younger than the reading", () => {
    expect(ageTicks(1000, 400)).toBe(600);
    expect(ageTicks(100, 0xffffff9c)).toBe(200);
    expect(ageTicks(1000, 1100)).toBe(-100);
    expect(wallOfStamp({ uptimeTicks: 1000, readAt: 50_000, rttMs: 2 }, 1100)).toBe(51_000);
  });

  test("two readings date alike unless a clock was set, or stood still, between them", () => {
    const first = { uptimeTicks: 1_000, readAt: 50_000, rttMs: 4 };
    expect(dateAlike(first, { uptimeTicks: 2_000, readAt: 60_020, rttMs: 4 })).toBe(true);
    expect(dateAlike(first, { uptimeTicks: 2_000, readAt: 60_100, rttMs: 4 })).toBe(false);
    expect(dateAlike(first, { uptimeTicks: 1_900, readAt: 60_000, rttMs: 4 })).toBe(false);
  });

  test("tells a restart from a wrap and from a slow clock", () => {
    const first = { uptimeTicks: 0xffffff00, readAt: 0, rttMs: 1 };
    expect(restartedBetween(first, { uptimeTicks: 744, readAt: 10_000, rttMs: 1 })).toBe(false);
    expect(restartedBetween(first, { uptimeTicks: 100, readAt: 60_000, rttMs: 1 })).toBe(true);
    expect(restartedBetween({ ...first, uptimeTicks: 5000 }, { uptimeTicks: 15_400, readAt: 100_000, rttMs: 1 })).toBe(false);
    expect(restartedBetween({ ...first, uptimeTicks: 5000 }, { uptimeTicks: 200, readAt: 3000, rttMs: 1 })).toBe(true);
  });

  test("tells an uptime that fell from a wrap and from one that only lags", () => {
    const first = { uptimeTicks: 97_000, readAt: 0, rttMs: 1 };
    expect(fellBetween(first, { uptimeTicks: 60, readAt: 5_000, rttMs: 1 })).toBe(true);
    expect(fellBetween(first, { uptimeTicks: 97_001, readAt: 3_600_000, rttMs: 1 })).toBe(false);
    expect(fellBetween({ ...first, uptimeTicks: 0xffffff00 }, { uptimeTicks: 744, readAt: 10_000, rttMs: 1 })).toBe(false);
    expect(fellBetween({ ...first, uptimeTicks: 0xffffff00 }, { uptimeTicks: 100, readAt: 60_000, rttMs: 1 })).toBe(true);
    // A little less is less, too: an agent that was started twice.
    expect(fellBetween({ ...first, uptimeTicks: 80 }, { uptimeTicks: 60, readAt: 1_000, rttMs: 1 })).toBe(true);
  });
});

describe("OIDs", () => {
  test("are ordered by number, not by text", () => {
    expect(compareArcs(parseOid("1.3.10") ?? [], parseOid("1.3.9") ?? [])).toBeGreaterThan(0);
    expect(compareArcs([1, 3], [1, 3, 0])).toBeLessThan(0);
    expect(suffixOf("1.3.6.1", "1.3.6.1.10.2")).toEqual([10, 2]);
    expect(suffixOf("1.3.6.1", "1.3.6.10.2")).toBeNull();
    for (const bad of ["", "1..2", "1.x", "1.4294967296", "-1"]) expect(parseOid(bad)).toBeNull();
  });
});

describe("values", () => {
  test("go both ways", () => {
    for (const codec of ["PCMU", "PCMA", "G729", "G722"]) expect(decodeCoder(encodeCoder(codec))).toBe(codec);
    expect([1, 2, 3, 4].map(decodeLegState)).toEqual(["unknown", "connecting", "connected", "active"]);
    for (const qos of ["bestEffort", "guaranteedDelay", "controlledLoad"] as const) expect(decodeQos(encodeQos(qos))).toBe(qos);
    expect(decodeGuid(encodeGuid("0123456789ABCDEF0123456789ABCDEF"))).toBe("0123456789ABCDEF0123456789ABCDEF");
    expect(decodeAddress(encodeAddress("127.0.0.9"))).toBe("127.0.0.9");
    expect(decodeCause(encodeCause(31))).toBe(31);
    expect(connectionIdOf(42)).toBe("0000002A");
  });

  test("outside the MIB are unknown, never a guess", () => {
    expect(decodeLegState(9)).toBe("unknown");
    expect(decodeQos(3)).toBeNull();
    expect(decodeCoder(8)).toBeNull();
    expect(decodeGuid(new Uint8Array(15))).toBeNull();
    expect(decodeCause(new Uint8Array(0))).toBeNull();
    expect(decodeCause(Uint8Array.of(0x80 | 16))).toBe(16);
    expect(decodeText(Uint8Array.of(0x41, 0x0a, 0xff))).toBe("A??");
  });
});
