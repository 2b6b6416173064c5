/** The call server's driver against this gateway's agent and command handler, over real sockets: both ends of A1-A3, A7-A12, B6, B7. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { defaultMediaOptions } from "../../core/calls/gateway-command.ts";
import { partyActs } from "../../core/gateway/connection-commands.ts";
import { endpointAt, type Gateway, newGateway } from "../../core/gateway/gateway.ts";
import type { NodeName } from "../../core/identity.ts";
import type { GatewaySpec, HostPort } from "../../core/site/site.ts";
import type { CommandAuthority, GatewayDriver } from "../../drivers/gateway-driver.ts";
import { askOwnGateway } from "../../drivers/mgcp-asker.ts";
import { createMgcpAuditor } from "../../drivers/mgcp-audit.ts";
import { shippedProfile } from "../../drivers/snmp/shipped-profiles.ts";
import { createSnmpAuditor } from "../../drivers/snmp/snmp-audit.ts";
import { createSnmpClient } from "../../drivers/snmp/snmp-client.ts";
import { createTandemGateway } from "../../drivers/tandem-gateway.ts";
import { command } from "../../protocols/mgcp/encode.ts";
import { encodeObservedEvents } from "../../protocols/mgcp/endpoint-package.ts";
import { type GatewayReport, reportOf } from "../../protocols/mgcp/notification.ts";
import { auditRange, bootRange } from "../../protocols/mgcp/transaction-range.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import { createLinkKeys } from "../../runtime/keys.ts";
import { type MgcpSocket, openMgcpSocket } from "../../runtime/mgcp-socket.ts";
import { openSnmpSocket } from "../../runtime/snmp-socket.ts";
import { callMib } from "./call-mib.ts";
import { CommandHandler } from "./command-handler.ts";
import { openSnmpAgent } from "./snmp-agent.ts";

const clock = systemClock();
const keys = createLinkKeys([{ id: 1, secret: "a secret of the cluster, for tests" }]);
const gatewayBoot = Date.now();
const serverBoot = gatewayBoot + 5000;

let spec: GatewaySpec;
let gateway: Gateway;
let driver: GatewayDriver;
let gatewaySide: MgcpSocket;
let serverAddress: HostPort;
let serverSide: MgcpSocket;
let reports: GatewayReport[];
let faults: FaultTable;
let counters: Counters;
let closers: (() => Promise<void> | void)[] = [];

const authority: CommandAuthority = { epoch: 41, permit: () => true };
let commandId = 0;
const guid = (n: number) => n.toString(16).toUpperCase().padStart(32, "0");

beforeEach(async () => {
  const anywhere = { host: "127.0.0.1", port: 0 };
  spec = {
    name: "if-1",
    kind: "interface",
    voter: true,
    priority: 1,
    link: anywhere,
    mgcp: anywhere,
    snmp: { ...anywhere, community: "tandem", user: null },
    operator: anywhere,
    rtp: { host: "127.0.0.1", portFrom: 40_000, portTo: 48_000 },
    endpoints: { prefix: "aaln/", count: 2000 },
    firstNumber: "5001",
    pollSeconds: 5,
    sip: null,
    audit: "snmp",
    localTo: null,
  };
  faults = new FaultTable();
  counters = new Counters();
  gateway = newGateway(spec, clock.now().mono, { historyRows: 5000, realStreams: 4, firstConnection: 77 });
  const handler = new CommandHandler({
    gateway,
    gateways: [spec],
    realStreams: 4,
    now: () => clock.now(),
    perform: () => undefined,
    repointed: () => undefined,
  });
  const nodes = new Map<NodeName, HostPort>();
  const open = async (self: NodeName, role: "server" | "gateway", onCommand: Parameters<typeof openMgcpSocket>[0]["onCommand"]) => {
    const boot = role === "server" ? serverBoot : gatewayBoot;
    const range = role === "server" ? auditRange(0, boot) : bootRange(boot);
    const socket = await openMgcpSocket({ self, role, bind: anywhere, nodes, keys, boot, clock, faults, counters, range, onCommand });
    nodes.set(self, socket.address);
    closers.push(() => socket.close());
    return socket;
  };
  reports = [];
  gatewaySide = await open("if-1", "gateway", (command) => handler.obey(command));
  const server = await open("cs-a", "server", (command, from) => {
    reports.push(reportOf(command, from.node ?? "", clock.now()));
    return { code: 200 };
  });
  serverAddress = server.address;
  serverSide = server;
  const view = callMib({ gateway, boot: gatewayBoot, description: "test", location: "test", now: () => clock.now().mono });
  const agent = await openSnmpAgent({ bind: anywhere, community: "tandem", v3: null, view, counters });
  closers.push(() => agent.close());
  spec = { ...spec, mgcp: gatewaySide.address, snmp: { ...spec.snmp, port: agent.port } };
  const snmp = openSnmpSocket({ self: "cs-a", faults, counters });
  closers.push(() => snmp.close());
  const credentials = { version: "2c", community: Buffer.from("tandem") } as const;
  const client = createSnmpClient({ socket: snmp, node: "if-1", agent: spec.snmp, credentials });
  const auditor = createSnmpAuditor({ naming: spec, client, clock, profile: shippedProfile("tandem"), own: true });
  driver = createTandemGateway({ self: "cs-a", spec, notified: server.address, mgcp: server, auditor, clock });
  closers.push(() => driver.close());
});

afterEach(async () => {
  for (const close of closers.reverse()) await close();
  closers = [];
});

async function call(n: number, endpoint: number, remotePort: number | null = 41_000) {
  const created = await driver.control(
    {
      kind: "create-connection",
      commandId: ++commandId,
      gateway: "if-1",
      endpoint: `aaln/${endpoint}@if-1`,
      callId: guid(n),
      mode: remotePort === null ? "recvonly" : "sendrecv",
      media: { ...defaultMediaOptions, qos: "controlledLoad" },
      remoteAddress: remotePort === null ? null : `127.0.0.1:${remotePort}`,
      request: null,
    },
    authority,
  );
  if (created.kind !== "done" || created.connectionId === null) throw new Error(JSON.stringify(created));
  return created.connectionId;
}

describe("control", () => {
  test("connect points every endpoint to this server, and their events come signed and aged", async () => {
    expect(await driver.connect(authority)).toMatchObject({ kind: "connected", attempts: 1 });
    const [first] = await driver.auditEndpoints(["aaln/1@if-1"]);
    expect(first).toMatchObject({
      state: "known",
      notifiedEntity: `cs-a@[127.0.0.1]:${serverAddress.port}`,
      offHook: false,
      connectionIds: [],
    });
    const notification = command("NTFY", "aaln/1@if-1", {
      requestId: "1",
      observedEvents: encodeObservedEvents([{ kind: "digits", digits: "5002" }]),
    });
    const before = Date.now();
    const answer = await gatewaySide.request({ node: "cs-a", ...serverAddress }, notification, { eventAgeMs: () => 1500 });
    expect(answer).toMatchObject({ kind: "response", response: { code: 200 } });
    const report = reports[0];
    expect(report).toMatchObject({
      kind: "events",
      events: [{ gateway: "if-1", endpoint: "aaln/1@if-1", event: { kind: "digits", digits: "5002" } }],
    });
    if (report?.kind === "events") expect(Math.abs((report.events[0]?.at ?? 0) - (before - 1500))).toBeLessThan(100);
  });

  test("create, modify and delete carry address, mode and statistics both ways", async () => {
    const connectionId = await call(1, 3, null);
    const common = { gateway: "if-1", endpoint: "aaln/3@if-1", callId: guid(1), connectionId, request: null };
    const modified = await driver.control(
      { kind: "modify-connection", commandId: 900, mode: "sendrecv", remoteAddress: "127.0.0.1:41002", ...common },
      authority,
    );
    expect(modified).toMatchObject({ kind: "done", commandId: 900 });
    const [audited] = await driver.auditConnections([{ endpoint: "aaln/3@if-1", connectionId }]);
    expect(audited).toMatchObject({ state: "known", callId: guid(1), mode: "sendrecv", codec: "PCMU", remoteAddress: "127.0.0.1:41002" });
    expect(audited?.localAddress).toMatch(/^127\.0\.0\.1:4\d{4}$/);
    const deleted = await driver.control({ kind: "delete-connection", commandId: 901, ...common }, authority);
    expect(deleted).toMatchObject({ kind: "done", commandId: 901 });
    if (deleted.kind === "done") expect(deleted.media).not.toBeNull();
    // Asked again, for example by a new owner: the gateway still tells the statistics.
    expect(await driver.control({ kind: "delete-connection", commandId: 902, ...common }, authority)).toMatchObject({ kind: "done" });
    expect(await driver.auditConnections([{ endpoint: "aaln/3@if-1", connectionId }])).toMatchObject([{ state: "gone" }]);
  });

  test("a delete asked for right behind its create is performed after it", async () => {
    const base = { gateway: "if-1", endpoint: "aaln/9@if-1", callId: guid(9), request: null };
    const created = driver.control(
      { kind: "create-connection", commandId: 1, mode: "recvonly", media: defaultMediaOptions, remoteAddress: null, ...base },
      authority,
    );
    const deleted = driver.control({ kind: "delete-connection", commandId: 2, connectionId: null, ...base }, authority);
    expect(await created).toMatchObject({ kind: "done" });
    expect(await deleted).toMatchObject({ kind: "done" });
    expect(gateway.table.rows).toHaveLength(0);
  });

  test("nothing is sent once the lease has run out", async () => {
    expect(await driver.connect({ epoch: 41, permit: () => false })).toEqual({ kind: "unreachable", reason: "not-permitted" });
  });

  test("a cold reset drops the calls and watches the endpoints anew", async () => {
    for (let i = 1; i <= 5; i++) await call(i, i);
    expect(await driver.reset(null, authority)).toMatchObject({ kind: "connected" });
    expect(gateway.table.rows).toHaveLength(0);
  });
});

describe("the SNMP audit", () => {
  test("of 1,000 connections agrees row by row with the gateway's table; afterwards only news is read", async () => {
    const ids = await Promise.all(Array.from({ length: 1000 }, (_, i) => call(i + 1, i + 1)));
    const full = await driver.auditor.audit("full");
    expect(full).toMatchObject({ complete: true, scalarCount: 1000, rowsRead: 1000, partialRows: 0 });
    expect(full.rows.map((row) => row.connectionId).sort()).toEqual([...ids].sort());
    const row = full.rows.find((one) => one.callId === guid(7));
    expect(row).toMatchObject({
      endpoint: "aaln/7@if-1",
      localNumber: "5007",
      codec: "PCMU",
      qos: "controlledLoad",
      remoteAddress: "127.0.0.1:41000",
    });
    expect(Math.abs((row?.setupAt ?? 0) - Date.now())).toBeLessThan(30_000);
    await call(2001, 1500);
    const began = performance.now();
    const liveness = await driver.auditor.audit("liveness");
    expect(liveness).toMatchObject({ complete: true, scalarCount: 1001, rowsRead: 1 });
    expect(liveness.rows).toHaveLength(1001);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(liveness.packets).toBeLessThan(30);
  });

  test("finds in the history what a party ended while nobody was in control", async () => {
    const since = clock.now().wall;
    const connectionId = await call(5, 12);
    const endpoint = endpointAt(gateway, 12);
    if (endpoint === null) throw new Error("no endpoint");
    partyActs(gateway, endpoint, { kind: "off-hook" } as never, true, clock.now());
    partyActs(gateway, endpoint, { kind: "on-hook" } as never, false, clock.now());
    const result = await driver.auditor.audit("history", { endedSince: since });
    expect(result.complete).toBe(true);
    expect(result.ended).toMatchObject([
      { callId: guid(5), endpoint: "aaln/12@if-1", index: Number.parseInt(connectionId, 16), releasedHere: true },
    ]);
  });

  test("is incomplete, with the reason, while the gateway is cut off; and goes on afterwards", { timeout: 20_000 }, async () => {
    await call(1, 1);
    faults.set([{ from: "if-1", to: "cs-a", path: 1 }]);
    const cut = await driver.auditor.audit("liveness");
    expect(cut).toMatchObject({ complete: false, incompleteBecause: "no answer to sysUpTime: no answer" });
    expect(counters.get("snmp.cut")).toBeGreaterThan(0);
    faults.set([]);
    expect(await driver.auditor.audit("liveness")).toMatchObject({ complete: true, rowsRead: 1 });
  });
});

describe("the MGCP audit", () => {
  const auditor = () => createMgcpAuditor({ naming: spec, asker: askOwnGateway(spec, serverSide, clock), clock });

  test("of 1,000 connections says what the SNMP audit says, down to the instants; afterwards only news is read", async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, i) => call(i + 1, i + 1)));
    const bySnmp = await driver.auditor.audit("full");
    const mgcp = auditor();
    const told: unknown[] = [];
    const full = await mgcp.audit("full", { onRows: (rows) => told.push(...rows) });
    expect(full).toMatchObject({ complete: true, rowsRead: 1000, partialRows: 0, tellsBoot: false, bootEpoch: 0 });
    expect(told).toHaveLength(1000);
    const byId = new Map(full.rows.map((row) => [row.connectionId, row]));
    for (const row of bySnmp.rows) {
      const same = byId.get(row.connectionId);
      const { endpoint, callId, state, localNumber, remoteAddress, carries, codec, qos, index } = row;
      expect(same).toMatchObject({ endpoint, callId, state, localNumber, remoteAddress, carries, codec, qos, index });
      expect(Math.abs((same?.setupAt ?? 0) - (row.setupAt ?? 0))).toBeLessThan((same?.clockErrorMs ?? 0) + row.clockErrorMs + 5);
      expect(same?.clockErrorMs).toBeLessThan(200);
    }
    expect(mgcp.profile()?.name).toBe("tandem-mgcp");
    await call(2001, 1500);
    const liveness = await mgcp.audit("liveness");
    expect(liveness).toMatchObject({ complete: true });
    expect(liveness.rows).toHaveLength(1001);
  });

  test("shows a person the exchange", async () => {
    await call(1, 1);
    const lines: string[] = [];
    await auditor().audit("full", { onExchange: ({ sent, text }) => lines.push(`${sent ? ">" : "<"} ${text}`) });
    expect(lines).toContain("> AUEP aaln/1@if-1 MGCP 1.0\nF: I, ES, N");
    expect(lines.some((line) => /^< 200 \d+ OK[\s\S]*X-Setup-Age=\d+[\s\S]*v=0/.test(line))).toBe(true);
    expect(lines.join()).not.toMatch(/mac=[0-9a-f]{64}/);
  });

  test("is incomplete, and takes nothing for gone, while the gateway is cut off", { timeout: 20_000 }, async () => {
    await call(1, 1);
    const mgcp = auditor();
    expect(await mgcp.audit("full")).toMatchObject({ complete: true, rowsRead: 1 });
    faults.set([{ from: "if-1", to: "cs-a", path: 1 }]);
    expect(await mgcp.audit("liveness")).toMatchObject({ complete: false, failureKind: "timeout", bootEpoch: null });
    faults.set([]);
    const back = await mgcp.audit("liveness");
    expect(back.complete).toBe(true);
    expect(back.rows).toHaveLength(1);
  });
});
