/** Digest authentication: the RFC's own example, both halves against each other, and what must not get through. */
import { createHash } from "node:crypto";
import { expect, test } from "vitest";
import { bestChallenge, type DigestFunction, digestResponse, parseAuthorization, parseChallenge } from "./digest.ts";
import { DigestClient } from "./digest-client.ts";
import { DigestServer } from "./digest-server.ts";
import type { Header, SipRequest, SipResponse } from "./message.ts";

const digest: DigestFunction = (algorithm, text) =>
  createHash(algorithm === "MD5" ? "md5" : "sha256")
    .update(text)
    .digest("hex");

const example = {
  method: "GET",
  uri: "/dir/index.html",
  realm: "http-auth@example.org",
  nonce: "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v",
  count: { nonceCount: 1, clientNonce: "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ" },
};

test("RFC 7616 3.9.1, in both algorithms", () => {
  const mufasa = { user: "Mufasa", secret: "Circle of Life" };
  expect(digestResponse({ ...example, algorithm: "MD5" }, mufasa, digest)).toBe("8ca523f5e9506fed4657c9700eebdbec");
  expect(digestResponse({ ...example, algorithm: "SHA-256" }, mufasa, digest)).toBe(
    "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
  );
});

test("RFC 2069's form, for servers without qop", () => {
  const proof = { ...example, algorithm: "MD5" as const, count: null };
  const a1 = digest("MD5", "u:http-auth@example.org:p");
  const a2 = digest("MD5", "GET:/dir/index.html");
  expect(digestResponse(proof, { user: "u", secret: "p" }, digest)).toBe(digest("MD5", `${a1}:${example.nonce}:${a2}`));
});

test("challenges: the best that is known counts; others are left alone", () => {
  expect(
    bestChallenge(['Digest realm="r", nonce="1", algorithm=MD5', 'digest realm="r",nonce="2",algorithm=sha-256,qop="auth,auth-int"']),
  ).toEqual({
    realm: "r",
    nonce: "2",
    opaque: null,
    algorithm: "SHA-256",
    qopAuth: true,
    stale: false,
  });
  for (const header of [
    'Basic realm="r"',
    'Digest realm="r"',
    'Digest realm="r", nonce="1", algorithm=SHA-1',
    'Digest realm="r", nonce="1", qop="auth-int"',
  ]) {
    expect(parseChallenge(header)).toBeNull();
  }
  for (const header of ["Digest", 'Digest username="u"', 'Digest username="u", realm="r", nonce="n", uri="x", response="zz"']) {
    expect(parseAuthorization(header)).toBeNull();
  }
});

function subscribe(authorization: Header | null, uri = "sip:gw@h"): SipRequest {
  return { kind: "request", method: "SUBSCRIBE", uri, headers: authorization === null ? [] : [authorization], body: "" };
}

function server() {
  let nonces = 0;
  const credentials = [{ user: "cs", secret: "s3cret" }];
  return new DigestServer({ realm: "gw-1", credentials, digest, newNonce: () => `nonce-${++nonces}` });
}

function challenged(one: DigestServer, now: number, request: SipRequest): SipResponse {
  const verdict = one.judge(now, request);
  if (verdict.kind !== "challenge") throw new Error("let through");
  return { kind: "response", status: 401, reason: "", headers: verdict.headers, body: "" };
}

test("client and server agree, request after request, without a second challenge", () => {
  const one = server();
  const client = new DigestClient({ user: "cs", secret: "s3cret" }, digest);
  expect(client.authorize("SUBSCRIBE", "sip:gw@h", "c")).toBeNull();
  expect(client.take(challenged(one, 0, subscribe(null)))).toBe(true);
  for (let i = 0; i < 3; i++) {
    const header = client.authorize("SUBSCRIBE", "sip:gw@h", `c${i}`);
    expect(header?.[1]).toContain("algorithm=SHA-256");
    expect(one.judge(i, subscribe(header))).toEqual({ kind: "known", user: "cs" });
    // The same once more is a replay.
    expect(one.judge(i, subscribe(header))).toMatchObject({ kind: "challenge", wrong: false });
  }
});

test("not let through: another secret, user, method, URI, nonce, and none", () => {
  const one = server();
  const tries: [DigestClient, (header: Header) => SipRequest][] = [
    [new DigestClient({ user: "cs", secret: "other" }, digest), (header) => subscribe(header)],
    [new DigestClient({ user: "xx", secret: "s3cret" }, digest), (header) => subscribe(header)],
    [new DigestClient({ user: "cs", secret: "s3cret" }, digest), (header) => ({ ...subscribe(header), method: "OPTIONS" })],
    [new DigestClient({ user: "cs", secret: "s3cret" }, digest), (header) => subscribe(header, "sip:other@h")],
    [new DigestClient({ user: "cs", secret: "s3cret" }, digest), ([name, value]) => subscribe([name, value.replace("nonce-", "other-")])],
    [new DigestClient({ user: "cs", secret: "s3cret" }, digest), ([name]) => subscribe([name, "Digest nonsense"])],
  ];
  for (const [client, change] of tries) {
    client.take(challenged(one, 0, subscribe(null)));
    const header = client.authorize("SUBSCRIBE", "sip:gw@h", "c");
    expect(one.judge(0, change(header as Header)).kind).toBe("challenge");
  }
});

test("a nonce grows old, which is said, and the client goes on with the next", () => {
  const one = server();
  const client = new DigestClient({ user: "cs", secret: "s3cret" }, digest);
  client.take(challenged(one, 0, subscribe(null)));
  const late = challenged(one, 300_000, subscribe(client.authorize("SUBSCRIBE", "sip:gw@h", "c")));
  expect(late.headers[0]?.[1]).toContain("stale=true");
  expect(client.take(late)).toBe(true);
  expect(one.judge(300_001, subscribe(client.authorize("SUBSCRIBE", "sip:gw@h", "c")))).toEqual({ kind: "known", user: "cs" });
});
