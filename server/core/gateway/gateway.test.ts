import { describe, expect, test } from "vitest";
import type { GatewaySpec } from "../site/site.ts";
import type { Now } from "../time.ts";
import { type CreateRequest, createConnection, deleteConnections, modifyConnection, partyActs } from "./connection-commands.ts";
import { countersOf, type GatewayConnection } from "./connection-table.ts";
import { applyRequest, type Endpoint } from "./endpoint.ts";
import { addressEndpoint } from "./endpoint-plan.ts";
import { endpointAt, endpointCounts, endReleasedConnections, type Gateway, idleEndpoint, newGateway, stateOf } from "./gateway.ts";

const callId = "A".repeat(32);

function spec(kind: "trunk" | "interface", count = 24): GatewaySpec {
  const at = { host: "127.0.0.1", port: 1 };
  const rtp = { host: "127.0.0.1", portFrom: 20_000, portTo: 20_099 };
  const name = kind === "trunk" ? "gw-1" : "if-1";
  const endpoints = { prefix: kind === "trunk" ? "ds/e1-1/" : "aaln/", count };
  const rest = {
    voter: true,
    priority: 1,
    link: at,
    mgcp: at,
    snmp: { ...at, community: "public", user: null },
    operator: at,
    pollSeconds: 5,
    sip: null,
    audit: "snmp" as const,
    localTo: null,
  };
  return { name, kind, rtp, endpoints, firstNumber: kind === "trunk" ? null : "0998", ...rest };
}

function at(mono: number): Now {
  return { mono, wall: 1_000_000 + mono };
}

function gateway(kind: "trunk" | "interface" = "interface", realStreams = 2): Gateway {
  return newGateway(spec(kind), 0, { historyRows: 3, realStreams, firstConnection: 4097 });
}

function endpoint(of: Gateway, index: number): Endpoint {
  const found = endpointAt(of, index);
  if (found === null) throw new Error(`no endpoint ${index}`);
  return found;
}

const request: CreateRequest = {
  callId,
  mode: "recvonly",
  codecs: ["PCMU"],
  ptimeMs: 20,
  qos: "bestEffort",
  tos: null,
  remote: null,
  peerNumber: null,
};
const remote = { host: "127.0.0.1", port: 30_000, real: true };

function created(of: Gateway, index: number, changes: Partial<CreateRequest> = {}, now = at(1_000)): GatewayConnection {
  const result = createConnection(of, endpoint(of, index), { ...request, ...changes }, now);
  if (!result.ok) throw new Error(result.comment);
  return result.value;
}

describe("endpoints", () => {
  test("names are resolved without regard to case; wildcards and strangers are told apart", () => {
    const of = gateway();
    expect(addressEndpoint(of, "AALN/3@IF-1")).toEqual({ kind: "one", index: 3 });
    expect(addressEndpoint(of, "*@if-1")).toEqual({ kind: "all" });
    expect(addressEndpoint(of, "aaln/*@if-1")).toEqual({ kind: "all" });
    expect(addressEndpoint(of, "aaln/$@if-1")).toEqual({ kind: "any" });
    const trunk = gateway("trunk");
    for (const name of ["*", "ds/*", "ds/*/*", "ds/e1-1/*", "*/*/*"])
      expect(addressEndpoint(trunk, `${name}@gw-1`)).toEqual({ kind: "all" });
    for (const name of ["ds/e1-2/*", "ds/*/3", "aaln/*", "ds/e1-1/3/*", "e1-1/*", "*x", "*/*/*/*"]) {
      expect(addressEndpoint(trunk, `${name}@gw-1`)).toEqual({ kind: "none" });
    }
    for (const name of ["aaln/25@if-1", "aaln/0@if-1", "aaln/3@gw-1", "aaln/x@if-1", "aaln/3", "ds/3@if-1", "aaln/3@if-1@x"]) {
      expect(addressEndpoint(of, name)).toEqual({ kind: "none" });
    }
  });

  test("numbers count up from the first one, leading zeros kept", () => {
    expect(endpoint(gateway(), 3).number).toBe("1000");
    expect(endpoint(gateway(), 2).number).toBe("0999");
  });

  test("the states of B11 are counted, and those never touched are idle", () => {
    const of = gateway();
    const held = created(of, 1, { mode: "sendrecv", remote });
    held.connectAt = 1;
    held.mode = "inactive";
    partyActs(of, endpoint(of, 2), { kind: "off-hook" }, true, at(1));
    endpoint(of, 3).forwarding = true;
    endpoint(of, 4).transfer = true;
    endpoint(of, 5).inService = false;
    expect(endpointCounts(of)).toEqual({ idle: 19, active: 1, "on-hold": 1, "forwarding-set": 1, "transfer-set": 1, "out-of-service": 1 });
    expect(idleEndpoint(of)?.index).toBe(3);
    expect(stateOf(endpoint(of, 6))).toBe("idle");
  });
});

describe("connections", () => {
  test("are refused with the codes of RFC 3435", () => {
    const of = gateway("trunk");
    const refusal = (changes: Partial<CreateRequest>, index = 1): number => {
      const result = createConnection(of, endpoint(of, index), { ...request, ...changes }, at(1));
      return result.ok ? 0 : result.code;
    };
    expect(refusal({ callId: "xyz" })).toBe(516);
    expect(refusal({ codecs: ["G729"] })).toBe(534);
    expect(refusal({ mode: "sendrecv" })).toBe(527);
    endpoint(of, 2).inService = false;
    expect(refusal({}, 2)).toBe(501);
    expect(refusal({})).toBe(0);
    expect(refusal({})).toBe(540);
    const modified = modifyConnection(of, endpoint(of, 1), { callId: "B", connectionId: "1001", mode: null, remote: null }, at(2));
    expect(modified).toMatchObject({ ok: false, code: 516 });
    expect(modifyConnection(of, endpoint(of, 1), { callId, connectionId: "FFFF", mode: null, remote: null }, at(2))).toMatchObject({
      code: 515,
    });
    expect(deleteConnections(of, endpoint(of, 1), { callId, connectionId: "FFFF", cause: null }, at(2))).toMatchObject({ code: 515 });
  });

  test("the row carries number, set-up ticks and identifier; the calling leg is connected when it may first speak", () => {
    const of = gateway();
    const line = endpoint(of, 1);
    partyActs(of, line, { kind: "off-hook" }, true, at(900));
    const row = created(of, 1, {}, at(1_239));
    expect(row).toMatchObject({
      number: 4097,
      id: "00001001",
      setupTicks: 123,
      origin: "answer",
      localNumber: "0998",
      connectAt: null,
      connectTicks: 0,
    });
    modifyConnection(of, line, { callId, connectionId: row.id, mode: "sendrecv", remote }, at(2_500));
    expect(row).toMatchObject({ connectTicks: 250, connectAt: 1_002_500, mode: "sendrecv" });
    modifyConnection(of, line, { callId: null, connectionId: row.id, mode: "inactive", remote: null }, at(3_000));
    expect(row.connectTicks).toBe(250);
    expect(stateOf(line)).toBe("on-hold");
  });

  test("the called leg is connected when its own party answers", () => {
    const of = gateway();
    const line = endpoint(of, 1);
    applyRequest(line, "1", { signals: [{ kind: "ringing", callingNumber: "5551" }], events: ["off-hook", "on-hook"], digitMap: null });
    const row = created(of, 1, { mode: "inactive", remote });
    modifyConnection(of, line, { callId, connectionId: row.id, mode: "sendrecv", remote: null }, at(1_500));
    expect(row).toMatchObject({ origin: "originate", peerNumber: "5551", connectAt: null });
    partyActs(of, line, { kind: "off-hook" }, true, at(2_000));
    expect(row.connectTicks).toBe(200);
    expect(line.queue.waiting.map((queued) => queued.event.kind)).toEqual(["off-hook"]);
  });

  test("real streams are given out first; a far side without room makes this side modelled", () => {
    const of = gateway("interface", 1);
    const first = created(of, 1);
    const second = created(of, 2);
    expect([first.media.real, first.localPort, second.media.real, second.localPort]).toEqual([true, 20_000, false, 20_002]);
    modifyConnection(
      of,
      endpoint(of, 1),
      { callId, connectionId: first.id, mode: "sendrecv", remote: { ...remote, real: false } },
      at(2_000),
    );
    expect(countersOf(first, 3_010)).toMatchObject({ modelled: true, packetsSent: 50, octetsSent: 8_000, packetsLost: null });
    const third = created(of, 3);
    expect([third.media.real, third.localPort]).toEqual([true, 20_000]);
    deleteConnections(of, endpoint(of, 1), { callId, connectionId: first.id, cause: null }, at(4_000));
    expect(created(of, 1).media.real).toBe(false);
    deleteConnections(of, endpoint(of, 3), { callId, connectionId: third.id, cause: null }, at(4_000));
    expect(created(of, 4).media.real).toBe(true);
  });
});

describe("the end of a connection", () => {
  test("is kept in history with cause, instant and who released; the oldest is forgotten", () => {
    const of = gateway("trunk");
    for (let n = 1; n <= 5; n++) {
      const row = created(of, n, {}, at(1_000 * n));
      deleteConnections(of, endpoint(of, n), { callId, connectionId: row.id, cause: null }, at(1_000 * n + 500));
    }
    const { history } = of;
    expect(history.bySetup.map((row) => row.historyIndex)).toEqual([3, 4, 5]);
    expect(history.byEnd.slice(history.forgotten).map((row) => [row.historyIndex, row.endTicks, row.cause, row.releasedHere])).toEqual([
      [3, 350, 16, false],
      [4, 450, 16, false],
      [5, 550, 16, false],
    ]);
  });

  test("with an owner, a hang-up stops the media and waits for the deletion, which keeps the instant of the hang-up", () => {
    const of = gateway();
    const line = endpoint(of, 1);
    partyActs(of, line, { kind: "off-hook" }, true, at(500));
    const row = created(of, 1, { mode: "sendrecv", remote });
    const effects = partyActs(of, line, { kind: "on-hook" }, true, at(5_000));
    expect(effects).toEqual([{ kind: "media", connection: row }]);
    expect(row.media.flowingSince).toBeNull();
    deleteConnections(of, line, { callId, connectionId: null, cause: null }, at(5_400));
    expect(of.history.bySetup[0]).toMatchObject({ endAt: 1_005_000, endTicks: 500, releasedHere: true });
  });

  test("without an owner it comes at once; a later deletion is answered from history", () => {
    const of = gateway();
    const line = endpoint(of, 1);
    partyActs(of, line, { kind: "off-hook" }, false, at(500));
    const row = created(of, 1, { mode: "sendrecv", remote });
    expect(partyActs(of, line, { kind: "on-hook" }, false, at(5_000)).map((effect) => effect.kind)).toEqual(["media", "ended", "party"]);
    expect(of.table.rows).toHaveLength(0);
    expect(line.queue.waiting.map((queued) => queued.event.kind)).toEqual(["off-hook", "on-hook"]);
    const again = deleteConnections(of, line, { callId, connectionId: row.id, cause: null }, at(6_000));
    expect(again).toMatchObject({ ok: true, value: [{ endAt: 1_005_000 }], effects: [] });
    expect(deleteConnections(of, endpoint(of, 2), { callId, connectionId: row.id, cause: null }, at(6_000))).toMatchObject({ code: 515 });
  });

  test("when the promise runs out, hang-ups that nobody acted on become ends", () => {
    const of = gateway();
    partyActs(of, endpoint(of, 1), { kind: "off-hook" }, true, at(500));
    created(of, 1, { mode: "sendrecv", remote });
    created(of, 2, { mode: "sendrecv", remote });
    partyActs(of, endpoint(of, 1), { kind: "on-hook" }, true, at(5_000));
    endReleasedConnections(of, at(5_450));
    expect(of.table.rows.map((row) => row.endpointIndex)).toEqual([2]);
    expect(of.history.bySetup[0]).toMatchObject({ endAt: 1_005_000, releasedHere: true });
  });
});
