import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BackWriter, nameOctets, tags } from "./ber.ts";
import { readMessage, wrapCommunity } from "./message.ts";
import { ResponseWriter, requestOf } from "./response-writer.ts";

function readSnmpRequest(octets: Uint8Array) {
  const message = readMessage(octets);
  if (message?.version !== "2c") return null;
  const request = requestOf(message.pdu);
  return request && { ...request, community: String.fromCharCode(...message.community), requestId: message.pdu.requestId };
}

function messageOf(writer: ResponseWriter, community: string, requestId: number): Uint8Array {
  const message = new BackWriter(16);
  message.raw(writer.pdu("response", requestId, 0, 0));
  wrapCommunity(message, Buffer.from(community));
  return message.octets();
}

/** snmpbulkget -v2c -c public -Cn0 -Cr5 … sysUpTime, written out by hand from RFC 3416. */
const bulk = Uint8Array.from([
  0x30, 0x26, 0x02, 0x01, 0x01, 0x04, 0x06, 0x70, 0x75, 0x62, 0x6c, 0x69, 0x63, 0xa5, 0x19, 0x02, 0x01, 0x2a, 0x02, 0x01, 0x00, 0x02, 0x01,
  0x05, 0x30, 0x0e, 0x30, 0x0c, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x03, 0x00, 0x05, 0x00,
]);

describe("SNMP agent messages", () => {
  test("a request is read", () => {
    expect(readSnmpRequest(bulk)).toMatchObject({
      kind: "get-bulk",
      community: "public",
      requestId: 42,
      nonRepeaters: 0,
      maxRepetitions: 5,
      names: [[1, 3, 6, 1, 2, 1, 1, 3, 0]],
    });
  });

  test("cut, lengthened and changed requests are read or refused, never thrown at", () => {
    for (let length = 0; length < bulk.length; length++) expect(readSnmpRequest(bulk.subarray(0, length))).toBeNull();
    fc.assert(
      fc.property(fc.nat(bulk.length - 1), fc.nat(255), (position, value) => {
        const changed = Uint8Array.from(bulk);
        changed[position] = value;
        readSnmpRequest(changed);
      }),
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), (octets) => void readSnmpRequest(octets)));
  });

  test("a response is written octet by octet as RFC 3416 says", () => {
    const writer = new ResponseWriter(1_400);
    const prefix = nameOctets([1, 3, 6, 1, 2, 1, 1, 3]);
    expect(writer.add({ prefix, suffix: [0] }, tags.ticks, 200)).toBe(true);
    expect([...messageOf(writer, "public", 42)]).toEqual([
      0x30, 0x2b, 0x02, 0x01, 0x01, 0x04, 0x06, 0x70, 0x75, 0x62, 0x6c, 0x69, 0x63, 0xa2, 0x1e, 0x02, 0x04, 0, 0, 0, 42, 0x02, 0x01, 0,
      0x02, 0x01, 0, 0x30, 0x10, 0x30, 0x0e, 0x06, 0x08, 0x2b, 0x06, 0x01, 0x02, 0x01, 0x01, 0x03, 0x00, 0x43, 0x02, 0x00, 0xc8,
    ]);
  });

  test("large numbers, negative numbers and long arcs keep their value", () => {
    const written = (tag: number, value: number): number[] => {
      const writer = new ResponseWriter(1_400);
      writer.add({ prefix: Uint8Array.of(0x2b), suffix: [] }, tag, value);
      return [...messageOf(writer, "p", 1)].slice(-7);
    };
    expect(written(tags.counter, 0xffffffff)).toEqual([0x41, 5, 0, 255, 255, 255, 255]);
    expect(written(tags.integer, -2).slice(-3)).toEqual([0x02, 1, 0xfe]);
    expect(written(tags.integer, 0x7fffffff).slice(-6)).toEqual([0x02, 4, 0x7f, 255, 255, 255]);
    const writer = new ResponseWriter(1_400);
    writer.add({ prefix: Uint8Array.of(0x2b), suffix: [0xffffffff, 128, 127] }, tags.endOfMibView, 0);
    expect([...messageOf(writer, "p", 1)].slice(-12)).toEqual(
      [0x06, 9, 0x2b, 0x8f, 255, 255, 255, 0x7f, 0x81, 0, 0x7f, 0x82, 0].slice(-12),
    );
  });

  test("what does not fit is left out, and the message stays whole", () => {
    const writer = new ResponseWriter(400);
    const name = { prefix: nameOctets([1, 3, 6, 1]), suffix: [1] };
    let written = 0;
    while (writer.add(name, tags.octets, "x".repeat(50))) written += 1;
    const message = messageOf(writer, "public", 1);
    expect(written).toBe(writer.bindings);
    expect(message.length).toBeLessThanOrEqual(400);
    expect(message.length).toBe(((message[2] ?? 0) << 8) + (message[3] ?? 0) + 4);
  });
});
