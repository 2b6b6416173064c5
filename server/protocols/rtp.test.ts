import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { goodbye, readGoodbye, readRtp, writeRtpHeader } from "./rtp.ts";

describe("RTP", () => {
  test("a header is written as RFC 3550 5.1 draws it", () => {
    const octets = new Uint8Array(172);
    writeRtpHeader(octets, { payloadType: 0, marker: true, sequence: 0x1234, timestamp: 0x89abcdef, ssrc: 0xfedcba98 });
    expect([...octets.slice(0, 12)]).toEqual([0x80, 0x80, 0x12, 0x34, 0x89, 0xab, 0xcd, 0xef, 0xfe, 0xdc, 0xba, 0x98]);
    expect(readRtp(octets)).toEqual({
      payloadType: 0,
      marker: true,
      sequence: 0x1234,
      timestamp: 0x89abcdef,
      ssrc: 0xfedcba98,
      payloadOctets: 160,
    });
  });

  test("sources, extension and padding are not payload", () => {
    const octets = new Uint8Array(12 + 4 + 8 + 20 + 4);
    writeRtpHeader(octets, { payloadType: 8, marker: false, sequence: 1, timestamp: 2, ssrc: 3 });
    octets[0] = 0x80 | 0x20 | 0x10 | 1;
    octets[12 + 4 + 3] = 1;
    octets[octets.length - 1] = 4;
    expect(readRtp(octets)?.payloadOctets).toBe(20);
  });

  test("a goodbye is not a media packet, and the reverse", () => {
    expect(readRtp(goodbye(77))).toBeNull();
    expect(readGoodbye(goodbye(0xfedcba98))).toBe(0xfedcba98);
    const media = new Uint8Array(172);
    writeRtpHeader(media, { payloadType: 0, marker: false, sequence: 1, timestamp: 2, ssrc: 3 });
    expect(readGoodbye(media)).toBeNull();
  });

  test("any octets are read or refused, never thrown at", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), (octets) => {
        const packet = readRtp(octets);
        readGoodbye(octets);
        if (packet !== null) expect(packet.payloadOctets).toBeLessThanOrEqual(octets.length);
      }),
    );
  });
});
