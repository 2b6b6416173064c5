/** The gateway's SIP agent on loopback, asked by our own auditor, by single requests, and as part of a whole gateway node. */
import { createSocket } from "node:dgram";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { dropConnection } from "../../core/gateway/connection-table.ts";
import { createSipAuditor, type SipAuditorOptions } from "../../drivers/sip-audit.ts";
import type { Credentials } from "../../protocols/sip/digest.ts";
import { type Header, headerOf } from "../../protocols/sip/message.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import type { SipSocket, SipTransport } from "../../runtime/sip-exchange.ts";
import { openSipSocket } from "../../runtime/sip-socket.ts";
import { run } from "./main.ts";
import { openSipAgent } from "./sip-agent.ts";
import { addCall, bareGateway } from "./testing/gateway-with-calls.ts";
import { makeSite } from "./testing/scripted-server.ts";

const clock = systemClock();
const loopback = "127.0.0.1";
const open: { close(): unknown }[] = [];
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.close();
});

async function asker(): Promise<SipSocket> {
  const common = { clock, faults: new FaultTable(), counters: new Counters(), nodes: new Map() };
  const socket = await openSipSocket({ self: "cs-a", bind: { host: loopback, port: 0 }, ...common, onRequest: () => ({ status: 481 }) });
  open.push(socket);
  return socket;
}

async function scene(calls: number, settings: { trusted?: readonly string[]; credentials?: Credentials | null } = {}) {
  const gateway = bareGateway(clock.now().mono);
  for (let index = 1; index <= calls; index++) addCall(gateway, index, clock.now());
  const counters = new Counters();
  const agent = await openSipAgent({
    gateway,
    bind: { host: loopback, port: 0 },
    trustedHosts: new Set(settings.trusted ?? [loopback]),
    credentials: settings.credentials ?? null,
    clock,
    faults: new FaultTable(),
    counters,
    software: "Tandem test",
  });
  open.push(agent);
  return { gateway, agent, counters };
}

async function auditorOf(address: { host: string; port: number }, options: Partial<SipAuditorOptions> = {}) {
  const resources = [`sip:if-1@${address.host}:${address.port}`];
  const common = {
    gateway: "if-1",
    clock,
    counters: new Counters(),
    address,
    resources,
    credentials: null,
    sourceName: "cs-a",
    standing: null,
  };
  const auditor = createSipAuditor({ ...common, socket: await asker(), transport: "udp", ...options });
  open.push(auditor);
  return auditor;
}

describe.each(["udp", "tcp"] as const)("polled over %s", (transport) => {
  test("tells every connection, with all that it knows", async () => {
    const { agent } = await scene(3);
    const auditor = await auditorOf(agent.address, { transport });
    const result = await auditor.audit("full");
    expect(result).toMatchObject({ complete: true, scalarCount: 3, rowsRead: 3, tellsBoot: false });
    expect(result.rows[0]).toMatchObject({
      endpoint: "aaln/1@if-1",
      localNumber: "20001",
      codec: "PCMU",
      state: "active",
      connectionId: "0000002A",
    });
    expect(result.clockErrorMs).toBeLessThan(500);
    expect(auditor.profile()).toMatchObject({
      name: "tandem-sip",
      says: { codec: "local/session-description", localAddress: expect.anything() },
    });
  });

  test("a thousand connections arrive whole", async () => {
    const { agent, counters } = await scene(1_000);
    const result = await (await auditorOf(agent.address, { transport })).audit("full");
    expect(result).toMatchObject({ complete: true, rowsRead: 1_000 });
    expect(counters.get("sip.documentsCut")).toBe(0);
  });

  test("no connections is an answer too, and a number is asked about alone", async () => {
    const { agent, gateway } = await scene(0);
    expect(await (await auditorOf(agent.address, { transport })).audit("full")).toMatchObject({ complete: true, rows: [], scalarCount: 0 });
    addCall(gateway, 7, clock.now());
    addCall(gateway, 8, clock.now());
    const one = await auditorOf(agent.address, { transport, resources: [`sip:20007@${loopback}`] });
    expect((await one.audit("full")).rows.map(({ localNumber }) => localNumber)).toEqual(["20007"]);
  });
});

test("where nobody listens on TCP, a datagram tells as many as it holds, and that there are more", async () => {
  const { agent, counters } = await scene(300);
  const udpOnly = createSocket("udp4");
  open.push({ close: () => udpOnly.close() });
  await new Promise<void>((resolve) => udpOnly.bind(0, loopback, resolve));
  const received = new Promise<string>((resolve) =>
    udpOnly.on("message", (octets) => octets.includes("NOTIFY sip:") && resolve(octets.toString())),
  );
  const { port } = udpOnly.address();
  const request = [
    `SUBSCRIBE sip:if-1@${loopback} SIP/2.0`,
    `Via: SIP/2.0/UDP ${loopback}:${port};branch=z9hG4bKudponly;rport`,
    `From: <sip:me@${loopback}>;tag=1`,
    `To: <sip:if-1@${loopback}>`,
    "Call-ID: udp-only",
    "CSeq: 1 SUBSCRIBE",
    `Contact: <sip:me@${loopback}:${port}>`,
    "Event: dialog;include-session-description",
    "Expires: 0",
  ];
  udpOnly.send(`${request.join("\r\n")}\r\n\r\n`, agent.address.port, loopback);
  const notify = await received;
  expect(notify.length).toBeLessThan(62_000);
  expect(notify).toContain('connections="300"');
  expect(notify.match(/<dialog id/g)!.length).toBeGreaterThan(40);
  expect(notify).toContain("Subscription-State: terminated;reason=timeout");
  expect(counters.get("sip.documentsCut")).toBe(1);
});

describe("a standing subscription", () => {
  test("is told of changes within about a second, in partial documents, and answers from what it keeps", async () => {
    const { agent, gateway } = await scene(2);
    const auditor = await auditorOf(agent.address, { standing: { expiresSeconds: 600, keptMs: 600_000 } });
    const ids = async () => (await auditor.audit("liveness")).rows.map(({ connectionId }) => connectionId);
    expect(await ids()).toEqual(["0000002A", "0000002B"]);
    expect(agent.subscriptions).toBe(1);
    addCall(gateway, 3, clock.now());
    dropConnection(gateway.table, gateway.table.rows[0]!);
    agent.changed();
    await expect.poll(ids, { timeout: 3_000 }).toEqual(["0000002B", "0000002C"]);
    expect(await auditor.audit("liveness")).toMatchObject({ complete: true, packets: 0, scalarCount: 2 });
  });

  test("of an asker that is gone is forgotten", async () => {
    const { agent, gateway } = await scene(1);
    const auditor = await auditorOf(agent.address, { standing: { expiresSeconds: 600, keptMs: 600_000 } });
    await auditor.audit("full");
    auditor.close();
    addCall(gateway, 2, clock.now());
    agent.changed();
    await expect.poll(() => agent.subscriptions, { timeout: 3_000 }).toBe(0);
  });
});

describe("single requests", () => {
  const standard: readonly Header[] = [
    ["Contact", `<sip:x@${loopback}:9>`],
    ["Event", "dialog"],
    ["Expires", "0"],
  ];

  async function ask(
    agent: { address: { host: string; port: number } },
    method: string,
    headers: readonly Header[] = standard,
    uri = `sip:if-1@${loopback}`,
    toTag = "",
  ) {
    const socket = await asker();
    const result = await socket.request(
      { ...agent.address, transport: "udp" as SipTransport },
      {
        method,
        uri,
        headers: [
          ["From", "<sip:x@h>;tag=1"],
          ["To", `<${uri}>${toTag}`],
          ["Call-ID", socket.newToken()],
          ["CSeq", `1 ${method}`],
          ...headers,
        ],
      },
      { deadlineMs: 2_000 },
    );
    if (result.kind !== "response") throw new Error(result.kind);
    return result.response;
  }

  const without = (name: string, ...more: Header[]): Header[] => [...standard.filter(([one]) => one !== name), ...more];

  test("OPTIONS tells what is understood; other methods are not", async () => {
    const { agent } = await scene(0);
    const options = await ask(agent, "OPTIONS", []);
    expect([options.status, headerOf(options, "Allow"), headerOf(options, "Allow-Events"), headerOf(options, "Server")]).toEqual([
      200,
      "SUBSCRIBE, OPTIONS",
      "dialog",
      "Tandem test",
    ]);
    expect((await ask(agent, "INVITE")).status).toBe(405);
    expect((await ask(agent, "BYE")).status).toBe(481);
    expect((await ask(agent, "ODD")).status).toBe(501);
    expect((await ask(agent, "OPTIONS", [["Require", "100rel"]])).status).toBe(420);
  });

  test("SUBSCRIBE that cannot be is refused with the reason", async () => {
    const { agent } = await scene(0);
    const badEvent = await ask(agent, "SUBSCRIBE", without("Event", ["Event", "presence"]));
    expect([badEvent.status, headerOf(badEvent, "Allow-Events")]).toEqual([489, "dialog"]);
    const brief = await ask(agent, "SUBSCRIBE", without("Expires", ["Expires", "5"]));
    expect([brief.status, headerOf(brief, "Min-Expires")]).toEqual([423, "60"]);
    expect((await ask(agent, "SUBSCRIBE", standard, `sip:nobody@${loopback}`)).status).toBe(404);
    expect((await ask(agent, "SUBSCRIBE", standard, undefined, ";tag=unknown")).status).toBe(481);
    expect((await ask(agent, "SUBSCRIBE", without("Contact"))).status).toBe(400);
    expect((await ask(agent, "SUBSCRIBE", [...standard, ["Accept", "text/plain"]])).status).toBe(406);
    expect((await ask(agent, "SUBSCRIBE", [...standard, ["Accept", "text/plain, */*"]])).status).toBe(200);
  });

  test("strangers may not ask", async () => {
    const { agent, counters } = await scene(1, { trusted: ["10.0.0.1"] });
    expect((await ask(agent, "SUBSCRIBE")).status).toBe(403);
    expect((await ask(agent, "OPTIONS", [])).status).toBe(200);
    expect(counters.get("sip.refused")).toBe(1);
  });

  test("with a user and a secret, whoever knows them may, from anywhere", async () => {
    const credentials = { user: "tandem", secret: "a secret for tests" };
    const { agent, counters } = await scene(1, { trusted: [], credentials });
    expect((await ask(agent, "SUBSCRIBE")).status).toBe(401);
    const knows = await auditorOf(agent.address, { credentials });
    for (let i = 0; i < 2; i++) expect(await knows.audit("full")).toMatchObject({ complete: true, packets: 2 - i });
    const guesses = await auditorOf(agent.address, { credentials: { ...credentials, secret: "guessed" } });
    expect(await guesses.audit("full")).toMatchObject({ complete: false, failureKind: "unauthorized" });
    expect(counters.get("sip.badCredentials")).toBe(1);
  });
});

test("a gateway node answers SIP where its site says so", async () => {
  process.env.TANDEM_COMMISSION = "1";
  const portFrom = 30_000 + (process.pid % 150) * 200;
  const site = await makeSite([{ name: "if-1", kind: "interface", endpoints: 24, portFrom, sip: true }]);
  open.push({ close: () => site.remove() });
  const node = await run({ name: "if-1", config: site.config, data: join(site.folder, "if-1"), lab: true });
  open.push(node);
  const sip = site.site.gateways[0]!.sip!;
  const result = await (await auditorOf(sip, { transport: "tcp" })).audit("full");
  expect(result).toMatchObject({ complete: true, scalarCount: 0 });
});
