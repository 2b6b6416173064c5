import { describe, expect, test } from "vitest";
import type { NotificationRequest } from "../calls/endpoint-event.ts";
import { applyRequest, digitTimerMs, type Endpoint, newEndpoint, observe, type Stimulus } from "./endpoint.ts";
import { eventDelivered, eventUndelivered, takeEvent } from "./event-queue.ts";

const now = { mono: 10, wall: 20 };
const dialling: NotificationRequest = {
  signals: [{ kind: "dial-tone" }],
  events: ["off-hook", "on-hook", "digits"],
  digitMap: "(2xxx|0x.T)",
};

function line(): Endpoint {
  return newEndpoint(1, "aaln/1@if-1", "line", "2001");
}

function all(endpoint: Endpoint, stimuli: readonly Stimulus[]): unknown[] {
  return stimuli.map((stimulus) => observe(endpoint, stimulus, now));
}

const digits = (text: string): Stimulus[] => [...text].map((digit) => ({ kind: "digit", digit }));

describe("an endpoint", () => {
  test("reports hooks once each, asked or not", () => {
    expect(all(line(), [{ kind: "on-hook" }, { kind: "off-hook" }, { kind: "off-hook" }, { kind: "on-hook" }])).toEqual([
      null,
      { kind: "off-hook" },
      null,
      { kind: "on-hook" },
    ]);
  });

  test("gathers digits by the map, stops the dial tone with the first, and reports the whole string", () => {
    const endpoint = line();
    observe(endpoint, { kind: "off-hook" }, now);
    applyRequest(endpoint, "A", dialling);
    expect(all(endpoint, digits("21"))).toEqual([null, null]);
    expect(endpoint.signals).toEqual([]);
    expect(digitTimerMs(endpoint)).toBe(16_000);
    expect(all(endpoint, digits("01"))).toEqual([null, { kind: "digits", digits: "2101" }]);
    expect(endpoint.queue.waiting.at(-1)).toMatchObject({ requestId: "A", at: 10 });
  });

  test("the timer completes an open-ended string, and a string that cannot match is reported as it is", () => {
    const endpoint = line();
    observe(endpoint, { kind: "off-hook" }, now);
    applyRequest(endpoint, "A", dialling);
    all(endpoint, digits("0123"));
    expect(digitTimerMs(endpoint)).toBe(4_000);
    expect(observe(endpoint, { kind: "digit-timer" }, now)).toEqual({ kind: "digits", digits: "0123" });
    expect(all(endpoint, digits("9"))).toEqual([{ kind: "digits", digits: "9" }]);
  });

  test("ignores digits that nobody asked for, or with the receiver down", () => {
    const endpoint = line();
    applyRequest(endpoint, "A", dialling);
    expect(all(endpoint, digits("2"))).toEqual([null]);
    observe(endpoint, { kind: "off-hook" }, now);
    applyRequest(endpoint, "B", { signals: [], events: ["on-hook"], digitMap: null });
    expect(all(endpoint, digits("2"))).toEqual([null]);
  });

  test("going off-hook while it rings is an answer, and stops the ringing", () => {
    const endpoint = line();
    applyRequest(endpoint, "A", { signals: [{ kind: "ringing", callingNumber: "5551" }], events: [], digitMap: null });
    observe(endpoint, { kind: "off-hook" }, now);
    expect(endpoint).toMatchObject({ calling: false, signals: [], otherParty: "5551" });
  });

  test("a trunk channel is seized, answered and released by messages of either side", () => {
    const trunk = newEndpoint(1, "ds/e1-1/1@gw-1", "trunk", null);
    expect(observe(trunk, { kind: "seizure", called: "2001", calling: "5551" }, now)).not.toBeNull();
    expect(trunk).toMatchObject({ offHook: true, calling: true, localParty: "5551", otherParty: "2001" });
    expect(observe(trunk, { kind: "seizure", called: "2002", calling: null }, now)).toBeNull();
    applyRequest(trunk, "A", { signals: [{ kind: "release", cause: 16 }], events: [], digitMap: null });
    expect(trunk.offHook).toBe(false);
    expect(observe(trunk, { kind: "release", cause: 16 }, now)).toBeNull();
    applyRequest(trunk, "B", { signals: [{ kind: "seizure", called: "0123", calling: "2001" }], events: [], digitMap: null });
    expect(trunk).toMatchObject({ offHook: true, calling: false, localParty: "0123", otherParty: "2001" });
    expect(observe(trunk, { kind: "answer" }, now)).toEqual({ kind: "answer" });
  });

  test("a digit map that is none is refused and changes nothing", () => {
    const endpoint = line();
    expect(applyRequest(endpoint, "A", { ...dialling, digitMap: "(((" })).toMatchObject({ code: 537 });
    expect(endpoint).toMatchObject({ requestId: "0", signals: [] });
  });
});

describe("the queue of events", () => {
  test("gives one at a time, in order, and keeps what nobody answered", () => {
    const endpoint = line();
    all(endpoint, [{ kind: "off-hook" }, { kind: "on-hook" }]);
    expect(takeEvent(endpoint.queue)?.event.kind).toBe("off-hook");
    expect(takeEvent(endpoint.queue)).toBeNull();
    eventUndelivered(endpoint.queue);
    expect(takeEvent(endpoint.queue)?.event.kind).toBe("off-hook");
    eventDelivered(endpoint.queue);
    expect(takeEvent(endpoint.queue)?.event.kind).toBe("on-hook");
  });

  test("is bounded: the oldest is given up, but never the one under way", () => {
    const endpoint = line();
    for (let n = 0; n < 20; n++) all(endpoint, [{ kind: "off-hook" }, { kind: "on-hook" }]);
    expect(endpoint.queue).toMatchObject({ dropped: 8 });
    const first = takeEvent(endpoint.queue);
    all(endpoint, [{ kind: "off-hook" }]);
    expect(endpoint.queue.waiting).toHaveLength(32);
    expect(endpoint.queue.waiting[0]).toBe(first);
  });

  test("an off-hook line does not ring: 401, and nothing of the request is applied", () => {
    const endpoint = line();
    observe(endpoint, { kind: "off-hook" }, now);
    const ring = { signals: [{ kind: "ringing", callingNumber: "5551" }], events: [], digitMap: null } as const;
    expect(applyRequest(endpoint, "B", ring)).toMatchObject({ code: 401 });
    expect(endpoint).toMatchObject({ requestId: "0", signals: [], calling: true });
    observe(endpoint, { kind: "on-hook" }, now);
    expect(applyRequest(endpoint, "C", ring)).toBeNull();
  });

  test("a channel that the network holds cannot be seized", () => {
    const trunk = newEndpoint(1, "ds/e1-1/1@gw-1", "trunk", null);
    observe(trunk, { kind: "seizure", called: "2001", calling: "0301" }, now);
    expect(
      applyRequest(trunk, "B", { signals: [{ kind: "seizure", called: "0123", calling: "2001" }], events: [], digitMap: null }),
    ).toMatchObject({
      code: 400,
    });
    expect(trunk).toMatchObject({ calling: true, localParty: "0301" });
  });
});
