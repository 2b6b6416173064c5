import { expect, test } from "vitest";
import { createLinkKeys, sameSecret, textMac } from "./keys.ts";
import { createLog } from "./log.ts";

const secret = "0123456789abcdef";

test("the first key signs, every key verifies, an unknown one is null", () => {
  const keys = createLinkKeys([
    { id: 2, secret },
    { id: 1, secret: `${secret}x` },
  ]);
  expect(keys.signingKeyId).toBe(2);
  expect(keys.mac(1, Uint8Array.of(1))).toHaveLength(32);
  expect(keys.mac(3, Uint8Array.of(1))).toBeNull();
  expect(textMac(keys, 2, "abc")).toMatch(/^[0-9a-f]{64}$/);
});

test("white space around a secret from a file does not matter", () => {
  const bare = createLinkKeys([{ id: 1, secret }]);
  const withNewline = createLinkKeys([{ id: 1, secret: `${secret}\n` }]);
  expect(bare.mac(1, Uint8Array.of(7))).toEqual(withNewline.mac(1, Uint8Array.of(7)));
});

test("a key set that must not be used is refused without showing a secret", () => {
  expect(() => createLinkKeys([])).toThrow("at least one");
  expect(() => createLinkKeys([{ id: 0, secret }])).toThrow("1..255");
  expect(() =>
    createLinkKeys([
      { id: 1, secret },
      { id: 1, secret },
    ]),
  ).toThrow("twice");
  expect(() => createLinkKeys([{ id: 1, secret: "hunter2" }])).toThrow(/^(?!.*hunter2).*shorter than 16/);
});

test("secrets are compared whole", () => {
  expect(sameSecret(secret, secret)).toBe(true);
  expect(sameSecret(secret, secret.slice(0, 15))).toBe(false);
  expect(sameSecret("", secret)).toBe(false);
});

test("a log line is one line whatever the message holds, and a storm is bounded", () => {
  const lines: string[] = [];
  let mono = 0;
  const log = createLog("cs-a", { now: () => ({ mono, wall: 0 }) }, (line) => lines.push(line));
  log.warn("name\n1970-01-01T00:00:00.000Z error cs-b forged");
  expect(lines).toEqual(["1970-01-01T00:00:00.000Z warn cs-a name 1970-01-01T00:00:00.000Z error cs-b forged\n"]);
  for (let i = 0; i < 1000; i += 1) log.note("storm");
  expect(lines).toHaveLength(200);
  mono = 1000;
  log.note("after");
  expect(lines.at(-2)).toContain("801 lines left out");
});
