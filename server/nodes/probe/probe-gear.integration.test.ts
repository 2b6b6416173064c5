/** Probes of real gear: our own agents, Debian's snmpd, osmo-mgw, a SIP element, a JSON-RPC server, and addresses where nobody is. Nothing is changed. */

import { createSocket } from "node:dgram";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { FieldReader } from "../../core/site/field-reader.ts";
import { parseGear } from "../../core/site/parse-gear.ts";
import { freeUdpPort } from "../../drivers/snmp/testing/free-udp-port.ts";
import { Snmpd } from "../../drivers/snmp/testing/snmpd.ts";
import { type OsmoMgwProcess, startOsmoMgw } from "../../drivers/testing/osmo-mgw-process.ts";
import { answer, ScriptedGateway } from "../../drivers/testing/scripted-gateway.ts";
import { dialogXml, document, SipGear } from "../../drivers/testing/sip-gear.ts";
import { command } from "../../protocols/mgcp/encode.ts";
import { noLocalOptions } from "../../protocols/mgcp/local-options.ts";
import { auditRange } from "../../protocols/mgcp/transaction-range.ts";
import { audioDescription, printSessionDescription } from "../../protocols/sdp/session-description.ts";
import { systemClock } from "../../runtime/clock.ts";
import { Counters } from "../../runtime/counters.ts";
import { FaultTable } from "../../runtime/faults.ts";
import { openPlainMgcpSocket } from "../../runtime/plain-mgcp-socket.ts";
import { visitVty } from "../../runtime/vty-client.ts";
import { openAgentWithCalls } from "../gateway/testing/agent-with-calls.ts";
import { type ProbedProtocol, probeGear } from "./probe-gear.ts";
import { readProbeInputs } from "./probe-inputs.ts";
import { type ProbeOptions, planProbe } from "./probe-plan.ts";

const secrets = { auth: "auth phrase for tests", privacy: "privacy phrase for tests" };
const signed = {
  user: "auditor",
  authProtocol: "sha512",
  authSecret: "env:PROBE_AUTH",
  privacyProtocol: "aes256",
  privacySecret: "env:PROBE_PRIVACY",
} as const;

const open: { close(): unknown }[] = [];
beforeAll(() => {
  process.env.PROBE_AUTH = secrets.auth;
  process.env.PROBE_PRIVACY = secrets.privacy;
  process.env.PROBE_WRONG = "quite another phrase";
});
afterEach(async () => {
  for (const one of open.splice(0)) await one.close();
});

async function probe(address: string, options: Partial<ProbeOptions>): Promise<readonly ProbedProtocol[]> {
  const planned = planProbe(address, { protocol: "all", resource: [], transport: "udp", rows: 3, timeout: 1_000, ...options });
  if (!planned.ok) throw new Error(planned.problems.join("\n"));
  const revealed = readProbeInputs(planned.plan, "/nonexistent");
  if (!revealed.ok) throw new Error(revealed.problems.join("\n"));
  const found = await probeGear(planned.plan, revealed.inputs);
  if (typeof found === "string") throw new Error(found);
  for (const secret of Object.values(secrets)) expect(JSON.stringify(found)).not.toContain(secret);
  return found;
}

async function probeOne(address: string, options: Partial<ProbeOptions>): Promise<ProbedProtocol> {
  const [found] = await probe(address, options);
  if (found === undefined) throw new Error("nothing was asked");
  return found;
}

/** The entry as the site reads it. */
function siteOf({ yaml }: ProbedProtocol): unknown {
  const problems: string[] = [];
  const spec = parseGear(new FieldReader((parse(yaml ?? "") as unknown[])[0], "gear[0]", problems), 5_000);
  expect(problems).toEqual([]);
  return spec.audit;
}

describe("our own gateway", () => {
  test("over SNMP, by community and as a user", async () => {
    const user = {
      user: "auditor",
      auth: { protocol: "sha512", secret: secrets.auth },
      privacy: { protocol: "aes256", secret: secrets.privacy },
    } as const;
    const { agent } = await openAgentWithCalls({ connections: 5, community: "public", user });
    open.push(agent);
    const at = `127.0.0.1:${agent.port}`;
    const found = await probeOne(at, { protocol: "snmp" });
    expect(found).toMatchObject({
      outcome: "answered",
      sentence: "answers; Tandem gateway",
      facts: [{ name: "sysDescr", value: "Tandem test gateway gw-1" }, { name: "sysObjectID" }],
      profile: { name: "tandem", keepsHistory: true },
      audit: { complete: true, connections: 5 },
    });
    expect(found.rows).toHaveLength(3);
    expect(siteOf(found)).toMatchObject({ protocol: "snmp", address: { port: agent.port }, access: { community: "public" } });
    const asUser = await probeOne(at, { protocol: "snmp", ...signed, rows: 0 });
    expect(asUser).toMatchObject({ outcome: "answered", profile: { name: "tandem" }, rows: [] });
    expect(siteOf(asUser)).toMatchObject({
      access: { community: null, user: { user: "auditor", auth: { protocol: "sha512", secret: "env:PROBE_AUTH" } } },
    });
  });
});

describe("Debian's snmpd", () => {
  let snmpd: Snmpd;
  beforeAll(async () => {
    snmpd = await Snmpd.start([`createUser auditor SHA-512 "${secrets.auth}" AES-256 "${secrets.privacy}"`, "rouser auditor authPriv"]);
  });
  afterAll(() => snmpd.close());
  const ask = (options: Partial<ProbeOptions>) => probeOne(`127.0.0.1:${snmpd.port}`, { protocol: "snmp", ...options });

  test("with a table of calls: its profile, what it cannot say, and rows", async () => {
    snmpd.pass([
      [50, 1, "07000", 4],
      [60, 2, "07001", 2],
    ]);
    const found = await ask(signed);
    expect(found).toMatchObject({
      outcome: "answered",
      facts: expect.arrayContaining([{ name: "sysDescr", value: "Debian snmpd under test" }]),
      profile: { name: "rfc2128", says: { setup: "callActiveSetupTime", origin: "callActiveCallOrigin, callHistoryCallOrigin" } },
      audit: { complete: true, connections: 2 },
      rows: [{ localNumber: "07000", codec: null }, { localNumber: "07001" }],
    });
    expect(found.profile?.says.codec).toBeUndefined();
  });

  test("with a profile of one's own, which the entry then names", async () => {
    snmpd.pass([[50, 1, "07000", 4]]);
    const folder = mkdtempSync(join(tmpdir(), "tandem-probe-"));
    open.push({ close: () => rmSync(folder, { recursive: true }) });
    const active = "1.3.6.1.2.1.10.21.1.3.1.1";
    const lines = [
      "name: own-gear",
      "title: Gear of our own",
      "sources: [RFC 2128]",
      'detect: { sysDescr: ["Debian snmpd"], present: [1.3.6.1.2.1.10.21.1], rank: 50 }',
      `legs: { object: callActiveTable, entry: ${active}, state: active, liveness: callActivePeerAddress, columns: [`,
      "  { column: 3, object: callActivePeerAddress, field: peerNumber, required: true }] }",
    ];
    writeFileSync(join(folder, "own.yaml"), `${lines.join("\n")}\n`);
    const found = await ask({ profiles: folder });
    expect(found).toMatchObject({ profile: { name: "own-gear" }, audit: { complete: true }, rows: [{ peerNumber: "07000" }] });
    expect(siteOf(found)).toMatchObject({ profile: "own-gear" });
    expect(found.besideYaml).toBe(`snmpProfiles: ${folder}\n`);
  });

  test("without one it answers all the same, and there is nothing to paste", async () => {
    snmpd.passNothing();
    expect(await ask({})).toMatchObject({
      outcome: "answered",
      profile: null,
      yaml: null,
      advice: [expect.stringContaining("--profiles")],
    });
  });

  test.each<[string, Partial<ProbeOptions>, string]>([
    ["an unknown user", { ...signed, user: "nobody" }, "does not let the user nobody ask: the agent does not know this user"],
    ["a wrong pass phrase", { ...signed, authSecret: "env:PROBE_WRONG" }, "auth protocol or secret differ"],
    // net-snmp drops what it cannot decrypt, without a report.
    [
      "a wrong privacy pass phrase",
      { ...signed, privacySecret: "env:PROBE_WRONG" },
      "it answered who it is, and nothing that was asked as user auditor: the privacy or authentication secret or protocol probably differs",
    ],
    ["too low a level", { user: "auditor" }, "does not let the user auditor ask"],
  ])("%s is unauthorized, not silent", async (_, options, sentence) => {
    expect(await ask(options)).toMatchObject({ outcome: "unauthorized", sentence: expect.stringContaining(sentence), yaml: null });
  });

  test("a wrong community is silence, and is said to be possibly that", async () => {
    expect(await ask({ community: "wrong", timeout: 300 })).toMatchObject({
      outcome: "silent",
      sentence: expect.stringContaining("it does not know this community"),
      tried: expect.stringContaining("within 300 ms"),
    });
  });
});

describe("osmo-mgw", () => {
  let osmo: OsmoMgwProcess;
  beforeAll(async () => {
    osmo = await startOsmoMgw(23);
    await callTo(osmo);
  });
  afterAll(() => osmo?.remove());
  const listing = async (): Promise<string> => {
    const answer = await visitVty({ at: osmo.vty, commands: ["show mgcp active"], deadlineMs: 2_000, maxOctets: 100_000 });
    return answer.ok ? answer.texts.join() : answer.text;
  };
  const ask = (options: Partial<ProbeOptions>) =>
    probeOne(`${osmo.mgcp.host}:${osmo.mgcp.port}`, { protocol: "mgcp", timeout: 500, ...options });

  test("with its VTY: domain and endpoints are found, its connection is listed, and stands as before", async () => {
    const before = await listing();
    const found = await ask({ vty: `${osmo.vty.host}:${osmo.vty.port}` });
    expect(found).toMatchObject({
      outcome: "answered",
      facts: [
        { name: "endpoints", value: "23: rtpbridge/1 … rtpbridge/17, numbered in hexadecimal" },
        { name: "domain", value: "mgw" },
      ],
      profile: { name: "osmo-mgw" },
      audit: { complete: true, connections: 1 },
      rows: [{ remoteAddress: "127.0.0.1:41000", state: expect.any(String) }],
      advice: [],
    });
    expect(siteOf(found)).toMatchObject({ domain: "mgw", endpoints: { prefix: "rtpbridge/", count: 23 }, vty: osmo.vty });
    expect(before).toContain("CONN");
    expect(await listing()).toBe(before);
  });

  test("without its VTY it is poor, and the advice names what would help", async () => {
    const found = await ask({});
    expect(found).toMatchObject({ outcome: "answered", profile: { name: "mgcp-ping" }, advice: [expect.stringContaining("--vty")] });
    expect(found.audit?.complete).toBe(false);
  });

  test("a VTY that does not answer is said to, and makes it no osmo-mgw", async () => {
    const found = await ask({ vty: "127.0.0.1:9" });
    expect(found).toMatchObject({ outcome: "answered", profile: { name: "mgcp-ping" } });
    expect(found.sentence).toContain("its VTY at 127.0.0.1:9 lists nothing, and is left out below (the VTY failed: ");
    expect(siteOf(found)).toMatchObject({ vty: null });
  });

  test("an endpoint that it does not have is an answer too", async () => {
    expect(await ask({ endpoint: "ds/e1-1/1" })).toMatchObject({
      outcome: "answered",
      sentence: "answers, but knows no endpoint ds/e1-1/1 (500 FAIL)",
      advice: [expect.stringContaining("--endpoint")],
      yaml: null,
    });
  });
});

test("MGCP gear by the book is asked by AUEP and AUCX only", async () => {
  const connections = new Map([["ds/e1-1/7@gw", "1F"]]);
  const gateway = await ScriptedGateway.open((asked) => {
    const number = Number(/^ds\/e1-1\/(\d+)@gw$/.exec(asked.endpoint)?.[1] ?? 99);
    if (number > 30) return [answer(asked, 500)];
    const connectionId = connections.get(asked.endpoint);
    if (asked.verb === "AUEP") return [answer(asked, 200, { connectionIds: connectionId === undefined ? [] : [connectionId] })];
    return [answer(asked, 200, { callId: "AB", mode: "sendrecv" }, ["v=0\r\n"])];
  });
  open.push(gateway);
  const found = await probeOne(`127.0.0.1:${gateway.address.port}`, { protocol: "mgcp", endpoint: "ds/e1-1/1@gw" });
  expect(found).toMatchObject({
    outcome: "answered",
    profile: { name: "mgcp-full" },
    audit: { complete: true, connections: 1 },
    rows: [{ endpoint: "ds/e1-1/7@gw", callId: "AB" }],
  });
  expect(siteOf(found)).toMatchObject({ domain: "gw", endpoints: { prefix: "ds/e1-1/", count: 30 }, vty: null });
  expect([...new Set(gateway.asked.map(({ verb }) => verb))].sort()).toEqual(["AUCX", "AUEP"]);
});

/** One connection, set up by whoever owns the gear. */
async function callTo({ mgcp }: OsmoMgwProcess): Promise<void> {
  const socket = await openPlainMgcpSocket({
    self: "cs-a",
    node: "mgw",
    from: "127.0.0.1",
    to: mgcp,
    range: auditRange(0, Date.now()),
    clock: systemClock(),
    faults: new FaultTable(),
    counters: new Counters(),
  });
  const localOptions = { ...noLocalOptions, codecs: ["PCMU"], ptimeMs: 20 };
  const description = printSessionDescription(audioDescription("1", "127.0.0.1", 41_000, "PCMU", 20));
  const asked = command("CRCX", "rtpbridge/*@mgw", { callId: "A001", localOptions, mode: "sendrecv" }, description);
  const created = await socket.request(asked);
  await socket.close();
  if (created.kind !== "response" || created.response.code !== 200) throw new Error(JSON.stringify(created));
}

describe("a SIP element", () => {
  test.each(["udp", "tcp"] as const)("over %s tells who it is by OPTIONS, and its calls by one poll", async (transport) => {
    const gear = await SipGear.open({ notify: () => ({ body: document(1, [dialogXml("1"), dialogXml("2", "early")]) }) });
    open.push(gear.socket);
    const at = `127.0.0.1:${gear.socket.address.port}`;
    const unasked = await probeOne(at, { protocol: "sip", transport });
    expect(unasked).toMatchObject({
      outcome: "answered",
      facts: [{ name: "answer", value: expect.stringMatching(/^405/) }],
      profile: null,
      advice: [expect.stringContaining("--resource")],
    });
    const found = await probeOne(at, { protocol: "sip", transport, resource: ["sip:gw-1@127.0.0.1"] });
    expect(found).toMatchObject({ outcome: "answered", profile: { name: "sip-dialog" }, audit: { complete: true, connections: 2 } });
    expect(siteOf(found)).toMatchObject({ transport, resources: ["sip:gw-1@127.0.0.1"] });
    expect(gear.subscribes.every(({ headers }) => headers.some(([name, value]) => name === "Expires" && value === "0"))).toBe(true);
  });

  test("is none where only our own question comes back", async () => {
    const echo = createSocket("udp4");
    echo.on("message", (octets, { port, address }) => echo.send(octets, port, address));
    await new Promise<void>((resolve) => echo.bind(0, "127.0.0.1", resolve));
    open.push(echo);
    expect(await probeOne(`127.0.0.1:${echo.address().port}`, { protocol: "sip", timeout: 300 })).toMatchObject({
      outcome: "silent",
      sentence: "speaks no SIP: it only sends back what it is sent",
      yaml: null,
    });
  });

  test("that asks who we are is unauthorized, with what to do", async () => {
    const gear = await SipGear.open({ answer: () => ({ status: 401 }) });
    open.push(gear.socket);
    const resource = ["sip:gw-1@127.0.0.1"];
    expect(await probeOne(`127.0.0.1:${gear.socket.address.port}`, { protocol: "sip", resource })).toMatchObject({
      outcome: "unauthorized",
      sentence: expect.stringContaining("it asks for a user and a secret"),
      advice: [expect.stringContaining("--auth-secret")],
    });
  });
});

describe("JSON-RPC", () => {
  async function serve(status: number, answer: object): Promise<string> {
    const server = createServer((_, response) => response.writeHead(status).end(JSON.stringify(answer)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    open.push({ close: () => server.close() });
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/RPC`;
  }

  test("an empty list is an answer; a refusal by HTTP is unauthorized; nobody is silent", async () => {
    const ask = (rpc: string) => probeOne("127.0.0.1", { protocol: "rpc", rpc });
    const found = await ask(await serve(200, { jsonrpc: "2.0", id: 1, result: [] }));
    expect(found).toMatchObject({ outcome: "answered", profile: { name: "kamailio-rpc" }, audit: { connections: 0, complete: true } });
    expect(siteOf(found)).toMatchObject({ protocol: "rpc" });
    expect(await ask(await serve(401, {}))).toMatchObject({ outcome: "unauthorized", yaml: null });
    expect(await ask(await serve(500, { error: { message: "Method Not Found" } }))).toMatchObject({
      outcome: "answered",
      sentence: expect.stringContaining("Method Not Found"),
    });
    expect(await ask("http://127.0.0.1:9/RPC")).toMatchObject({ outcome: "silent" });
  });
});

describe("nobody there", () => {
  test("every protocol says what was tried", async () => {
    const found = await probe(`127.0.0.1:${await freeUdpPort()}`, { timeout: 300 });
    expect(found.map(({ protocol, outcome }) => [protocol, outcome])).toEqual([
      ["snmp", "silent"],
      ["mgcp", "silent"],
      ["sip", "silent"],
      ["rpc", "silent"],
    ]);
    for (const { tried, sentence } of found) expect([tried, sentence].join()).toMatch(/300 ms.*is silent/s);
  });

  test("a name that nobody knows is said at once", async () => {
    await expect(probe("nowhere.invalid", {})).rejects.toThrow("nowhere.invalid has no address.");
  });
});
