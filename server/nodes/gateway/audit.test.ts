/** AUEP and AUCX as text: what RFC 3435 2.3.10 and 2.3.11 ask for, and the ages and stamps that Tandem's gateways add. */
import { beforeEach, describe, expect, test } from "vitest";
import { createConnection, modifyConnection } from "../../core/gateway/connection-commands.ts";
import type { GatewayConnection } from "../../core/gateway/connection-table.ts";
import { applyRequest } from "../../core/gateway/endpoint.ts";
import { endpointAt, type Gateway, newGateway } from "../../core/gateway/gateway.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import type { Now } from "../../core/time.ts";
import { command, encodeMessage, response } from "../../protocols/mgcp/encode.ts";
import { agesOf } from "../../protocols/mgcp/media-counters.ts";
import { limits, type Parameters } from "../../protocols/mgcp/message.ts";
import { readNtpStamp } from "../../protocols/sdp/ntp-stamp.ts";
import { parseSessionDescription } from "../../protocols/sdp/session-description.ts";
import { auditConnection, auditEndpoint } from "./audit.ts";

const startWall = Date.UTC(2026, 10, 23);
const at = (mono: number): Now => ({ mono, wall: startWall + mono });
const callId = "0123456789ABCDEF0123456789ABCDEF";

function gatewayOf(count: number, kind: "trunk" | "interface" = "interface"): Gateway {
  const anywhere = { host: "127.0.0.1", port: 1 };
  const spec: GatewaySpec = {
    name: kind === "trunk" ? "gw-1" : "if-1",
    kind,
    voter: true,
    priority: 1,
    link: anywhere,
    mgcp: anywhere,
    snmp: { ...anywhere, community: "public", user: null },
    sip: null,
    audit: "snmp",
    operator: anywhere,
    rtp: { host: "127.0.0.1", portFrom: 20_000, portTo: 20_099 },
    endpoints: { prefix: kind === "trunk" ? "ds/e1-1/" : "aaln/", count },
    firstNumber: null,
    pollSeconds: 5,
    localTo: null,
  };
  return newGateway(spec, 1_000, { historyRows: 3, realStreams: 0, firstConnection: 4097 });
}

let gateway: Gateway;

beforeEach(() => {
  gateway = gatewayOf(24);
});

function audit(endpoint: string, parameters: Parameters = {}) {
  return auditEndpoint(gateway, { ...command("AUEP", endpoint, parameters), transactionId: 1 });
}

function auditOf(row: GatewayConnection, now: number, ...requestedInfo: string[]) {
  const asked = command("AUCX", "aaln/3@if-1", { connectionIds: [row.id], requestedInfo });
  return auditConnection(gateway, { ...asked, transactionId: 1 }, now);
}

function connected(): GatewayConnection {
  const endpoint = endpointAt(gateway, 3)!;
  const request = {
    callId,
    mode: "recvonly",
    codecs: ["PCMU"],
    ptimeMs: 20,
    qos: "controlledLoad",
    remote: null,
    peerNumber: null,
  } as const;
  const made = createConnection(gateway, endpoint, { ...request, tos: 0xb8 }, at(5_000));
  if (!made.ok) throw new Error(made.comment);
  return made.value;
}

describe("AUEP", () => {
  test("without F: is a ping", () => {
    expect(audit("aaln/3@if-1")).toEqual({ code: 200, parameters: {} });
    expect(audit("aaln/25@if-1")).toEqual({ code: 500 });
    expect(audit("aaln/3@elsewhere")).toEqual({ code: 500 });
  });

  test("tells every code that was asked for, empty ones as empty lines, and leaves unknown ones out", () => {
    const row = connected();
    const endpoint = endpointAt(gateway, 3)!;
    applyRequest(endpoint, "1F", {
      signals: [{ kind: "ringing", callingNumber: "5001" }],
      events: ["off-hook", "digits"],
      digitMap: "(xxxx)",
    });
    gateway.notifiedEntity = "cs-a@[127.0.0.1]:2727";
    const { code, parameters } = audit("aaln/3@if-1", {
      requestedInfo: ["R", "D", "S", "X", "Q", "N", "I", "T", "O", "ES", "B", "RM", "RD", "E", "PL", "MD", "A", "BA/XYZ", "ZZ"],
    });
    const lines = encodeMessage(response(code, 1, "OK", parameters))
      .trimEnd()
      .split("\r\n");
    expect(lines).toEqual([
      "200 1 OK",
      "B: e:mu",
      `I: ${row.id}`,
      "N: cs-a@[127.0.0.1]:2727",
      "X: 1F",
      "R: L/hd(N), D/[0-9*#T](D)",
      "S: L/rg, L/ci(,5001,)",
      "D: (xxxx)",
      "O:",
      "E: 000 normal",
      "Q: loop, process",
      "T: L/hd, L/hu",
      "ES: L/hu",
      "RM: restart",
      "RD: 0",
      "A: a:PCMU, p:20, e:off, s:off, t:1, v:L;D, m:sendonly;recvonly;sendrecv;inactive",
      "PL: L, D",
      "MD: 4000",
    ]);
  });

  test("of a sub-tree is one line for each endpoint, whatever else was asked for; `any of` is refused", () => {
    for (const name of ["*@if-1", "aaln/*@if-1"]) {
      const { code, parameters } = audit(name, { requestedInfo: ["I", "N"] });
      expect(code).toBe(200);
      expect(parameters?.specificEndpoints).toHaveLength(24);
      expect(Object.keys(parameters ?? {})).toEqual(["specificEndpoints"]);
    }
    expect(audit("aaln/$@if-1").code).toBe(500);
    gateway = gatewayOf(30, "trunk");
    expect(audit("ds/e1-1/*@gw-1").parameters?.specificEndpoints?.[29]).toBe("ds/e1-1/30@gw-1");
    expect(audit("ds/*@gw-1").parameters?.specificEndpoints).toHaveLength(30);
    expect(audit("ds/e1-2/*@gw-1").code).toBe(500);
  });

  test("of more endpoints than a datagram holds is refused with 533, and what is answered fits", () => {
    gateway = gatewayOf(2000);
    expect(audit("*@if-1").code).toBe(533);
    let largest = 0;
    for (let count = 150; count < 300; count++) {
      gateway = gatewayOf(count);
      const { code, parameters } = audit("*@if-1");
      if (code !== 200) break;
      largest = count;
      expect(encodeMessage(response(code, 999_999_999, "OK", parameters)).length).toBeLessThan(limits.datagramOctets - 250);
    }
    expect(largest).toBeGreaterThan(200);
  });
});

describe("AUCX", () => {
  test("without F: says only whether the connection is there", () => {
    const row = connected();
    expect(auditOf(row, 9_000)).toEqual({ code: 200, parameters: {}, bodies: [] });
    const other = { ...command("AUCX", "aaln/4@if-1", { connectionIds: [row.id] }), transactionId: 1 };
    expect(auditConnection(gateway, other, 9_000).code).toBe(515);
    expect(auditConnection(gateway, { ...other, endpoint: "aaln/*@if-1" }, 9_000).code).toBe(500);
    expect(auditConnection(gateway, { ...other, parameters: {} }, 9_000).code).toBe(515);
  });

  test("tells what was supplied, the counters, and both descriptions in their order; a lone v=0 where there is none", () => {
    const row = connected();
    const { code, parameters, bodies } = auditOf(row, 9_000, "C", "N", "L", "M", "P", "LC", "RC");
    const text = encodeMessage(response(code, 1, "OK", parameters, bodies));
    expect(text).toContain(`C: ${callId}\r\n`);
    expect(text).toContain("L: p:20, a:PCMU, t:B8, r:cl\r\n");
    expect(text).toContain("M: recvonly\r\n");
    expect(text).toContain("P: PS=0, OS=0, PR=0, OR=0, X-Modelled=1, X-Setup-Age=4000, X-Origin=originate\r\n");
    expect(bodies).toHaveLength(2);
    expect(bodies?.[0]).toContain(`m=audio ${row.localPort} RTP/AVP 0`);
    expect(bodies?.[1]).toBe("v=0\r\n");
  });

  test("dates creation and last change in o=, and the ages in P:", () => {
    const row = connected();
    const endpoint = endpointAt(gateway, 3)!;
    endpoint.calling = true;
    const remote = { host: "10.0.0.9", port: 4000, real: false };
    modifyConnection(gateway, endpoint, { callId, connectionId: row.id, mode: "sendrecv", remote }, at(8_000));
    const { parameters, bodies } = auditOf(row, 60_000, "P", "LC", "RC");
    const local = parseSessionDescription(bodies?.[0] ?? "");
    if (!local.ok) throw new Error(local.reason);
    expect(readNtpStamp(local.value.sessionId, at(60_000).wall)?.at).toBe(at(5_000).wall);
    expect(readNtpStamp(local.value.version, at(60_000).wall)?.at).toBe(at(8_000).wall);
    expect(agesOf(parameters!.connectionParameters!)).toEqual({ setupAgeMs: 55_000, connectAgeMs: 52_000 });
    expect(bodies?.[1]).toContain("c=IN IP4 10.0.0.9");
    // A change within the same millisecond raises the version all the same.
    modifyConnection(gateway, endpoint, { callId, connectionId: row.id, mode: "recvonly", remote: null }, at(8_000));
    expect(row.changedAt).toBe(at(8_001).wall);
  });
});
