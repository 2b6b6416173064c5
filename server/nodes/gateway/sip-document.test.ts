/** What a gateway tells of its connections: everything, or what changed; and no more than has room. */
import { describe, expect, test } from "vitest";
import { dropConnection, type GatewayConnection } from "../../core/gateway/connection-table.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";
import type { Now } from "../../core/time.ts";
import type { DialogInfo } from "../../protocols/sip/dialog-info.ts";
import { decodeDialogInfo } from "../../protocols/sip/dialog-info-decode.ts";
import { DialogRows } from "../../protocols/sip/dialog-rows.ts";
import { resourceOf } from "./sip-dialogs.ts";
import { type Told, writeDocument } from "./sip-document.ts";
import { addCall, bareGateway } from "./testing/gateway-with-calls.ts";

const address = { host: "127.0.0.1", port: 5060 };
const wallAtZero = 1_800_000_000_000;
const at = (mono: number): Now => ({ mono, wall: wallAtZero + mono });
const whole = { entity: "sip:if-1@127.0.0.1", number: null };

function write(
  gateway: Gateway,
  {
    since = null as Told | null,
    maxOctets = 1_000_000,
    now = 60_000,
    sessionDescriptions = true,
    resource = whole as { entity: string; number: string | null },
  } = {},
) {
  const written = writeDocument({ gateway, address, now, sessionDescriptions }, { resource, version: 3, maxOctets, since });
  const decoded = decodeDialogInfo(written.body);
  if (!decoded.ok) throw new Error(decoded.reason);
  return { ...written, info: decoded.info };
}

const names = ({ dialogs }: DialogInfo) => dialogs.map(({ id, state }) => `${id} ${state}`);

describe("a document", () => {
  test("is read back by our own auditor as the rows that the gateway has", () => {
    const gateway = bareGateway(0);
    addCall(gateway, 1, at(10_000));
    addCall(gateway, 2, at(20_000), false);
    const { info, cut } = write(gateway);
    expect(info).toMatchObject({ version: 3, state: "full", entity: "sip:if-1@127.0.0.1", connections: 2 });
    expect(cut).toBe(false);
    const rows = new DialogRows("if-1").rowsOf("r", info.dialogs, { asked: at(60_000), received: at(60_000), before: null });
    expect(rows).toMatchObject([
      {
        endpoint: "aaln/1@if-1",
        connectionId: "0000002A",
        callId: "1".padStart(32, "0"),
        state: "active",
        origin: "answer",
        localNumber: "20001",
        peerNumber: "01",
        localAddress: "127.0.0.1:20002",
        remoteAddress: "127.0.0.1:30002",
        carries: "speech",
        codec: "PCMU",
        qos: "bestEffort",
        setupAt: wallAtZero + 10_000,
        connectAt: wallAtZero + 10_000,
        media: { packetsSent: 2_500, octetsSent: 400_000, packetsLost: null, modelled: true },
      },
      { endpoint: "aaln/2@if-1", state: "connecting", origin: "originate", setupAt: wallAtZero + 20_000, connectAt: null },
    ]);
    expect(rows[0]!.clockErrorMs).toBeLessThan(20);
  });

  test("without session descriptions it still tells the codec", () => {
    const gateway = bareGateway(0);
    addCall(gateway, 1, at(0));
    const { info } = write(gateway, { sessionDescriptions: false });
    expect(info.dialogs[0]).toMatchObject({ local: { sessionDescription: null }, detail: { codec: "PCMU" } });
  });

  test("of one number tells its connections only", () => {
    const gateway = bareGateway(0, 24);
    addCall(gateway, 1, at(0));
    addCall(gateway, 2, at(0));
    expect(resourceOf(gateway, "20002", "h")).toEqual({ entity: "sip:20002@h", number: "20002" });
    expect(write(gateway, { resource: resourceOf(gateway, "20002", "h")! }).info).toMatchObject({
      connections: 1,
      dialogs: [{ id: "0000002B" }],
    });
    expect(resourceOf(gateway, "IF-1", "h")).toEqual({ entity: "sip:IF-1@h", number: null });
    expect(resourceOf(gateway, null, "::1")).toEqual({ entity: "sip:[::1]", number: null });
    for (const stranger of ["20000", "20025", "2001", "gw-1", "200010"]) expect(resourceOf(gateway, stranger, "h")).toBeNull();
  });
});

describe("what changed", () => {
  test("is told, once: new ones, answered ones, ended ones", () => {
    const gateway = bareGateway(0);
    const rows = [1, 2, 3].map((index) => addCall(gateway, index, at(0), index !== 3));
    const first = write(gateway);
    expect(names(write(gateway, { since: first.told }).info)).toEqual([]);
    dropConnection(gateway.table, rows[0] as GatewayConnection);
    (rows[2] as GatewayConnection).connectAt = wallAtZero;
    addCall(gateway, 4, at(1));
    const second = write(gateway, { since: first.told });
    expect(second.info.state).toBe("partial");
    expect(names(second.info)).toEqual(["0000002A terminated", "0000002C confirmed", "0000002D confirmed"]);
    expect(names(write(gateway, { since: second.told }).info)).toEqual([]);
    expect(first.told.size).toBe(3);
  });

  test("what has no room comes with the next document, and the count tells that something is missing", () => {
    const gateway = bareGateway(0);
    for (let index = 1; index <= 100; index++) addCall(gateway, index, at(0));
    let written = write(gateway, { maxOctets: 30_000 });
    expect(written.body.length).toBeLessThan(30_000);
    expect(written.cut).toBe(true);
    expect(written.info.connections).toBe(100);
    const told = [...written.info.dialogs];
    expect(told.length).toBeGreaterThan(25);
    while (written.cut) {
      written = write(gateway, { maxOctets: 30_000, since: written.told });
      told.push(...written.info.dialogs);
    }
    expect(new Set(told.map(({ id }) => id)).size).toBe(100);
    expect(told.length).toBe(100);
  });
});
