import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BackWriter, nameOctets, Reader, tags } from "./ber.ts";
import { readMessage, wrapCommunity } from "./message.ts";
import { notificationOf, writeAcknowledgement } from "./notification.ts";
import { kindTags, type Pdu, readPdu } from "./pdu.ts";

/** As net-snmp's snmpinform and snmptrap send them: linkDown, and linkDown with ifIndex. */
const inform =
  "305602010104067075626c6963a649020437abdf96020100020100303b300f06082b06010201010300430302883e3017060a2b06010603010104010006092b0601060301010503300f060a2b060102010202010107020107";
const pduOf = (hex: string): Pdu => {
  const message = readMessage(Buffer.from(hex, "hex"));
  if (message?.version !== "2c") throw new Error("no v2c message");
  return message.pdu;
};

const upTime = [1, 3, 6, 1, 2, 1, 1, 3, 0];
const trapOid = [1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0];
type Binding = readonly [name: readonly number[], tag: number, content: Uint8Array];
const ticks: Binding = [upTime, tags.ticks, Uint8Array.of(5)];
const event = (oid: readonly number[]): Binding => [trapOid, tags.name, nameOctets(oid)];

function written(kindTag: number, bindings: readonly Binding[], requestId = 7): Uint8Array {
  const writer = new BackWriter(64);
  for (const [name, tag, content] of [...bindings].reverse()) {
    const before = writer.length;
    writer.raw(content);
    writer.wrap(tag, before);
    const named = writer.length;
    writer.raw(nameOctets(name));
    writer.wrap(tags.name, named);
    writer.wrap(tags.sequence, before);
  }
  writer.wrap(tags.sequence, 0);
  writer.integer(0);
  writer.integer(0);
  writer.integer(requestId);
  writer.wrap(kindTag, 0);
  return writer.octets();
}
const read = (kindTag: number, bindings: readonly Binding[]): Pdu => readPdu(new Reader(written(kindTag, bindings)))!;
const standard = (last: number): readonly number[] => [1, 3, 6, 1, 6, 3, 1, 1, 5, last];

describe("notifications", () => {
  test("the event is told, of informs and traps", () => {
    expect(notificationOf(pduOf(inform))).toEqual({ kind: "inform", event: "1.3.6.1.6.3.1.1.5.3", restart: false });
    const trap = inform.replace("a649", "a749");
    expect(notificationOf(pduOf(trap))).toEqual({ kind: "trap", event: "1.3.6.1.6.3.1.1.5.3", restart: false });
  });

  test.each([
    [1, true],
    [2, true],
    [3, false],
    [4, false],
    [5, false],
  ])("snmpTraps %i: restart %s", (last, restart) => {
    expect(notificationOf(read(kindTags.trap, [ticks, event(standard(last))]))).toMatchObject({ restart });
    expect(notificationOf(read(kindTags.trap, [ticks, event([...standard(last), 1])]))).toMatchObject({ restart: false });
  });

  test.each<[string, Pdu]>([
    ["another kind", read(kindTags["get-bulk"], [ticks, event(standard(1))])],
    ["a response", read(kindTags.response, [ticks, event(standard(1))])],
    ["no bindings", read(kindTags.trap, [])],
    ["no event", read(kindTags.trap, [ticks])],
    ["the other order", read(kindTags.inform, [event(standard(1)), ticks])],
    ["an uptime of another type", read(kindTags.inform, [[upTime, tags.gauge, Uint8Array.of(5)], event(standard(1))])],
    ["an event of another type", read(kindTags.trap, [ticks, [trapOid, tags.octets, Uint8Array.of(1)]])],
    ["an event that is no OID", read(kindTags.trap, [ticks, [trapOid, tags.name, Uint8Array.of(0x2b, 0x86)]])],
    ["an event without an arc", read(kindTags.trap, [ticks, [trapOid, tags.name, new Uint8Array(0)]])],
  ])("with %s it is none", (_, pdu) => {
    expect(notificationOf(pdu)).toBeNull();
  });

  test("the acknowledgement has the same request and bindings", () => {
    const pdu = pduOf(inform);
    const writer = new BackWriter(16);
    writeAcknowledgement(writer, pdu);
    wrapCommunity(writer, Buffer.from("public"));
    expect(Buffer.from(writer.octets()).toString("hex")).toBe(inform.replace("a649", "a249"));
  });

  test("any request id and any bindings come back as they were", () => {
    const octets = fc.uint8Array({ maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: -0x80000000, max: 0x7fffffff }), fc.array(octets, { maxLength: 5 }), (requestId, values) => {
        const bindings = [ticks, event(standard(4)), ...values.map((value): Binding => [[1, 3, 6, 1], tags.octets, value])];
        const pdu = readPdu(new Reader(written(kindTags.inform, bindings, requestId)))!;
        const writer = new BackWriter(16);
        writeAcknowledgement(writer, pdu);
        expect(readPdu(new Reader(writer.octets()))).toMatchObject({ kind: "response", requestId, first: 0, second: 0, list: pdu.list });
      }),
    );
  });
});
