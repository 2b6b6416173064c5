import { beforeEach, describe, expect, test } from "vitest";
import type { Connection } from "../core/calls/connection.ts";
import type { Clock } from "../runtime/clock.ts";
import type { Auditor } from "./auditor.ts";
import { createMgcpAuditor } from "./mgcp-audit.ts";
import { MgcpDouble } from "./testing/mgcp-double.ts";

const naming = { name: "if-1", endpoints: { prefix: "aaln/", count: 20 }, firstNumber: "0501" };
const at = (index: number) => `aaln/${index}@if-1`;

let gear: MgcpDouble;
let auditor: Auditor;
let mono: number;

beforeEach(() => {
  gear = new MgcpDouble();
  mono = 10_000;
  const clock = { now: () => ({ mono, wall: gear.wall }) } as Clock;
  auditor = createMgcpAuditor({ naming, asker: gear, clock });
});

function pass(ms: number): void {
  mono += ms;
  gear.wall += ms;
}

function rowOf(rows: readonly Connection[], endpoint: string): Connection {
  const found = rows.find((row) => row.endpoint === endpoint);
  if (found === undefined) throw new Error(`no row of ${endpoint}`);
  return found;
}

describe("an audit over MGCP alone", () => {
  test("tells every connection with all that RFC 3435 says of it", async () => {
    gear.connect(at(3), "0000004D", { callId: "0123456789ABCDEF0123456789ABCDEF" });
    const result = await auditor.audit("full");
    expect(result).toMatchObject({
      complete: true,
      tellsBoot: false,
      bootEpoch: 0,
      failureKind: null,
      partialRows: 0,
      rowsRead: 1,
      packets: 21,
    });
    expect(result.rows).toEqual([
      {
        gateway: "if-1",
        bootEpoch: 0,
        setupTicks: 0,
        index: 0x4d,
        endpoint: at(3),
        connectionId: "0000004D",
        callId: "0123456789ABCDEF0123456789ABCDEF",
        state: "active",
        origin: null,
        localNumber: "0503",
        peerNumber: null,
        localAddress: "10.0.0.9:4000",
        remoteAddress: "10.0.0.9:5000",
        carries: "speech",
        codec: "PCMU",
        qos: "controlledLoad",
        setupAt: gear.wall - 60_000,
        connectAt: gear.wall - 50_000,
        clockErrorMs: 1001,
        media: {
          packetsSent: 500,
          octetsSent: 80_000,
          packetsReceived: 500,
          octetsReceived: 80_000,
          packetsLost: 3,
          jitterMs: 4,
          longestSilenceMs: null,
          modelled: false,
        },
        seenAt: mono,
        source: "mgcp",
        detail: {
          setupFrom: "gateway-clock",
          connectFrom: "gateway-clock",
          dscp: 46,
          rttMs: null,
          mos: null,
          legName: null,
          countersAt: null,
        },
      },
    ]);
    expect(auditor.profile()).toMatchObject({ name: "mgcp-full", protocol: "mgcp", tellsBoot: false });
  });

  test("a liveness audit reads what is new, what may have changed, and a share of the rest", async () => {
    for (let i = 1; i <= 16; i++) gear.connect(at(i), i.toString(16));
    await auditor.audit("full");
    gear.asked.length = 0;
    pass(5_000);
    gear.connect(at(17), "FF");
    gear.offHook.add(at(5));
    gear.connections.splice(0, 1);
    for (const one of gear.connections) one.packets = 750;
    const told: Connection[] = [];
    const result = await auditor.audit("liveness", { onRows: (rows) => told.push(...rows) });
    expect(result).toMatchObject({ complete: true });
    expect(result.rows.map((row) => row.endpoint).sort()).toEqual(Array.from({ length: 16 }, (_, i) => at(i + 2)).sort());
    expect(told).toHaveLength(16);
    const read = gear.asked.filter((asked) => asked.verb === "AUCX").map((asked) => asked.endpoint);
    // Two of sixteen by turns, the new one, and the one whose hook moved.
    expect(read).toEqual(expect.arrayContaining([at(17), at(5)]));
    expect(read.length).toBeLessThanOrEqual(4);
    expect(rowOf(result.rows, at(5)).media?.packetsSent).toBe(750);
    expect(rowOf(result.rows, at(6))).toMatchObject({ seenAt: mono, media: { packetsSent: 500 }, detail: { countersAt: mono - 5_000 } });
  });

  test("by turns every row's counters are read again", async () => {
    for (let i = 1; i <= 16; i++) gear.connect(at(i), i.toString(16));
    await auditor.audit("full");
    for (const one of gear.connections) one.packets = 900;
    for (let pollNumber = 0; pollNumber < 8; pollNumber++) {
      pass(1_000);
      await auditor.audit("liveness");
    }
    const { rows } = await auditor.audit("liveness");
    expect(rows.every((row) => row.media?.packetsSent === 900)).toBe(true);
  });

  test("history says that MGCP keeps none, and asks nothing", async () => {
    expect(await auditor.audit("history")).toMatchObject({ complete: true, ended: [], bootEpoch: 0, packets: 0 });
    expect(auditor.profile()).toBeNull();
  });

  test("two endpoints that use the same id have rows of their own, and keep them", async () => {
    gear.connect(at(1), "1", { callId: "A1" });
    gear.connect(at(2), "1", { callId: "B2" });
    const first = await auditor.audit("full");
    const second = await auditor.audit("full");
    expect(new Set(first.rows.map((row) => row.index)).size).toBe(2);
    expect(rowOf(second.rows, at(2)).index).toBe(rowOf(first.rows, at(2)).index);
  });

  test("a connection that ends between the two questions is gone; one that is not answered leaves the audit partial", async () => {
    gear.connect(at(1), "1");
    gear.onAsked = ({ verb }) => {
      if (verb === "AUCX") gear.connections.length = 0;
    };
    expect(await auditor.audit("full")).toMatchObject({ complete: true, rows: [] });
    gear.onAsked = () => undefined;
    gear.connect(at(1), "2");
    await auditor.audit("full");
    gear.connect(at(2), "3");
    gear.silent.add(`AUCX ${at(2)}`);
    const cut = await auditor.audit("full");
    expect(cut).toMatchObject({ complete: false, failureKind: "timeout", partialRows: 1, incompleteBecause: "AUCX was not answered" });
    expect(cut.rows).toHaveLength(1);
  });
});

describe("what it does not prove", () => {
  test("an endpoint that did not answer, or refused, is named", async () => {
    gear.connect(at(3), "1");
    gear.silent.add(`AUEP ${at(7)}`);
    gear.refused.set(`AUEP ${at(9)}`, 501);
    gear.refused.set(`AUEP ${at(11)}`, 500);
    const result = await auditor.audit("full");
    expect(result.complete).toBe(false);
    expect(result.incompleteBecause).toContain(`AUEP was not answered at 1 of 20 endpoints: ${at(7)}`);
    expect(result.incompleteBecause).toContain(`AUEP was refused with 501 Endpoint Not Ready at 1 of 20 endpoints: ${at(9)}`);
    expect(result.incompleteBecause).toContain(`AUEP was refused with 500 Endpoint Unknown at 1 of 20 endpoints: ${at(11)}`);
    expect(result.rows).toHaveLength(1);
    expect(result.bootEpoch).toBe(0);
  });

  test("a dead gateway is given up after a few questions, and its rows are not taken for gone", async () => {
    gear.connect(at(3), "1");
    await auditor.audit("full");
    gear.asked.length = 0;
    gear.silent.add("AUEP");
    expect(await auditor.audit("liveness")).toMatchObject({ complete: false, failureKind: "timeout", bootEpoch: null, rows: [] });
    expect(gear.asked.length).toBeLessThanOrEqual(8);
    gear.silent.clear();
    gear.asked.length = 0;
    const back = await auditor.audit("liveness");
    expect(back).toMatchObject({ complete: true });
    expect(back.rows).toHaveLength(1);
  });

  test("AUEP like a ping lists nothing: the audit is never complete, and the profile says why", async () => {
    gear.pingOnly = true;
    gear.connect(at(3), "1");
    expect(await auditor.audit("full")).toMatchObject({ complete: false, failureKind: "other", rows: [], bootEpoch: 0 });
    expect(auditor.profile()).toMatchObject({ name: "mgcp-ping", says: {} });
  });

  test("silence to AUCX, while AUEP is answered, is a gateway that does not know it: rows are bare, and complete from then on", async () => {
    gear.silent.add("AUCX");
    gear.connect(at(3), "1");
    expect(await auditor.audit("full")).toMatchObject({ complete: false, partialRows: 1 });
    pass(5_000);
    gear.connect(at(4), "2");
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: true, partialRows: 0 });
    expect(rowOf(result.rows, at(4))).toMatchObject({
      callId: null,
      state: "unknown",
      media: null,
      codec: null,
      detail: { setupFrom: "first-seen" },
    });
    expect(gear.count("AUCX")).toBe(1);
    expect(auditor.profile()?.notes.join()).toContain("AUCX is not answered");
  });

  test("where this server's clock was set meanwhile nothing is believed", async () => {
    gear.connect(at(3), "1");
    await auditor.audit("full");
    gear.onAsked = () => {
      gear.wall += 60_000;
      gear.onAsked = () => undefined;
    };
    expect(await auditor.audit("liveness")).toMatchObject({ complete: false, failureKind: "clock", rows: [] });
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 1 });
  });
});

describe("instants", () => {
  test("ages of our own gateways are exact, and absent ones mean not connected", async () => {
    gear.ages = true;
    gear.connect(at(3), "1");
    const { rows } = await auditor.audit("full");
    expect(rows[0]).toMatchObject({ setupAt: gear.wall - 1 - 60_000, connectAt: null, state: "connecting", clockErrorMs: 11 });
    expect(rows[0]?.detail).toMatchObject({ setupFrom: "gateway-age", connectFrom: null });
    expect(auditor.profile()?.name).toBe("tandem-mgcp");
  });

  test("without stamps packets bound them from above, and the complete audit before from below", async () => {
    await auditor.audit("full");
    const before = gear.wall;
    pass(20_000);
    gear.connect(at(3), "1", { createdAt: 0, changedAt: 0, packets: 600 });
    const { rows } = await auditor.audit("full");
    expect(rows[0]).toMatchObject({
      setupAt: gear.wall - 12_000,
      clockErrorMs: gear.wall - 12_000 - before,
      detail: { setupFrom: "packets" },
    });
    pass(5_000);
    // Silence is not sent: the bound never moves up.
    expect((await auditor.audit("full")).rows[0]?.setupAt).toBe(rows[0]?.setupAt);
    gear.connections[0]!.packets = 900;
    expect((await auditor.audit("full")).rows[0]?.setupAt).toBe(gear.wall - 18_000);
  });
});
