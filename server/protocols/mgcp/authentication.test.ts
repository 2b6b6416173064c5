import { createHmac } from "node:crypto";
import { describe, expect, test } from "vitest";
import { authenticate, type MessageKeys, signMessage } from "./authentication.ts";
import { decodeDatagram } from "./decode.ts";
import { command, encodeMessage, piggyback } from "./encode.ts";
import { createReplayWindow } from "./replay-window.ts";
import { octetsOf, textOf } from "./text.ts";

function keysOf(secrets: Readonly<Record<number, string>>, signingKeyId: number): MessageKeys {
  return {
    signingKeyId,
    mac: (keyId, octets) => {
      const secret = secrets[keyId];
      return secret === undefined ? null : createHmac("sha256", secret).update(octets).digest();
    },
  };
}

const keys = keysOf({ 1: "first" }, 1);
const server = { kind: "server", name: "cs-a", epoch: 41, boot: 1_790_000_000_000, sequence: 17 } as const;
const gateway = { kind: "gateway", name: "if-1", boot: 1_790_000_000_001, sequence: 3 } as const;
const text = encodeMessage({ ...command("DLCX", "aaln/3@if-1", { callId: "AB" }, "v=0\r\n"), transactionId: 9 });

describe("X-Tandem", () => {
  test("has its place behind the first line, and the MAC is over the message with the digits left out", () => {
    const signed = signMessage(text, server, keys);
    const [first, line] = signed.split("\r\n");
    expect(first).toBe("DLCX 9 aaln/3@if-1 MGCP 1.0");
    const mac = /mac=([0-9a-f]{64})$/.exec(line ?? "")?.[1] ?? "";
    expect(line).toBe(`X-Tandem: epoch=41;server=cs-a;boot=1790000000000;sequence=17;key=1;mac=${mac}`);
    expect(mac).toBe(createHmac("sha256", "first").update(signed.replace(mac, "")).digest("hex"));
  });

  test.each([server, gateway])("names its signer: $kind", (signer) => {
    expect(authenticate(signMessage(text, signer, keys), keys)).toEqual({ kind: "signed", signer });
  });

  test("is verified for each message of a piggyback by itself", () => {
    const two = piggyback([signMessage(text, server, keys), signMessage(text, { ...server, sequence: 18 }, keys)]);
    for (const result of decodeDatagram(octetsOf(two))) expect(result.ok && authenticate(result.raw, keys).kind).toBe("signed");
  });

  test("a message with any bit changed is not authentic", () => {
    const octets = octetsOf(signMessage(text, server, keys));
    for (let at = 0; at < octets.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = octets.slice();
        damaged[at] = (damaged[at] as number) ^ (1 << bit);
        expect(authenticate(textOf(damaged), keys).kind).not.toBe("signed");
      }
    }
  });

  test("a second line, another key, an unknown key and no line are told apart", () => {
    const signed = signMessage(text, server, keys);
    expect(authenticate(text, keys)).toEqual({ kind: "unsigned" });
    expect(authenticate(signed.replace("\r\n", "\r\nX-Tandem: x\r\n"), keys)).toEqual({ kind: "forged", reason: "two signatures" });
    expect(authenticate(signed, keysOf({ 1: "other" }, 1))).toEqual({ kind: "forged", reason: "wrong MAC" });
    expect(authenticate(signed, keysOf({ 2: "first" }, 2))).toEqual({ kind: "forged", reason: "unknown key" });
  });

  test("keys rotate without a break", () => {
    const both = keysOf({ 1: "first", 2: "second" }, 2);
    expect(authenticate(signMessage(text, server, keys), both).kind).toBe("signed");
    expect(authenticate(signMessage(text, server, both), keysOf({ 1: "first", 2: "second" }, 1)).kind).toBe("signed");
  });
});

describe("the replay window", () => {
  test("lets each sequence in once, in any order within the window", () => {
    const window = createReplayWindow();
    expect([5, 3, 4, 5, 3, 6].map((sequence) => window.admit("cs-a", 1, sequence))).toEqual([
      "fresh",
      "fresh",
      "fresh",
      "replayed",
      "replayed",
      "fresh",
    ]);
  });

  test("knows what is too old to know, and older boots", () => {
    const window = createReplayWindow();
    window.admit("cs-a", 7, 10_000);
    expect(window.admit("cs-a", 7, 5_000)).toBe("replayed");
    expect(window.admit("cs-a", 6, 20_000)).toBe("older-boot");
    expect(window.admit("cs-a", 8, 1)).toBe("fresh");
    expect(window.admit("cs-b", 1, 1)).toBe("fresh");
  });
});
