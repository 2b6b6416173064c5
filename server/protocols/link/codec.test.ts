/** One set of golden datagrams, many proofs: octets, mirror, truncation, bit flips, versions, garbage. */
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LinkMessage } from "../../core/control/link-message.ts";
import { kindCodes } from "./body.ts";
import {
  createLinkCodec,
  type LinkDecoded,
  type LinkFrame,
  macOctets,
  maxDatagramOctets,
  minDatagramOctets,
  minorVersion,
} from "./codec.ts";
import golden from "./datagrams.golden.json";
import { frame as anyFrame } from "./testing/messages.ts";

const { cluster: goldenCluster, keyId: goldenKeyId, secret: goldenSecret } = golden;
const goldenHeader = golden.header as Omit<LinkFrame, "message">;
const goldenDatagrams = golden.datagrams as readonly { readonly message: LinkMessage; readonly hex: string }[];

const hmac = (bytes: Uint8Array): Uint8Array => createHmac("sha256", goldenSecret).update(bytes).digest();
const mac = (keyId: number, bytes: Uint8Array): Uint8Array | null => (keyId === goldenKeyId ? hmac(bytes) : null);
const codec = createLinkCodec({ cluster: goldenCluster, signingKeyId: goldenKeyId, mac });
/** Believes every code: whatever the octets are, what lies behind the code must still be read safely. */
const gullible = createLinkCodec({ cluster: goldenCluster, signingKeyId: goldenKeyId, mac: () => new Uint8Array(macOctets) });

function octets(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, "hex"));
}

function encoded(message: LinkMessage, header: Omit<LinkFrame, "message"> = goldenHeader): Uint8Array {
  const result = codec.encode({ ...header, message });
  if (!result.ok) throw new Error(`not encodable: ${result.field}`);
  return result.datagram;
}

/** Changes the octets before the code and signs them again. */
function resigned(datagram: Uint8Array, change: (bytes: number[]) => void): Uint8Array {
  const bytes = [...datagram.subarray(0, datagram.length - macOctets)];
  change(bytes);
  return Uint8Array.from([...bytes, ...hmac(Uint8Array.from(bytes))]);
}

function errorOf(decoded: LinkDecoded): string {
  return decoded.ok ? "none" : decoded.error;
}

/** With a code of zeros, as the gullible codec expects it. */
function unsigned(datagram: Uint8Array): Uint8Array {
  const copy = datagram.slice();
  copy.fill(0, copy.length - macOctets);
  return copy;
}

const query = goldenDatagrams.find((golden) => golden.message.kind === "query") as (typeof goldenDatagrams)[number];
const lengthAt = 42;

describe("golden datagrams", () => {
  test("there is one for each kind", () => {
    expect(new Set(goldenDatagrams.map((golden) => golden.message.kind))).toEqual(new Set(Object.keys(kindCodes)));
  });

  test.each(goldenDatagrams.map((golden, index) => ({ name: `${index} ${golden.message.kind}`, ...golden })))(
    "$name",
    ({ message, hex }) => {
      expect(Buffer.from(encoded(message)).toString("hex")).toBe(hex);
      expect(codec.decode(octets(hex))).toEqual({ ok: true, frame: { ...goldenHeader, message } });
    },
  );

  test("a datagram that lies inside a larger buffer is read from its own place", () => {
    const datagram = octets(query.hex);
    const larger = new Uint8Array(datagram.length + 20);
    larger.set(datagram, 13);
    expect(codec.decode(larger.subarray(13, 13 + datagram.length)).ok).toBe(true);
  });
});

describe("damage", () => {
  test("every truncation of every datagram is refused", () => {
    for (const { hex } of goldenDatagrams) {
      const datagram = octets(hex);
      for (let length = 0; length < datagram.length; length += 1) {
        const error = errorOf(codec.decode(datagram.subarray(0, length)));
        expect(error).toBe(length < minDatagramOctets ? "too-short" : "bad-mac");
        expect(errorOf(gullible.decode(unsigned(datagram.slice(0, length))))).not.toBe("none");
      }
    }
  });

  test("every octet that is appended is refused", () => {
    for (const { hex } of goldenDatagrams) {
      expect(errorOf(codec.decode(octets(`${hex}00`)))).toBe("bad-mac");
      expect(errorOf(codec.decode(resigned(octets(hex), (bytes) => bytes.push(0))))).toBe("trailing");
    }
  });

  test("every flipped bit is refused", () => {
    for (const { hex } of goldenDatagrams) {
      const datagram = octets(hex);
      for (let bit = 0; bit < 8 * datagram.length; bit += 1) {
        datagram[bit >>> 3] = (datagram[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        const error = errorOf(codec.decode(datagram));
        const expected = bit < 32 ? "bad-magic" : bit < 40 ? "version" : bit >= 48 && bit < 56 ? "unknown-key" : "bad-mac";
        if (error !== expected) expect.fail(`bit ${bit} of ${hex}: ${error}, expected ${expected}`);
        datagram[bit >>> 3] = (datagram[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      }
    }
  });

  test("every flipped bit behind a code that is believed gives a result, and never a value out of range", () => {
    for (const { hex } of goldenDatagrams) {
      const datagram = unsigned(octets(hex));
      for (let bit = 0; bit < 8 * (datagram.length - macOctets); bit += 1) {
        datagram[bit >>> 3] = (datagram[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
        const decoded = gullible.decode(datagram);
        if (decoded.ok) assertInRange(decoded.frame);
        datagram[bit >>> 3] = (datagram[bit >>> 3] ?? 0) ^ (1 << (bit & 7));
      }
    }
  });
});

/** Whatever is decoded can be encoded again: the encoder refuses what has no place on the wire. */
function assertInRange(frame: LinkFrame): void {
  const again = gullible.encode(frame);
  if (!again.ok) expect.fail(`decoded but not encodable: ${again.field} of ${JSON.stringify(frame)}`);
  expect(gullible.decode(again.datagram)).toEqual({ ok: true, frame });
}

describe("who, where and which version", () => {
  test("another major version is refused before anything else is believed", () => {
    expect(errorOf(codec.decode(resigned(octets(query.hex), (bytes) => (bytes[4] = 2))))).toBe("version");
  });

  test("a higher minor version may append fields that we skip; our own may not", () => {
    const appended = (minor: number): Uint8Array =>
      resigned(octets(query.hex), (bytes) => {
        bytes[5] = minor;
        bytes[lengthAt + 1] = (bytes[lengthAt + 1] ?? 0) + 3;
        bytes.push(1, 2, 3);
      });
    expect(codec.decode(appended(minorVersion + 1))).toEqual({ ok: true, frame: { ...goldenHeader, message: query.message } });
    expect(errorOf(codec.decode(appended(minorVersion)))).toBe("trailing");
  });

  test("an unknown kind is named so, and only after the code was right", () => {
    expect(errorOf(codec.decode(resigned(octets(query.hex), (bytes) => (bytes[7] = 99))))).toBe("unknown-kind");
  });

  test("another cluster with the same key is refused", () => {
    const other = createLinkCodec({ cluster: "other", signingKeyId: goldenKeyId, mac });
    expect(errorOf(other.decode(octets(query.hex)))).toBe("wrong-cluster");
  });

  test("a path that does not exist is malformed", () => {
    expect(errorOf(codec.decode(resigned(octets(query.hex), (bytes) => (bytes[15] = 3))))).toBe("malformed");
  });

  test("lengths and presence marks that lie are refused", () => {
    const damaged = (change: (bytes: number[]) => void): string => errorOf(codec.decode(resigned(octets(query.hex), change)));
    expect(damaged((bytes) => (bytes[lengthAt + 1] = 255))).toBe("too-short");
    expect(damaged((bytes) => (bytes[lengthAt + 1] = 1))).toBe("trailing");
    expect(damaged((bytes) => (bytes[32] = 200))).toBe("malformed");
    expect(damaged((bytes) => (bytes[32] = 0))).toBe("malformed");
  });

  test("NaN, infinity, negative numbers and minus zero in a vote are malformed", () => {
    const vote = goldenDatagrams.find((golden) => golden.message.kind === "vote") as (typeof goldenDatagrams)[number];
    const titleSilentAt = 44 + 16 + 5 + 1;
    for (const value of [Number.NaN, Number.POSITIVE_INFINITY, -1, -0]) {
      const bits = new Uint8Array(8);
      new DataView(bits.buffer).setFloat64(0, value);
      const decoded = codec.decode(resigned(octets(vote.hex), (bytes) => bytes.splice(titleSilentAt, 8, ...bits)));
      expect(decoded).toEqual({ ok: false, error: "malformed", field: "titleSilentMs" });
    }
  });

  test("a second key is verified while the first one signs: rotation without a break", () => {
    const both = (keyId: number, bytes: Uint8Array): Uint8Array | null =>
      keyId === 8 ? createHmac("sha256", "the-new-secret-of-the-same-link").update(bytes).digest() : mac(keyId, bytes);
    const rotated = createLinkCodec({ cluster: goldenCluster, signingKeyId: 8, mac: both });
    expect(rotated.decode(octets(query.hex)).ok).toBe(true);
    const fresh = rotated.encode({ ...goldenHeader, message: query.message });
    expect(fresh.ok && errorOf(codec.decode(fresh.datagram))).toBe("unknown-key");
  });
});

describe("encoding", () => {
  const refusedField = (frame: Partial<LinkFrame>): string | null => {
    const result = codec.encode({ ...goldenHeader, message: query.message, ...frame });
    return result.ok ? null : result.field;
  };

  test("names and numbers without a place on the wire are refused by field", () => {
    expect(refusedField({ to: "" })).toBe("to");
    expect(refusedField({ to: "x".repeat(64) })).toBe("to");
    expect(refusedField({ envelope: { from: "a\ud800", boot: 1, sequence: 1 } })).toBe("from");
    expect(refusedField({ envelope: { from: "a", boot: 2 ** 53, sequence: 1 } })).toBe("boot");
    expect(refusedField({ message: { kind: "query", missed: -1, missLimit: 5 } })).toBe("missed");
    expect(refusedField({ message: { kind: "query", missed: 1.5, missLimit: 5 } })).toBe("missed");
  });

  test("free text is clipped at a character, never in the middle of one", () => {
    const reason = "é€😀".repeat(100);
    const decoded = codec.decode(encoded({ kind: "switchover-request", switchoverId: "s", to: null, reason, by: "x" }));
    if (!decoded.ok || decoded.frame.message.kind !== "switchover-request") throw new Error("not decoded");
    expect(decoded.frame.message.reason.endsWith("…")).toBe(true);
    expect(reason.startsWith(decoded.frame.message.reason.slice(0, -1))).toBe(true);
  });

  test("more blockers than fit are counted in the last line", () => {
    const blockers = Array.from({ length: 60 }, (_, i) => `Blocker ${i} ${"because of something long ".repeat(10)}`);
    const datagram = encoded({ kind: "switchover-reply", switchoverId: "s".repeat(64), accepted: false, blockers });
    expect(datagram.length).toBeLessThanOrEqual(maxDatagramOctets);
    const decoded = codec.decode(datagram);
    if (!decoded.ok || decoded.frame.message.kind !== "switchover-reply") throw new Error("not decoded");
    const lines = decoded.frame.message.blockers;
    expect(lines.length).toBeGreaterThan(3);
    expect(lines.at(-1)).toBe(`… and ${60 - lines.length + 1} more`);
  });

  test("the longest message of each kind fits the frame", () => {
    const name = "n".repeat(63);
    const epoch = { number: Number.MAX_SAFE_INTEGER, server: name };
    const header = {
      envelope: { from: name, boot: Number.MAX_SAFE_INTEGER, sequence: Number.MAX_SAFE_INTEGER },
      to: name,
      path: 2,
    } as const;
    const text = "€".repeat(1000);
    const manyChanges = Array.from({ length: 60 }, (_, at) => ({ epoch, at }));
    const vote = goldenDatagrams.find((golden) => golden.message.kind === "vote")?.message as LinkMessage & { kind: "vote" };
    for (const message of [
      { ...vote, about: name, granted: epoch, commandSilentMs: 1, changes: manyChanges },
      { kind: "handover", switchoverId: "s".repeat(64), epoch, reason: text, by: text, automatic: true, clients: ["gw-1", "gw-2"] },
      {
        kind: "guard",
        guard: { pauseSetAt: 1, acknowledgedEpoch: 1, pause: { by: text, reason: text, since: 1, until: 2 }, changes: manyChanges },
      },
      { kind: "switchover-request", switchoverId: "s".repeat(64), to: name, reason: text, by: text },
      { kind: "switchover-reply", switchoverId: "s".repeat(64), accepted: true, blockers: Array.from({ length: 100 }, () => text) },
    ] satisfies LinkMessage[]) {
      expect(encoded(message, header).length).toBeLessThanOrEqual(maxDatagramOctets);
    }
  });
});

describe("any message and any octets", () => {
  test("what is encoded is decoded to the same", () => {
    fc.assert(
      fc.property(anyFrame, (value) => {
        const result = codec.encode(value);
        expect(result.ok && codec.decode(result.datagram)).toEqual({ ok: true, frame: value });
      }),
      { numRuns: 500 },
    );
  });

  test("100,000 pieces of garbage are refused with a code and never throw", () => {
    const random = seeded(20_250_101);
    const template = goldenDatagrams.map((golden) => unsigned(octets(golden.hex)));
    const codes = new Set<string>();
    for (let i = 0; i < 100_000; i += 1) {
      // Half are noise from end to end, half a good header with a noisy rest that is believed: the deepest way in.
      const noise = i % 2 === 0;
      const garbage = noise ? new Uint8Array(random() % 200) : (template[random() % template.length] as Uint8Array).slice();
      for (let at = noise ? 0 : 32 + (random() % 20); at < garbage.length - macOctets; at += 4) garbage[at] = random();
      codes.add(errorOf((noise ? codec : gullible).decode(garbage)));
    }
    // Every way to be refused that noise can reach was reached; some noise reads as a message where every code is believed.
    expect([...codes].sort()).toEqual(["bad-magic", "malformed", "none", "too-short", "trailing"]);
  });
});

/** xorshift32: the same garbage in every run. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 0;
  };
}
