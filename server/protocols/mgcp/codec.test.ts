/** One fixture, many proofs: what is written is read, however it is spelled, cut or damaged. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeDatagram, refusedParameter } from "./decode.ts";
import { command, encodeMessage, piggyback, response } from "./encode.ts";
import { limits } from "./message.ts";
import { fixtures } from "./testing/messages.ts";
import { octetsOf } from "./text.ts";

const crlf = (lines: readonly string[]) => `${lines.join("\r\n")}\r\n`;

function decodeOne(text: string) {
  const results = decodeDatagram(octetsOf(text));
  expect(results).toHaveLength(1);
  return results[0];
}

describe.each(fixtures)("$name", ({ wire, message }) => {
  test("is read", () => {
    expect(decodeOne(crlf(wire))).toEqual({ ok: true, raw: crlf(wire), message });
  });

  test("is read with bare LF, and without its last line end", () => {
    expect(decodeOne(`${wire.join("\n")}\n`)).toMatchObject({ ok: true, message });
    expect(decodeOne(wire.join("\r\n"))).toMatchObject({ ok: true, message });
  });

  test("is read with parameter codes and verb in lower case", () => {
    const lower = wire.map((line, i) => {
      if (i === 0) return /^\d/.test(line) ? line : line.slice(0, 4).toLowerCase() + line.slice(4).replace("MGCP", "mgcp");
      return line.replace(/^[A-Z0-9]{1,2}:/, (code) => code.toLowerCase());
    });
    const decoded = decodeOne(crlf(lower));
    expect(decoded).toMatchObject({ ok: true, message });
  });

  test("is written as it was read", () => {
    expect(encodeMessage(message)).toBe(crlf(wire));
  });

  test("survives a round trip", () => {
    expect(decodeOne(encodeMessage(message))).toMatchObject({ ok: true, message });
  });

  test("is read from a piggyback of three, each with its own octets", () => {
    const other = encodeMessage(response(200, 5, "OK"));
    const results = decodeDatagram(octetsOf(piggyback([other, crlf(wire), other])));
    expect(results.map((result) => result.ok)).toEqual([true, true, true]);
    expect(results[1]).toEqual({ ok: true, raw: crlf(wire), message });
  });

  test("cut at any octet or damaged in any bit gives a message or a reason, never an exception", () => {
    const octets = octetsOf(crlf(wire));
    for (let length = 0; length < octets.length; length++) decodeDatagram(octets.subarray(0, length));
    for (let at = 0; at < octets.length; at++) {
      for (let bit = 0; bit < 8; bit++) {
        const damaged = octets.slice();
        damaged[at] = (damaged[at] as number) ^ (1 << bit);
        for (const result of decodeDatagram(damaged)) if (!result.ok) expect(result.code).toBeGreaterThanOrEqual(500);
      }
    }
  });
});

describe("malformed messages get the code that they deserve", () => {
  test.each([
    ["ABCD 3001 a/1@gw MGCP 1.0", 504, 3001],
    ["AUEP 3002 a/1@gw MGCP 2.0", 528, 3002],
    ["AUEP a/1@gw MGCP 1.0", 510, null],
    ["AUEP 0 a/1@gw MGCP 1.0", 510, null],
    ["AUEP 3009x a/1@gw MGCP 1.0", 510, null],
    ["AUEP 99999999999 a/1@gw MGCP 1.0", 510, null],
    ["AUEP 3003 a/1@gw", 510, 3003],
    ["AUEP 3004 nodomain MGCP 1.0", 500, 3004],
    ["CRCX 1 a/1@gw MGCP 1.0\r\nC: nothex", 516, 1],
    ["MDCX 1 a/1@gw MGCP 1.0\r\nI: no hex", 515, 1],
    ["CRCX 1 a/1@gw MGCP 1.0\r\nM: ???", 517, 1],
    ["RQNT 1 a/1@gw MGCP 1.0\r\nR: L/hd(N", 538, 1],
    ["RQNT 1 a/1@gw MGCP 1.0\r\nD: (12|", 537, 1],
    ["CRCX 1 a/1@gw MGCP 1.0\r\nL: r:gold", 524, 1],
    ["CRCX 1 a/1@gw MGCP 1.0\r\nL: r:__proto__", 524, 1],
    ["CRCX 1 a/1@gw MGCP 1.0\r\nL: r:constructor", 524, 1],
    ["CRCX 1 a/1@gw MGCP 1.0\r\nno colon", 510, 1],
    ["CRCX 1 a/1@gw MGCP 1.0\r\nC: 1\r\nC: 2", 516, 1],
    ["CRCX 1 a/1@gw MGCP 1.0\r\n\r\nv=0\r\n\r\nv=0", 510, 1],
    ["", 510, null],
    [".", 510, null],
    ["20", 510, null],
    ["200 x OK", 510, null],
    ["RQNT 1 a/1@gw MGCP 1.0\r\nX: \u0000", 510, null],
    ["RQNT 1 a/1@gw MGCP 1.0\r\nX-Note: a\rb", 510, null],
  ])("%j → %i", (text, code, transactionId) => {
    expect(decodeOne(`${text}\r\n`)).toMatchObject({ ok: false, code, transactionId });
  });

  test("limits hold: octets, messages, lines, parameters, events", () => {
    const start = "RQNT 1 a/1@gw MGCP 1.0\r\n";
    expect(decodeDatagram(new Uint8Array(limits.datagramOctets + 1))).toMatchObject([{ ok: false, code: 510 }]);
    expect(decodeDatagram(octetsOf(piggyback(Array(17).fill("200 1 OK\r\n"))))).toMatchObject([{ ok: false, code: 510 }]);
    expect(decodeOne(start + "\r\n".repeat(limits.lines + 1))).toMatchObject({ ok: false, code: 510 });
    expect(decodeOne(start + "a:\r\n".repeat(limits.parameters + 1))).toMatchObject({ ok: false, code: 510 });
    expect(decodeOne(`${start}R: ${Array(65).fill("L/hd").join(",")}\r\n`)).toMatchObject({ ok: false, code: 538 });
    expect(decodeOne(`${start}R: ${"L/hd(".repeat(9)}${")".repeat(9)}\r\n`)).toMatchObject({ ok: false, code: 538 });
  });

  test("what was read and is written again reads the same: tabs, a comment cut at its limit, spaces", () => {
    for (const text of ["200 1 no\tt\t e", `200 1 ${"2018 ".repeat(50)}`, "200 1 OK\r\nX-Note: a\t b"]) {
      const first = decodeOne(`${text}\r\n`);
      if (!first?.ok) expect.fail(`${text} was refused`);
      expect(decodeOne(encodeMessage(first.message))).toMatchObject({ ok: true, message: first.message });
    }
  });

  test("tolerated: profile, continuation lines, several I: and Z: lines, unknown extensions", () => {
    const text =
      "AUEP 7 a/1@gw MGCP 1.0 NCS 1.0\r\nD: (12|\r\n 34)\r\nI: 1,2\r\nI: 3\r\nZ: a@b\r\nZ: c@d\r\nX-Foo: 1\r\nX+Bar: 2\r\nZZ: 3\r\n";
    const decoded = decodeOne(text);
    expect(decoded).toMatchObject({
      ok: true,
      message: {
        profile: "NCS 1.0",
        parameters: { digitMap: "(12|34)", connectionIds: ["1", "2", "3"], specificEndpoints: ["a@b", "c@d"] },
      },
    });
    if (!decoded?.ok) return;
    const { parameters } = decoded.message;
    expect(refusedParameter(parameters, [])).toEqual({ code: 511, name: "X+Bar" });
    expect(refusedParameter(parameters, ["x+bar"])).toEqual({ code: 539, name: "ZZ" });
    expect(refusedParameter(parameters, ["X+Bar", "zz"])).toBeNull();
  });
});

describe("any input", () => {
  test("any octets decode to something", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (octets) => {
        expect(decodeDatagram(octets).length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });

  test("no value can forge a line", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (callId, entity) => {
        const text = encodeMessage({
          ...command("RQNT", "a/1@gw", { callId: `${callId}\r\nM: x`, notifiedEntity: `${entity}\nX: 1` }),
          transactionId: 1,
        });
        const lines = text.trimEnd().split("\r\n");
        expect(lines).toHaveLength(3);
      }),
    );
  });

  test("long hostile lines are read in linear time", () => {
    const began = performance.now();
    for (const filler of [" ", "1", "(", ",", "a:", "\t", "1 ", "D/5,"]) {
      decodeDatagram(octetsOf(`RQNT 1 a/1@gw MGCP 1.0\r\nR: ${filler.repeat(Math.floor(3900 / filler.length))}x\r\n`));
      decodeDatagram(octetsOf(`200 1 ${filler.repeat(Math.floor(3900 / filler.length))}x\r\n`));
      decodeDatagram(octetsOf(`X-Tandem:${filler.repeat(Math.floor(3900 / filler.length))}x\r\n`));
    }
    expect(performance.now() - began).toBeLessThan(400);
  });
});
