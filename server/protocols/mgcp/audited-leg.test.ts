import { describe, expect, test } from "vitest";
import { printNtpStamp } from "../sdp/ntp-stamp.ts";
import { endpointsOf, legIndex, legOfAnswer, numberOfEndpoint } from "./audited-leg.ts";
import { type LegInstant, steadied, unboundedErrorMs } from "./leg-instants.ts";

const naming = { name: "if-1", endpoints: { prefix: "aaln/", count: 12 }, firstNumber: "0998" };
const now = Date.UTC(2026, 10, 23);
const moment = { mono: 5_000, wall: now, rttMs: 4, absentAt: null };
const leg = { endpoint: "aaln/3@if-1", connectionId: "4D", index: 0x4d };
const description = (session: string, version: string, more = "") =>
  `v=0\r\no=- ${session} ${version} IN IP4 10.0.0.9\r\nc=IN IP4 10.0.0.9\r\nm=audio 4000 RTP/AVP 0\r\n${more}`;

describe("names", () => {
  test("of endpoints follow the site's plan, and so do their numbers", () => {
    expect(endpointsOf(naming)).toHaveLength(12);
    expect(numberOfEndpoint(naming, "AALN/3@IF-1")).toBe("1000");
    for (const name of ["aaln/13@if-1", "aaln/0@if-1", "aaln/3@gw-1", "ds/3@if-1", "aaln/x@if-1", ""]) {
      expect(numberOfEndpoint(naming, name)).toBeNull();
    }
    expect(numberOfEndpoint({ ...naming, firstNumber: null }, "aaln/3@if-1")).toBeNull();
  });

  test("of connections are whole numbers, long ones hashed, and different where endpoints share one", () => {
    expect(legIndex("0000004D")).toBe(0x4d);
    expect(legIndex("FFFFFFFFFFFFF")).toBe(0xfffffffffffff);
    const long = legIndex("0123456789ABCDEF0123456789ABCDEF");
    expect(Number.isSafeInteger(long)).toBe(true);
    expect(legIndex("0123456789abcdef0123456789abcdef")).toBe(long);
    const salted = new Set(Array.from({ length: 10_000 }, (_, i) => legIndex("1", `aaln/${i}@if-1`)));
    expect(salted.size).toBe(10_000);
  });
});

describe("the row of an answer", () => {
  test("of gear that says nothing is bare, and dated by when it was first seen", () => {
    const { connection } = legOfAnswer(naming, leg, { parameters: {}, bodies: [] }, moment, null);
    expect(connection).toMatchObject({
      callId: null,
      state: "unknown",
      codec: null,
      carries: null,
      media: null,
      qos: null,
      localAddress: null,
    });
    expect(connection).toMatchObject({
      setupAt: now,
      connectAt: null,
      clockErrorMs: unboundedErrorMs,
      detail: { setupFrom: "first-seen" },
    });
  });

  test("keeps what is better known, and is held without being lost", () => {
    const stamps = description(printNtpStamp(now - 60_000), printNtpStamp(now - 55_000));
    const talking = { parameters: { callId: "AB", mode: "sendrecv" }, bodies: [stamps, description("1", "1")] };
    const first = legOfAnswer(naming, leg, talking, moment, null);
    expect(first.connection).toMatchObject({ state: "active", setupAt: now - 60_000, connectAt: now - 55_000 });
    const held = description(printNtpStamp(now - 60_000), printNtpStamp(now + 5_000));
    const later = { ...moment, wall: now + 6_000 };
    const second = legOfAnswer(
      naming,
      leg,
      { parameters: { callId: "AB", mode: "inactive" }, bodies: [held, description("1", "1")] },
      later,
      first,
    );
    expect(second.connection).toMatchObject({ state: "unknown", setupAt: now - 60_000, connectAt: now - 55_000 });
  });

  test("of a clear channel carries data; numbers of the connection in o= are no stamps", () => {
    const clear = description("25678", "753849").replace("AVP 0", "AVP 97\r\na=rtpmap:97 CLEARMODE/8000");
    const { connection } = legOfAnswer(naming, leg, { parameters: { callId: "AB", mode: "recvonly" }, bodies: [clear] }, moment, null);
    expect(connection).toMatchObject({ carries: "data", codec: "CLEARMODE", state: "connecting", detail: { setupFrom: "first-seen" } });
  });
});

describe("an instant that is read again", () => {
  const instant = (at: number, from: LegInstant["from"], errorMs: number): LegInstant => ({ at, from, errorMs });
  test.each([
    ["an exact one stands over a bound", instant(5, "gateway-clock", 1001), instant(1, "packets", 3), 5, 1001],
    ["a bound gives way to an exact one", instant(5, "first-seen", 9), instant(3, "gateway-age", 11), 3, 11],
    ["of exact ones the finer stands", instant(5, "gateway-age", 40), instant(6, "gateway-age", 12), 6, 12],
    ["a bound moves down, and its lower end stays", instant(50, "first-seen", 20), instant(40, "packets", 99), 40, 10],
    ["and never up", instant(40, "packets", 10), instant(45, "packets", 0), 40, 10],
    ["what was unbounded below stays so", instant(50, "first-seen", unboundedErrorMs), instant(40, "packets", 0), 40, unboundedErrorMs],
  ])("%s", (_, before, read, at, errorMs) => {
    expect(steadied(before, read)).toMatchObject({ at, errorMs });
  });
});
