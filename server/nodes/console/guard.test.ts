/** Which requests reach the console at all. */
import { expect, test } from "vitest";
import { ownHosts, refuse, securityHeaders } from "./guard.ts";
import { inlineScriptHashes, readPagePolicy } from "./page-policy.ts";

const listening = { host: "127.0.0.1", port: 3000 };
const json = { "content-type": "application/json" };

test.each([
  ["GET", { host: "localhost:3000" }, false, null],
  ["GET", { host: "LOCALHOST:3000" }, false, null],
  ["GET", { host: "[::1]:3000" }, false, null],
  ["GET", { host: "localhost" }, false, 421],
  ["GET", { host: "localhost:3001" }, false, 421],
  ["GET", { host: "rebound.example:3000" }, false, 421],
  ["GET", {}, false, 421],
  ["GET", { host: "localhost:3000", origin: "http://evil.example" }, false, null],
  ["GET", { host: "localhost:3000", origin: "http://evil.example" }, true, 403],
  ["GET", { host: "localhost:3000", origin: "http://127.0.0.1:3000" }, true, 403],
  ["GET", { host: "localhost:3000", origin: "http://localhost:3000" }, true, null],
  ["GET", { host: "localhost:3000", "sec-fetch-site": "same-site" }, true, 403],
  ["POST", { host: "localhost:3000", ...json }, false, null],
  ["POST", { host: "localhost:3000", ...json, origin: "https://localhost:3000" }, false, 403],
  ["POST", { host: "localhost:3000", "content-type": "text/plain" }, false, 415],
  ["POST", { host: "localhost:3000", "content-type": "application/json; charset=utf-8" }, false, null],
  ["DELETE", { host: "localhost:3000", origin: "null", ...json }, false, 403],
] as const)("%s %j upgrade %s: %s", (method, headers, upgrade, status) => {
  expect(refuse({ method, headers }, listening, upgrade)?.status ?? null).toBe(status);
});

test("the listening host counts as ours, default port with and without", () => {
  expect(ownHosts({ host: "10.0.0.5", port: 80 })).toContain("10.0.0.5");
  expect(ownHosts({ host: "::1", port: 3000 })).toContain("[::1]:3000");
});

test("a page runs its own files and the scripts that the build wrote, and nothing else", () => {
  const page =
    '<script src="/a.js" async=""></script><script>first()</script><script id="x">second("</b>")</script><script>first()</script>';
  const hashes = inlineScriptHashes(page);
  expect(hashes).toHaveLength(2);
  const policy = securityHeaders("localhost:3000", hashes)["content-security-policy"];
  expect(policy).toContain(`script-src 'self' ${hashes.join(" ")};`);
  expect(policy).not.toContain("eval");
});

test("a page that the build did not render gets a nonce of its own each time", () => {
  const { scriptSources } = readPagePolicy("/nonexistent");
  expect(scriptSources("/failovers/42-cs-b")[0]).toMatch(/^'nonce-[A-Za-z0-9+/=]{24}'$/);
  expect(scriptSources("/x")).not.toEqual(scriptSources("/x"));
});
