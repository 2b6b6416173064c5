/** Octets to messages and back: what Kamailio sent, the RFC's odd spellings, streams cut anywhere, and octets that are no message. */
import { describe, expect, test } from "vitest";
import { decodeDatagram } from "./decode.ts";
import { encodeMessage, readableMessage } from "./encode.ts";
import { headerOf, headersOf, limits, numberOf, type SipMessage } from "./message.ts";
import { octetsOfText, textOfOctets } from "./octet-text.ts";
import { responseTo } from "./reply.ts";
import { type Framed, StreamFramer } from "./stream-framer.ts";
import { recorded, recordedMessage, wireOf } from "./testing/recorded.ts";
import { essentialsOf } from "./transaction-key.ts";

function decoded(octets: string): SipMessage {
  const result = decodeDatagram(octets);
  if (!result.ok) throw new Error(result.reason);
  return result.message;
}

function reasonOf(octets: string): string | null {
  const result = decodeDatagram(octets);
  return result.ok ? null : result.reason;
}

const options =
  "OPTIONS sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP c;branch=z9hG4bK1\r\nFrom: <sip:x>;tag=1\r\nTo: <sip:y>\r\nCall-ID: 1\r\nCSeq: 1 OPTIONS\r\n\r\n";

describe.each(recorded)("$name", (message) => {
  const wire = wireOf(message);

  test("is read, with everything that every message must have", () => {
    const read = decoded(wire);
    expect(essentialsOf(read)).not.toBeNull();
    expect(read.body).toBe(message.body.length === 0 ? "" : `${message.body.join("\n")}\n`);
  });

  test("survives a round trip", () => {
    const read = decoded(wire);
    const again = decoded(encodeMessage(read));
    const others = (one: SipMessage) => one.headers.filter(([name]) => name !== "Content-Length");
    expect({ ...again, headers: others(again) }).toEqual({ ...read, headers: others(read) });
    expect(numberOf(again, "Content-Length")).toBe(read.body.length);
  });

  test("is the same from a stream, however it is cut", () => {
    const written = encodeMessage(decoded(wire));
    const stream = `\r\n${written}${written}`;
    for (const size of [1, 7, 100, stream.length]) {
      const framer = new StreamFramer();
      const framed: Framed[] = [];
      for (let at = 0; at < stream.length; at += size) framed.push(...framer.push(stream.slice(at, at + size)));
      expect(framed).toEqual([
        { kind: "message", message: decoded(written) },
        { kind: "message", message: decoded(written) },
      ]);
      expect(framer.held).toBe(0);
    }
  });

  test("cut anywhere or damaged in any bit gives a message or a reason, never an exception", () => {
    for (let length = 0; length < wire.length; length += 3) decodeDatagram(wire.slice(0, length));
    for (let at = 0; at < wire.length; at++) {
      const bit = 1 << (at % 8);
      const damaged = wire.slice(0, at) + String.fromCharCode(wire.charCodeAt(at) ^ bit) + wire.slice(at + 1);
      const result = decodeDatagram(damaged);
      if (result.ok) decodeDatagram(encodeMessage(result.message));
      new StreamFramer().push(damaged);
    }
  });
});

describe("spellings", () => {
  test("compact names, any case, folded lines, blanks before the colon, bare LF", () => {
    const message = decoded("NOTIFY sip:a@b SIP/2.0\nv: SIP/2.0/UDP c\n ;branch=z9hG4bK1\nCALL-id : x\no: dialog\nX-Odd: 1\nl: 2\n\nabcd");
    expect(message.headers).toEqual([
      ["Via", "SIP/2.0/UDP c ;branch=z9hG4bK1"],
      ["Call-ID", "x"],
      ["Event", "dialog"],
      ["x-odd", "1"],
      ["Content-Length", "2"],
    ]);
    expect(message.body).toBe("ab");
  });

  test("UTF-8 in headers and bodies is counted in octets", () => {
    const message = decoded(octetsOfText(options.replace("<sip:x>", '"Zoë 你" <sip:x>')));
    expect(headerOf(message, "From")).toContain("Zoë 你");
    const wire = encodeMessage({ ...message, body: "Zoë 你 😀" });
    expect(numberOf(decoded(wire), "Content-Length")).toBe(13);
    expect(decoded(wire).body).toBe("Zoë 你 😀");
  });

  test("octets that are no UTF-8 are replaced", () => {
    expect(textOfOctets("a\xffb\xc3")).toBe("a\ufffdb\ufffd");
    expect(textOfOctets("\xe2\x82")).toBe("\ufffd\ufffd");
    expect(textOfOctets("\xed\xa0\x80")).toBe("\ufffd\ufffd\ufffd");
    expect(textOfOctets(octetsOfText("ÿ😀"))).toBe("ÿ😀");
  });

  test("what was written cannot forge a header", () => {
    const message = decoded(options);
    const wire = encodeMessage({ ...message, headers: [...message.headers, ["Subject", "a\r\nX-Forged: 1"]] });
    expect(headersOf(decoded(wire), "Subject")).toEqual(["a X-Forged: 1"]);
  });

  test("a person sees everything but the proof of who somebody is", () => {
    const message = decoded(options);
    const shown = readableMessage({ ...message, headers: [...message.headers, ["Authorization", "Digest response=abc"]] });
    expect(shown).toContain("Authorization: (left out)");
    expect(shown).not.toContain("abc");
  });
});

describe("refused", () => {
  test.each([
    ["", "no start line"],
    ["HELLO", "no start line"],
    ["OPTIONS sip:a SIP/3.0\r\n\r\n", "no start line"],
    ["SIP/2.0 99 Low\r\n\r\n", "no start line"],
    ["SIP/2.0 2000 High\r\n\r\n", "no start line"],
    ["OPTIONS  SIP/2.0\r\n\r\n", "no start line"],
    ["OPTIONS sip:a b SIP/2.0\r\n\r\n", "no start line"],
    ["OPTIONS sip:a\tb SIP/2.0\r\n\r\n", "no start line"],
    ["OPTIONS sip:a\rb SIP/2.0\r\n\r\n", "no start line"],
    ["OPTIONS sip:a SIP/2.0\r\nno colon\r\n\r\n", "a line that is no header"],
    ["OPTIONS sip:a SIP/2.0\r\n: x\r\n\r\n", "a line that is no header"],
    ["OPTIONS sip:a SIP/2.0\r\nContent-Length: -1\r\n\r\n", "a bad Content-Length"],
    ["OPTIONS sip:a SIP/2.0\r\nContent-Length: 1\r\nl: 2\r\n\r\nab", "a bad Content-Length"],
    ["OPTIONS sip:a SIP/2.0\r\nContent-Length: 5\r\n\r\nab", "shorter than its Content-Length says"],
    ["OPTIONS sip:a SIP/2.0\r\nSubject: \u0000\r\n\r\n", "a control character in the head"],
  ])("%j", (octets, reason) => {
    expect(reasonOf(octets)).toBe(reason);
  });

  test("limits: octets, head, headers", () => {
    expect(reasonOf("x".repeat(limits.datagramOctets + 1))).toMatch(/longer than/);
    expect(reasonOf(`OPTIONS sip:a SIP/2.0\r\nX: ${"x".repeat(limits.headOctets)}\r\n\r\n`)).toMatch(/a head of more/);
    expect(reasonOf(`OPTIONS sip:a SIP/2.0\r\n${"X: 1\r\n".repeat(limits.headers + 1)}\r\n`)).toMatch(/more than 128 headers/);
    expect(reasonOf(`OPTIONS sip:${"a".repeat(limits.uriOctets)} SIP/2.0\r\n\r\n`)).toBe("no start line");
  });

  test("a stream breaks off once, and stays broken", () => {
    const framer = new StreamFramer(10);
    expect(framer.push(options)).toEqual([{ kind: "broken", reason: "no Content-Length on a stream" }]);
    expect(framer.push(encodeMessage(decoded(options)))).toEqual([]);
    expect(new StreamFramer(10).push("OPTIONS sip:a SIP/2.0\r\nl: 11\r\n\r\n")).toMatchObject([{ kind: "broken" }]);
    const endless = new StreamFramer();
    let framed: Framed[] = [];
    for (let i = 0; i < 20 && framed.length === 0; i++) framed = endless.push("x".repeat(1000));
    expect(framed).toMatchObject([{ kind: "broken" }]);
    expect(endless.held).toBe(0);
  });

  test("two line ends on a stream are a keep-alive", () => {
    expect(new StreamFramer().push("\r\n\r\n")).toEqual([{ kind: "ping" }]);
  });
});

test("random octets are never a reason to throw", () => {
  let state = 20_260_801;
  const random = (below: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % below;
  };
  const seeds = recorded.map(wireOf);
  for (let round = 0; round < 3_000; round++) {
    let octets = seeds[random(seeds.length)] as string;
    for (let changes = 1 + random(6); changes > 0; changes--) {
      const at = random(octets.length + 1);
      const piece = random(3) === 0 ? octets.slice(random(octets.length), random(octets.length)) : String.fromCharCode(random(256));
      octets = octets.slice(0, at) + piece + octets.slice(at + random(4));
    }
    const result = decodeDatagram(octets);
    if (result.ok) expect(encodeMessage(result.message).length).toBeLessThan(3 * octets.length + 1_000);
    const framed = new StreamFramer().push(octets);
    expect(framed.length).toBeLessThan(100);
  }
});

describe("answers", () => {
  test("copy what they must, and fill in where the request came from", () => {
    const request = decoded(recordedMessage("a one-shot SUBSCRIBE"));
    if (request.kind !== "request") throw new Error("a response");
    const answer = responseTo(request, { status: 200, headers: [["Expires", "0"]] }, { host: "127.0.0.1", port: 25_073 }, "t1");
    expect(answer.headers).toEqual([
      ["Via", "SIP/2.0/UDP 127.0.0.1:25073;branch=z9hG4bK712186709;received=127.0.0.1;rport=25073"],
      ["From", "<sip:watcher@127.0.0.1>;tag=w1"],
      ["To", "<sip:bob@127.0.0.1>;tag=t1"],
      ["Call-ID", "poll-bob"],
      ["CSeq", "1 SUBSCRIBE"],
      ["Expires", "0"],
    ]);
    expect(answer.reason).toBe("OK");
  });
});
