/** Events, signals and names: from core's words to MGCP's and back. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ObservedEvent, RequestedEvent, Signal } from "../../core/calls/endpoint-event.ts";
import { parseConnectionParameters } from "./connection-parameters.ts";
import { decodeMessage } from "./decode.ts";
import { command, encodeMessage } from "./encode.ts";
import { parseEndpointName, parseNotifiedEntity, printNotifiedEntity } from "./endpoint-name.ts";
import {
  decodeObservedEvents,
  decodeRequestedEvents,
  decodeSignals,
  encodeObservedEvents,
  encodeRequestedEvents,
  encodeSignals,
} from "./endpoint-package.ts";
import { parseEventList, plainEvent, printEventList } from "./event-list.ts";
import { connectionParametersOf, mediaCountersOf } from "./media-counters.ts";
import { reportOf } from "./notification.ts";
import { effectiveCode } from "./return-code.ts";

const number = fc.stringMatching(/^[0-9]{1,15}$/);
const signal: fc.Arbitrary<Signal> = fc.oneof(
  fc.constantFrom<Signal>({ kind: "dial-tone" }, { kind: "ringback" }, { kind: "busy-tone" }, { kind: "reorder-tone" }, { kind: "answer" }),
  fc.record({ kind: fc.constant("seizure" as const), called: number, calling: fc.option(number) }),
  fc.record({ kind: fc.constant("release" as const), cause: fc.integer({ min: 1, max: 127 }) }),
);

describe("signals and events", () => {
  test("any signals survive the wire", () => {
    fc.assert(
      fc.property(fc.array(signal, { maxLength: 5 }), fc.option(number), (signals, calling) => {
        const all: Signal[] = [...signals, { kind: "ringing", callingNumber: calling }];
        expect(decodeSignals(parseEventList(printEventList(encodeSignals(all))) ?? [])).toEqual(all);
      }),
    );
  });

  test("every requested and observed event survives the wire", () => {
    const requested: RequestedEvent[] = ["off-hook", "on-hook", "digits", "seizure", "answer", "release"];
    expect(decodeRequestedEvents(parseEventList(printEventList(encodeRequestedEvents(requested))) ?? [])).toEqual(requested);
    const observed: ObservedEvent[] = [
      { kind: "off-hook" },
      { kind: "digits", digits: "50*2#" },
      { kind: "on-hook" },
      { kind: "seizure", called: "5002", calling: null },
      { kind: "answer" },
      { kind: "release", cause: 17 },
    ];
    expect(decodeObservedEvents(parseEventList(printEventList(encodeObservedEvents(observed))) ?? [])).toEqual(observed);
    expect(decodeObservedEvents([plainEvent("D/5"), plainEvent("D/T")])).toEqual([{ kind: "digits", digits: "5" }]);
  });

  test("what is not ours is refused, not guessed", () => {
    expect(decodeSignals([plainEvent("L/zz")])).toBeNull();
    expect(decodeRequestedEvents([plainEvent("G/ft", "N")])).toBeNull();
    expect(decodeObservedEvents([plainEvent("MS/rel", "200")])).toBeNull();
    expect(decodeObservedEvents([plainEvent("MD/sup", "addr(x y)")])).toBeNull();
  });

  test("lists keep parameters, connections and nesting", () => {
    const text = "L/hd(A, E(S(L/dl), R(D/[0-9](D)))), L/rg@0A1B, L/hu(N)(x,y)";
    const events = parseEventList(text) ?? [];
    expect(events.map((event) => event.connection)).toEqual([null, "0A1B", null]);
    expect(events[2]?.parameters).toEqual(["x", "y"]);
    expect(parseEventList(printEventList(events))).toEqual(events);
  });
});

describe("a notification", () => {
  const receivedAt = { mono: 5000, wall: 1_000_000 };
  const read = (text: string) => {
    const decoded = decodeMessage(text);
    if (!decoded.ok || decoded.message.kind !== "command") throw new Error("not a command");
    return reportOf(decoded.message, "if-1", receivedAt);
  };

  test("is dated by its age, without any common clock", () => {
    const asked = command("NTFY", "aaln/1@if-1", { requestId: "1F", observedEvents: encodeObservedEvents([{ kind: "on-hook" }]) });
    const text = encodeMessage({ ...asked, transactionId: 3, parameters: { ...asked.parameters, eventAgeMs: 1200 } });
    expect(read(text)).toEqual({
      kind: "events",
      events: [{ kind: "endpoint-event", gateway: "if-1", endpoint: "aaln/1@if-1", event: { kind: "on-hook" }, at: 998_800, errorMs: 25 }],
    });
  });

  test("of a restart tells its method; other commands are refused", () => {
    expect(read("RSIP 1 *@if-1 MGCP 1.0\r\nRM: disconnected\r\nRD: 7\r\n")).toMatchObject({
      kind: "restart",
      method: "disconnected",
      delaySeconds: 7,
    });
    expect(read("RSIP 1 *@if-1 MGCP 1.0\r\n")).toMatchObject({ kind: "restart", method: null });
    expect(read("CRCX 1 a@b MGCP 1.0\r\n")).toMatchObject({ kind: "refused", code: 504 });
    expect(read("NTFY 1 a@b MGCP 1.0\r\nO: L/zz\r\n")).toMatchObject({ kind: "refused", code: 522 });
    expect(read("NTFY 1 a@b MGCP 1.0\r\n")).toMatchObject({ kind: "refused", code: 510 });
  });
});

describe("counters", () => {
  test("of a leg survive the wire, also that it was modelled", () => {
    const media = {
      packetsSent: 1,
      octetsSent: 2,
      packetsReceived: 3,
      octetsReceived: 4,
      packetsLost: 5,
      jitterMs: 6,
      longestSilenceMs: 40,
      modelled: true,
    };
    expect(mediaCountersOf(connectionParametersOf(media))).toEqual(media);
  });

  test("that nobody measured are null, not 0", () => {
    expect(mediaCountersOf(parseConnectionParameters("PS=1, OS=2") ?? connectionParametersOf({} as never))).toBeNull();
    expect(parseConnectionParameters("PS=1234567890")).toBeNull();
    expect(parseConnectionParameters("PS")).toBeNull();
  });
});

describe("names", () => {
  test("carry a domain and wildcards as whole terms", () => {
    expect(parseEndpointName("ds/e1-1/7@gw-1")).toEqual({ local: "ds/e1-1/7", domain: "gw-1", wildcard: "none" });
    expect(parseEndpointName("*@gw-1")?.wildcard).toBe("all");
    expect(parseEndpointName("aaln/$@[127.0.0.1]")?.wildcard).toBe("any");
    for (const bad of ["aaln/1", "@gw", "a a@gw", "a//b@gw", "a@", "a/b*@gw"]) expect(parseEndpointName(bad)).toBeNull();
  });

  test("of notified entities carry host and port", () => {
    expect(parseNotifiedEntity("cs-a@[127.0.0.1]:2727")).toEqual({ local: "cs-a", host: "127.0.0.1", port: 2727 });
    expect(printNotifiedEntity({ local: "cs-a", host: "127.0.0.1", port: 2727 })).toBe("cs-a@[127.0.0.1]:2727");
    expect(printNotifiedEntity({ local: "cs-a", host: "cs-a.example.org", port: null })).toBe("cs-a@cs-a.example.org");
    expect(parseNotifiedEntity("cs-a@host:99999")).toBeNull();
  });

  test("unknown return codes count as their class says", () => {
    expect([42, 142, 299, 333, 499, 599, 777, 851].map(effectiveCode)).toEqual([0, 100, 200, 521, 400, 510, 510, 851]);
  });
});
