/** UTF-8 by hand against the platform's own. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { clippedUtf8, OctetReader, OctetWriter, utf8Octets, utf8Text } from "./octets.ts";

test("writes UTF-8 as the platform does, and reads it back", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), (text) => {
      expect(Buffer.from(utf8Octets(text, "text"))).toEqual(Buffer.from(text, "utf8"));
      expect(utf8Text(utf8Octets(text, "text"), "text")).toBe(text);
    }),
  );
});

test("reads any octets exactly as a strict decoder does", () => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const outcome = (read: () => string): string | null => {
    try {
      return read();
    } catch {
      return null;
    }
  };
  const nearUtf8 = fc.uint8Array({ maxLength: 8 }).map((octets) => octets.map((octet) => (octet < 128 ? octet | 0x80 : octet)));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 12 }), nearUtf8), (octets) => {
      expect(outcome(() => utf8Text(octets, "text"))).toBe(outcome(() => strict.decode(octets)));
    }),
    { numRuns: 1000 },
  );
});

test("clips to whole characters within the limit", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 30 }), fc.integer({ min: 3, max: 40 }), (text, limit) => {
      const clipped = clippedUtf8(text, limit);
      expect(clipped.length).toBeLessThanOrEqual(limit);
      const read = utf8Text(clipped, "text");
      expect(read === text || (read.endsWith("…") && text.startsWith(read.slice(0, -1)))).toBe(true);
    }),
  );
});

test("whole numbers up to 2^53 − 1 keep every bit; beyond is malformed on both sides", () => {
  fc.assert(
    fc.property(fc.maxSafeNat(), (value) => {
      const out = new OctetWriter(8);
      out.u53(value, "value");
      expect(new OctetReader(out.written()).u53("value")).toBe(value);
    }),
  );
  expect(() => new OctetWriter(8).u53(2 ** 53, "value")).toThrow("malformed: value");
  expect(() => new OctetReader(Uint8Array.of(0, 0x20, 0, 0, 0, 0, 0, 0)).u53("value")).toThrow("malformed: value");
});
