import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { audioDescription, parseSessionDescription, printSessionDescription } from "./session-description.ts";

const osmo = "v=0\r\no=- 569C2AF7 23 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 34002 RTP/AVP 0\r\na=ptime:20\r\n";

describe("a session description", () => {
  test("as osmo-mgw writes it is read", () => {
    expect(parseSessionDescription(osmo)).toEqual({
      ok: true,
      value: {
        sessionId: "569C2AF7",
        version: "23",
        host: "127.0.0.1",
        port: 34002,
        codecs: [{ payloadType: 0, name: "PCMU", clockRate: 8000 }],
        ptimeMs: 20,
        direction: "sendrecv",
      },
    });
  });

  test("goes both ways", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 65535 }),
        fc.constantFrom("PCMU", "PCMA", "G722"),
        fc.constantFrom("sendrecv", "recvonly", "inactive"),
        (port, codec, direction) => {
          const value = { ...audioDescription("17", "10.1.2.3", port, codec, 20), direction: direction as "sendrecv" };
          expect(parseSessionDescription(printSessionDescription(value))).toEqual({ ok: true, value });
        },
      ),
    );
  });

  test("takes the stream's own address, dynamic types by name, and only the first audio stream", () => {
    const text =
      "v=0\no=- 1 1 IN IP4 1.1.1.1\ns=-\nc=IN IP4 1.1.1.1\nt=0 0\nm=audio 34010 RTP/AVP 96\nc=IN IP6 fe80::1\na=rtpmap:96 PCMU;PCMA\nm=video 1 RTP/AVP 31\na=ptime:99\nm=audio 5 RTP/AVP 8\n";
    const parsed = parseSessionDescription(text);
    expect(parsed).toMatchObject({
      ok: true,
      value: { host: "fe80::1", port: 34010, ptimeMs: null, codecs: [{ payloadType: 96, name: "PCMU;PCMA" }] },
    });
  });

  test.each([
    "",
    "v=1",
    "v=0",
    "v=0\nm=audio 1 RTP/AVP 0",
    "v=0\nc=IN IP4 1.1.1.1",
    "v=0\nnot a line",
    "v=0\nc=IN IP5 x\nm=audio 1 RTP/AVP 0",
    `v=0\n${"a=x\n".repeat(70)}`,
  ])("%j is refused with a reason", (text) => {
    expect(parseSessionDescription(text)).toMatchObject({ ok: false });
  });

  test("cut or damaged anywhere it never throws, and no input takes long", () => {
    for (let length = 0; length < osmo.length; length++) parseSessionDescription(osmo.slice(0, length));
    for (let at = 0; at < osmo.length; at++) {
      for (let bit = 0; bit < 7; bit++)
        parseSessionDescription(osmo.slice(0, at) + String.fromCharCode(osmo.charCodeAt(at) ^ (1 << bit)) + osmo.slice(at + 1));
    }
    const began = performance.now();
    parseSessionDescription(`v=0\nc=IN IP4 1.1.1.1\nm=audio 1 RTP/AVP ${"1".repeat(1900)}x`);
    parseSessionDescription(`v=0\nc=IN IP4 1.1.1.1\nm=audio 1 RTP/AVP ${"1 ".repeat(900)}x`);
    expect(performance.now() - began).toBeLessThan(100);
  });
});
