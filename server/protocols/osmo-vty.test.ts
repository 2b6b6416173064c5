import { describe, expect, test } from "vitest";
import { parseVtyListing, vtyLimits } from "./osmo-vty.ts";
import { activeText, statsText } from "./testing/osmo-vty-texts.ts";

describe("what osmo-mgw lists", () => {
  test("with counters: every connection, and that every endpoint was shown", () => {
    const result = parseVtyListing(statsText);
    if (!result.ok) throw new Error(result.reason);
    expect(result.value).toMatchObject({ sections: 8, endpoints: 8 });
    expect(result.value.connections).toHaveLength(2);
    expect(result.value.connections[1]).toEqual({
      endpoint: "rtpbridge/1@mgw",
      callId: "A3C47F21456789F0",
      connectionId: "7FF5B0FA",
      remoteAddress: "127.0.0.1:40004",
      packetsSent: 50,
      octetsSent: 8600,
      packetsReceived: 50,
      octetsReceived: 8600,
      codec: "PCMU",
      ptimeMs: 20,
    });
  });

  test("without: connections only, null where nothing is said", () => {
    const result = parseVtyListing(activeText);
    if (!result.ok) throw new Error(result.reason);
    expect(result.value.connections.map((one) => [one.endpoint, one.callId, one.connectionId, one.remoteAddress, one.packetsSent])).toEqual(
      [
        ["rtpbridge/1@mgw", "24", "72FC7AC0", null, null],
        ["rtpbridge/2@mgw", "25", "DF6C7253", null, null],
        ["rtpbridge/3@mgw", "26", "BFFB1A49", "127.0.0.1:40010", null],
        ["rtpbridge/4@mgw", "F1", "5B53F794", null, null],
      ],
    );
  });

  test("counters belong to the connection above them, and those of the whole gateway to none", () => {
    const swapped = statsText.replace("Packets Sent: 50", "Packets Sent: 7");
    const result = parseVtyListing(swapped);
    expect(result.ok && result.value.connections.map((one) => one.packetsSent)).toEqual([7, 50]);
    expect(parseVtyListing("Rate counters (trunk):\n   Packets Sent: 5 (1 bytes total)")).toMatchObject({
      ok: true,
      value: { connections: [] },
    });
  });

  test("a connection that cannot be read is named, never left out", () => {
    const damaged = statsText.replace("id:0x7FF5B0FA", "id:0xQQ");
    expect(parseVtyListing(damaged)).toEqual({ ok: false, reason: "a connection that cannot be read", line: 14 });
    expect(parseVtyListing("   CONN: (1/rtp, id:0x1, ip:(null), rtp:0 rtcp:0)")).toMatchObject({ ok: false, line: 1 });
  });

  test("limits hold", () => {
    expect(parseVtyListing("x".repeat(vtyLimits.octets + 1))).toMatchObject({ ok: false });
    expect(parseVtyListing("\n".repeat(vtyLimits.lines + 1))).toMatchObject({ ok: false, line: vtyLimits.lines + 1 });
  });
});

test("cut, flipped and random text gives a listing or a reason", () => {
  let seed = 7;
  const random = (below: number): number => {
    seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
    return seed % below;
  };
  for (let round = 0; round < 2_000; round++) {
    const source = round % 2 === 0 ? statsText : activeText;
    const at = random(source.length);
    const text =
      round % 5 === 0
        ? source.slice(0, at)
        : round % 5 === 1
          ? source.slice(at)
          : `${source.slice(0, at)}${String.fromCharCode(random(256))}${source.slice(at + 1)}`;
    const result = parseVtyListing(text);
    if (result.ok) expect(result.value.connections.length).toBeLessThanOrEqual(4);
    else expect(result.reason).not.toBe("");
  }
});
