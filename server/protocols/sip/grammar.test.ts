/** URIs, name-addr, Via, CSeq, Event and Subscription-State, and which transaction a message belongs to. */
import { describe, expect, test } from "vitest";
import { escapedUser, parseNameAddress, parseSipUri, printNameAddress, tagOf, userOfUri } from "./address.ts";
import { decodeDatagram } from "./decode.ts";
import { parseEvent, parseSubscriptionState } from "./event-header.ts";
import type { SipRequest } from "./message.ts";
import { splitUnquoted } from "./parameters.ts";
import { recordedMessage } from "./testing/recorded.ts";
import { clientKeyOf, sequenceOf, serverKeyOf } from "./transaction-key.ts";
import { parseVia, topVia, viaAsReceived } from "./via.ts";

test.each([
  ["sip:bob@127.0.0.1:25072;transport=tcp", { scheme: "sip", user: "bob", host: "127.0.0.1", port: 25_072 }],
  ["SIPS:a;x=1@[::1]:5061?h=v", { scheme: "sips", user: "a;x=1", host: "::1", port: 5_061 }],
  ["sip:host", { scheme: "sip", user: null, host: "host", port: null }],
])("URI %s", (text, parts) => {
  expect(parseSipUri(text)).toMatchObject(parts);
});

test.each(["", "mailto:a@b", "sip:", "sip:a@", "sip:a@b:0", "sip:a@b:70000", "sip:a@b c"])("no URI: %j", (text) => {
  expect(parseSipUri(text)).toBeNull();
});

test("who a URI is about", () => {
  expect(userOfUri("tel:+123;ext=4")).toBe("+123");
  expect(userOfUri("sip:2001;phone-context=x:pw@h")).toBe("2001");
  expect(userOfUri("sip:a%20b@h")).toBe("a b");
  expect(userOfUri("sip:h")).toBeNull();
  expect(userOfUri(`sip:${escapedUser("a b<>")}@h`)).toBe("a b<>");
});

test.each([
  ["<sip:a@b>;tag=1", { displayName: null, uri: "sip:a@b" }, "1"],
  ['"A <x> \\"B\\"" <sip:a@b;lr>;tag=2', { displayName: 'A <x> "B"', uri: "sip:a@b;lr" }, "2"],
  ["Alice <sip:a@b>", { displayName: "Alice", uri: "sip:a@b" }, null],
  ["sip:a@b;tag=3", { displayName: null, uri: "sip:a@b" }, "3"],
])("name-addr %s", (text, address, tag) => {
  expect(parseNameAddress(text)).toMatchObject(address);
  expect(tagOf(text)).toBe(tag);
});

test("no name-addr, and one as it is written", () => {
  for (const text of ["", "<sip:a", "<>", "<sip:a> x", "a b"]) expect(parseNameAddress(text)).toBeNull();
  expect(parseNameAddress(printNameAddress("sip:a@b", 'A "B"', "7"))).toMatchObject({ displayName: 'A "B"', uri: "sip:a@b" });
});

test("Via: read, and marked with where the request came from", () => {
  expect(parseVia("SIP / 2.0 / udp first.example.com : 4000;ttl=16 ;branch=z9hG4bKa7c6a8dlze.1")).toMatchObject({
    transport: "UDP",
    host: "first.example.com",
    port: 4_000,
    branch: "z9hG4bKa7c6a8dlze.1",
  });
  expect(parseVia("HTTP/1.1 x")).toBeNull();
  expect(viaAsReceived("SIP/2.0/UDP 10.0.0.1:5;branch=b;rport", "10.0.0.2", 6)).toBe(
    "SIP/2.0/UDP 10.0.0.1:5;branch=b;received=10.0.0.2;rport=6",
  );
  expect(viaAsReceived("SIP/2.0/UDP 10.0.0.1;branch=b;received=9.9.9.9, SIP/2.0/UDP p;branch=c", "10.0.0.1", 6)).toBe(
    "SIP/2.0/UDP 10.0.0.1;branch=b, SIP/2.0/UDP p;branch=c",
  );
});

test("lists are split outside quotes and angle brackets", () => {
  expect(splitUnquoted('"a,b" <sip:x,y>, c , d="\\",e"', ",")).toEqual(['"a,b" <sip:x,y>', "c", 'd="\\",e"']);
});

test("Event and Subscription-State", () => {
  expect(parseEvent("Dialog;id=7;call-id=x")).toMatchObject({ package: "dialog", id: "7" });
  expect(parseEvent("")).toBeNull();
  expect(parseSubscriptionState("active;expires=599")).toEqual({ kind: "active", expiresSeconds: 599 });
  expect(parseSubscriptionState("TERMINATED;reason=Timeout")).toEqual({ kind: "terminated", reason: "timeout", retryAfterSeconds: null });
  expect(parseSubscriptionState("terminated;reason=odd;retry-after=5")).toEqual({ kind: "terminated", reason: null, retryAfterSeconds: 5 });
  expect(parseSubscriptionState("halfway")).toEqual({ kind: "active", expiresSeconds: null });
});

describe("transactions are told apart", () => {
  const read = (octets: string) => {
    const result = decodeDatagram(octets);
    if (!result.ok) throw new Error(result.reason);
    return result.message;
  };
  const request = (name: string) => read(recordedMessage(name)) as SipRequest;

  test("by branch, sender and method; a response by branch and CSeq", () => {
    const subscribe = request("a one-shot SUBSCRIBE");
    const answer = read(recordedMessage("its answer with Expires: 0"));
    const via = topVia(subscribe);
    if (via === null || answer.kind !== "response") throw new Error("no Via");
    expect(serverKeyOf(subscribe, via)).toBe("z9hG4bK712186709 127.0.0.1:25073 SUBSCRIBE");
    expect(clientKeyOf(answer, topVia(answer)!)).toBe("z9hG4bK712186709 SUBSCRIBE");
    expect(sequenceOf(subscribe)).toEqual({ number: 1, method: "SUBSCRIBE" });
    expect(serverKeyOf({ ...subscribe, method: "ACK" }, via)).toContain(" INVITE");
  });

  test("without a branch of RFC 3261, by everything that names the request", () => {
    const old = request("an OPTIONS request");
    const key = (one: SipRequest) => serverKeyOf(one, { ...topVia(one)!, branch: null });
    const other: SipRequest = { ...old, headers: old.headers.map(([name, value]) => [name, name === "Call-ID" ? "other" : value]) };
    expect(key(old)).toBe(key({ ...old }));
    expect(key(old)).not.toBe(key(other));
  });
});
