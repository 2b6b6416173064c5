/** The console as a whole, in this process, over fake nodes on real sockets: health, live feed, guards, collecting, faults of nodes. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { request as startRequest } from "node:http";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTRPCClient, createWSClient, httpLink, wsLink } from "@trpc/client";
import { afterEach, beforeEach, expect, test } from "vitest";
import { WebSocket } from "ws";
import { stringify } from "yaml";
import type { ConsoleSnapshot } from "../../operations/console-view.ts";
import { eventually } from "../../operations/testing/eventually.ts";
import { FakeFleet } from "../../operations/testing/fake-fleet.ts";
import { type FakeNodes, fakeToken, serveFakes } from "../../operations/testing/fake-nodes.ts";
import {
  fakeGateway,
  fakeOrderPlan,
  fakePlan,
  fakeRecord,
  fakeReport,
  fakeServer,
  fakeSite,
  fakeWitness,
} from "../../operations/testing/fake-site.ts";
import { siteDocument } from "../../operations/testing/site-document.ts";
import type { AppRouter } from "../../trpc/root.ts";
import { type RunningConsole, run } from "./main.ts";

const names = ["cs-a", "cs-b", "gw-1", "gw-2", "wit-1"];
let fleet: FakeFleet;
let nodes: FakeNodes;
let console_: RunningConsole;
let folder: string;

beforeEach(async () => {
  process.env.TANDEM_TEST_TOKEN = fakeToken;
  process.env.TANDEM_TEST_KEY = "a-cluster-key-for-tests";
  // Any free port, whatever the configuration says.
  process.env.PORT = "0";
  const now = Date.now();
  fleet = new FakeFleet();
  fleet.put("cs-a", fakeServer("cs-a", "primary", now));
  fleet.put("cs-b", fakeServer("cs-b", "standby", now));
  fleet.put("gw-1", fakeGateway("gw-1", now));
  fleet.put("gw-2", fakeGateway("gw-2", now));
  fleet.put("wit-1", fakeWitness(now));
  nodes = await serveFakes(fleet, names);
  folder = mkdtempSync(path.join(tmpdir(), "tandem-console-"));
  const config = path.join(folder, "tandem.yaml");
  writeFileSync(config, stringify(siteDocument(fakeSite(nodes.ports))));
  console_ = await run({ name: "console", config, data: path.join(folder, "console"), lab: false });
});

afterEach(async () => {
  await console_.close();
  await nodes.close();
  rmSync(folder, { recursive: true, force: true });
});

function client() {
  const socket = createWSClient({
    url: `${console_.url.replace("http", "ws")}/trpc`,
    WebSocket: WebSocket as unknown as typeof globalThis.WebSocket,
  });
  return { socket, api: createTRPCClient<AppRouter>({ links: [wsLink({ client: socket })] }) };
}

interface Answer {
  readonly status: number;
  readonly text: string;
  readonly headers: Record<string, string | string[] | undefined>;
}

/** Plain HTTP with every header as given; `fetch` would not let us lie. */
function ask(route: string, headers: Record<string, string> = {}, method = "GET", body?: string): Promise<Answer> {
  const { hostname, port } = new URL(console_.url);
  return new Promise((resolve, reject) => {
    const request = startRequest({ hostname, port, path: route, method, headers }, (response) => {
      let text = "";
      response.on("data", (part: Buffer) => (text += part.toString()));
      response.on("end", () => resolve({ status: response.statusCode ?? 0, text, headers: response.headers }));
    });
    request.on("error", reject);
    request.end(body);
  });
}

/** The newest snapshot for which the condition holds. */
async function liveUntil(holds: (snapshot: ConsoleSnapshot) => boolean): Promise<ConsoleSnapshot> {
  const { socket, api } = client();
  try {
    return await new Promise<ConsoleSnapshot>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error("no such snapshot within 15 s")), 15_000);
      const subscription = api.live.subscribe(undefined, {
        onData: ({ data }) => {
          if (!holds(data)) return;
          clearTimeout(timer);
          subscription.unsubscribe();
          resolve(data);
        },
        onError: reject,
      });
    });
  } finally {
    await socket.close();
  }
}

test("health turns ok when all answer, and stays ok when a node fails later", async () => {
  const up = await eventually(
    () => ask("/api/health"),
    ({ status }) => status === 200,
  );
  expect(JSON.parse(up.text)).toMatchObject({ status: "ok", primary: "cs-a", standby: "cs-b" });
  const node = fleet.nodes.get("cs-a");
  if (node) node.failure = "unreachable";
  const after = await eventually(
    () => ask("/api/health"),
    ({ text }) => (JSON.parse(text) as { primary: unknown }).primary === null,
  );
  expect(after.status).toBe(200);
  expect(nodes.unauthorised()).toBe(0);
});

test("the live feed says what is so: well, frozen, unreachable, garbled", async () => {
  const well = await liveUntil((snapshot) => snapshot.primary !== null && snapshot.gateways.every((gateway) => gateway.condition === "ok"));
  expect(well.verdict).toMatchObject({ tone: "well", sentence: "cs-a carries 59 calls. cs-b could take over now." });
  const [server, gateway, witness] = ["cs-a", "gw-1", "wit-1"].map((name) => fleet.nodes.get(name));
  if (server && gateway && witness) {
    server.failure = "silent";
    gateway.failure = "unreachable";
    witness.failure = "garbled";
  }
  const bad = await liveUntil(
    (snapshot) =>
      snapshot.servers[0]?.state === "frozen" &&
      snapshot.gateways[0]?.state === "unreachable" &&
      snapshot.witnesses[0]?.state === "suspect",
  );
  expect(bad.verdict.tone).toBe("bad");
  expect(bad.servers[0]?.status?.name).toBe("cs-a");
  expect(bad.verdict.look.map((item) => item.text)).toContain("cs-a is frozen");
});

test("a client that comes back gets a newer snapshot, never the one it has", async () => {
  const { socket, api } = client();
  const seen: string[] = [];
  await new Promise<void>((resolve) => {
    const subscription = api.live.subscribe(undefined, {
      onData: ({ id }) => {
        seen.push(id);
        if (seen.length === 3) {
          subscription.unsubscribe();
          resolve();
        }
      },
    });
  });
  const first = await new Promise<string>((resolve) => {
    const subscription = api.live.subscribe(
      { lastEventId: seen[2] },
      {
        onData: ({ id }) => {
          subscription.unsubscribe();
          resolve(id);
        },
      },
    );
  });
  await socket.close();
  expect(new Set([...seen, first]).size).toBe(4);
});

test("records and events and reports are collected, acknowledged and found", async () => {
  const now = Date.now();
  const a = fleet.nodes.get("cs-a");
  const b = fleet.nodes.get("cs-b");
  if (!a || !b) throw new Error("fakes are missing");
  const report = fakeReport(now);
  a.outbox.push({ sequence: 1, record: fakeRecord("call-1", now - 5000) });
  b.outbox.push({ sequence: 1, record: fakeRecord("call-1", now - 5000, { origin: "history", durationErrorMs: 900 }) });
  a.status = fakeServer("cs-a", "primary", now, { outbox: { pending: 1, lastSequence: 1 }, lastEventSequence: 1 });
  b.status = fakeServer("cs-b", "standby", now, { outbox: { pending: 1, lastSequence: 1 }, failover: report });
  b.reports = [report];
  a.events = [
    {
      sequence: 1,
      node: "cs-a",
      boot: 7,
      mono: 1.5,
      wall: now,
      what: "keepalive-missed",
      severity: "warn",
      text: "Missed 2.",
      data: { missed: 2 },
    },
  ];
  const { socket, api } = client();
  const query = { from: null, to: null, number: "0612", gateway: null, outcome: null, origin: null };
  const page = await eventually(
    () => api.records.search.query({ query }),
    (found) => found.records.length === 1 && a.acknowledged === 1 && b.acknowledged === 1,
  );
  expect(page.records[0]).toMatchObject({ callId: "call-1", origin: "signalling" });
  expect((await api.records.get.query({ callId: "call-1" })).durationMs).toBe(60_000);
  await eventually(
    () => api.events.list.query({ node: "cs-a" }),
    (events) => events.length === 1,
  );
  const [summary] = await eventually(
    () => api.failovers.list.query({}),
    (list) => list.length === 1,
  );
  expect(summary).toMatchObject({
    id: "42-cs-b",
    sentence: "cs-a fell silent. cs-b took over in 0.84 s. 57 calls kept, 2 released, 3 records recovered, longest silence 20 ms.",
  });
  expect((await api.failovers.get.query({ id: "42-cs-b" })).callsAtStake).toBe(59);
  const csv = await ask("/api/records.csv?number=0612");
  expect(csv.headers["content-type"]).toContain("text/csv");
  expect(csv.text.trim().split("\r\n")).toHaveLength(2);
  expect((await ask("/api/records.csv?color=red")).status).toBe(400);
  await socket.close();
});

test("a switchover needs a plan that still holds; refusals are audited too", async () => {
  let planId = "plan-1";
  fleet.answerSwitchover = (order) => ({ accepted: !order.dryRun, switchoverId: order.switchoverId, plan: fakePlan(planId), blockers: [] });
  await eventually(
    () => ask("/api/health"),
    ({ status }) => status === 200,
  );
  const { socket, api } = client();
  const order = { planId: "plan-1", to: null, reason: "maintenance of cs-a", switchoverId: "order-0001" };
  await expect(api.switchover.execute.mutate(order)).rejects.toMatchObject({ data: { operationCode: "situation-changed" } });
  expect(await api.switchover.plan.query({ to: null })).toMatchObject({ planId: "plan-1", to: "cs-b" });
  await expect(api.switchover.execute.mutate({ ...order, reason: "no" })).rejects.toMatchObject({ data: { operationCode: "invalid" } });
  planId = "plan-2";
  await expect(api.switchover.execute.mutate(order)).rejects.toMatchObject({ data: { operationCode: "situation-changed" } });
  await api.switchover.plan.query({ to: null });
  expect(await api.switchover.execute.mutate({ ...order, planId: "plan-2" })).toMatchObject({ accepted: true });
  expect(fleet.orders.filter((one) => !one.dryRun)).toEqual([expect.objectContaining({ reason: "maintenance of cs-a", by: "operator" })]);
  const audit = await api.audit.list.query({});
  expect(audit.map((entry) => entry.outcome)).toEqual([
    "done",
    "refused: situation-changed",
    "refused: invalid",
    "refused: situation-changed",
  ]);
  await expect(api.lab.kill.mutate({ node: "cs-a" })).rejects.toMatchObject({ data: { operationCode: "no-lab" } });
  await socket.close();
});

test("an order of any verb: plan, typed name, outcome, audit entry", async () => {
  fleet.answerOrder = ({ id, request: { verb }, dryRun }) => {
    const plan = fakeOrderPlan("plan-1", { verb, confirm: { text: "cs-a", because: "cs-a loses control." } });
    const outcome = dryRun ? null : "cs-b holds the title at epoch 42.";
    return { id, verb, accepted: !dryRun, settled: !dryRun, outcome, plan, blockers: [], stored: null, askInstead: null };
  };
  const { socket, api } = client();
  const request = { verb: "failover-now", to: "cs-b" } as const;
  expect(await api.orders.plan.query({ request })).toMatchObject({ planId: "plan-1", confirm: { text: "cs-a" } });
  expect(await api.orders.command.query({ request })).toBe("tandem failover-now cs-b");
  const order = { planId: "plan-1", request, reason: "cs-a does nothing", orderId: "order-0001" };
  await expect(api.orders.execute.mutate({ ...order, confirm: null })).rejects.toMatchObject({ data: { operationCode: "invalid" } });
  expect(await api.orders.execute.mutate({ ...order, confirm: "cs-a" })).toMatchObject({
    settled: true,
    outcome: "cs-b holds the title at epoch 42.",
  });
  expect(fleet.asked.at(-1)).toMatchObject({ node: "cs-b", ask: { id: "order-0001", by: "operator", confirm: "cs-a", dryRun: false } });
  expect((await api.audit.list.query({})).map((entry) => [entry.action, entry.outcome])).toEqual([
    ["failover-now", "done"],
    ["failover-now", "refused: invalid"],
  ]);
  await expect(api.orders.plan.query({ request: { verb: "recall", gateways: [] } })).rejects.toMatchObject({
    data: { code: "BAD_REQUEST" },
  });
  await socket.close();
});

test("another page cannot press a button: Host, Origin, content type", async () => {
  const { host, port } = new URL(console_.url);
  const body = JSON.stringify({ node: "cs-a" });
  const json = { "content-type": "application/json" };
  const kill = "/api/trpc/lab.kill";
  expect((await ask("/api/health", { host: "evil.example" })).status).toBe(421);
  expect((await ask("/api/health", { host: `localhost:${port}` })).status).not.toBe(421);
  expect((await ask(kill, { ...json, origin: "http://evil.example" }, "POST", body)).status).toBe(403);
  expect((await ask(kill, { ...json, origin: "null" }, "POST", body)).status).toBe(403);
  expect((await ask(kill, { ...json, "sec-fetch-site": "cross-site" }, "POST", body)).status).toBe(403);
  expect((await ask(kill, { "content-type": "text/plain", origin: `http://${host}` }, "POST", body)).status).toBe(415);
  expect((await ask(kill, { ...json, origin: `http://${host}` }, "POST", body)).status).toBe(412);
  const headers = (await ask("/api/health")).headers;
  expect(headers["content-security-policy"]).toContain("frame-ancestors 'none'");
  expect(headers["access-control-allow-origin"]).toBeUndefined();
});

test.each([
  ["http://evil.example", "refused"],
  ["null", "refused"],
  ["own", "open"],
])("a WebSocket with Origin %s is %s", async (origin, outcome) => {
  const url = new URL(console_.url);
  const socket = new WebSocket(`ws://${url.host}/trpc`, { origin: origin === "own" ? url.origin : origin });
  const happened = await new Promise<string>((resolve) => {
    socket.on("open", () => resolve("open"));
    socket.on("unexpected-response", (_request, response) =>
      resolve(response.statusCode === 403 ? "refused" : `status ${response.statusCode}`),
    );
    socket.on("error", () => resolve("error"));
  });
  socket.terminate();
  expect(happened).toBe(outcome);
});

test("a path that is none harms nobody, over HTTP and WebSocket alike", async () => {
  expect((await ask("//[")).status).toBe(400);
  const { host, port, hostname } = new URL(console_.url);
  const answer = await new Promise<string>((resolve) => {
    const socket = connect(Number(port), hostname, () =>
      socket.write(`GET //[ HTTP/1.1\r\nHost: ${host}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`),
    );
    socket.on("data", (part) => resolve(part.toString()));
  });
  expect(answer).toContain("404");
  expect([200, 503]).toContain((await ask("/api/health")).status);
});

test("queries also work over plain HTTP, mutations not by GET", async () => {
  const api = createTRPCClient<AppRouter>({ links: [httpLink({ url: `${console_.url}/api/trpc` })] });
  expect(await api.audit.list.query({})).toEqual([]);
  expect((await ask(`/api/trpc/lab.traffic?input=${encodeURIComponent('{"calls":0}')}`)).status).toBe(405);
});
