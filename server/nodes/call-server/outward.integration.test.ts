/** What moves and what is told with the title: real node processes, one killed, a switchover, a stop; a real webhook and a real syslog receiver. */
import { type ChildProcess, spawn } from "node:child_process";
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import type { ServerStatus, SwitchoverResult } from "../../core/status/node-status.ts";
import { createOperatorClient } from "../../runtime/operator-client.ts";
import { makeSite, operatorToken, type TestSite } from "../gateway/testing/scripted-server.ts";

const patient = { timeout: 30_000, interval: 100 };
const main = resolve("dist/server/nodes/main.js");

interface Told {
  readonly alertname: string;
  readonly server: string;
  readonly status: string;
  readonly summary: string;
}

let site: TestSite;
let webhook: Server;
let syslog: Socket;
const children = new Map<string, ChildProcess>();
const told: Told[] = [];
const lines: string[] = [];
const requested: { server: string; role: string; cause: string; signed: boolean }[] = [];

interface Acted {
  readonly server: string;
  readonly role: string;
  readonly cause: string;
  readonly epoch: number;
  readonly previous: string;
}

const acted = (): Acted[] => {
  const path = join(site.folder, "acted");
  if (!existsSync(path)) return [];
  return readFileSync(path, "utf8")
    .trimEnd()
    .split("\n")
    .map((line) => JSON.parse(line) as Acted);
};

beforeAll(async () => {
  webhook = createServer((request, response) => {
    let text = "";
    request.on("data", (part: Buffer) => {
      text += part.toString("utf8");
    });
    request.on("end", () => {
      response.end();
      const body = JSON.parse(text) as {
        alerts?: { labels: Told; annotations: Told; status: string }[];
        server: string;
        role: string;
        cause: string;
      };
      const [one] = body.alerts ?? [];
      if (one === undefined) {
        requested.push({ server: body.server, role: body.role, cause: body.cause, signed: "tandem-signature" in request.headers });
      } else {
        told.push({ alertname: one.labels.alertname, server: one.labels.server, status: one.status, summary: one.annotations.summary });
      }
    });
  });
  await new Promise<void>((resolve) => webhook.listen(0, "127.0.0.1", resolve));
  syslog = createSocket("udp4", (datagram) => lines.push(datagram.toString("utf8")));
  await new Promise<void>((resolve) => syslog.bind(0, "127.0.0.1", resolve));
  const url = `http://127.0.0.1:${(webhook.address() as AddressInfo).port}`;
  site = await makeSite([
    { name: "gw-1", kind: "trunk", endpoints: 4, portFrom: 31_000 },
    { name: "if-1", kind: "interface", endpoints: 4, portFrom: 31_200 },
  ]);
  writeFileSync(join(site.folder, "webhook.secret"), "a secret for tests only");
  const act = `const e = process.env; require("node:fs").appendFileSync(process.argv[1], JSON.stringify({ server: e.TANDEM_SERVER, role: e.TANDEM_ROLE,
    cause: e.TANDEM_CAUSE, epoch: Number(e.TANDEM_EPOCH), previous: e.TANDEM_PREVIOUS_SERVER }) + "\\n")`;
  const exec = { command: [process.execPath, "-e", act, join(site.folder, "acted")] };
  const http = { url: `${url}/move`, secret: "file:webhook.secret" };
  appendFileSync(
    site.config,
    stringify({
      actions: { onPromote: [{ exec }, { http }], onDemote: [{ exec }] },
      notify: {
        webhook: { url, secret: "file:webhook.secret" },
        syslog: { to: `127.0.0.1:${syslog.address().port}`, facility: "local0" },
        holdOffSeconds: 2,
      },
    }),
  );
  start("witness", "wit-1");
  start("gateway", "gw-1");
  start("gateway", "if-1");
  start("call-server", "cs-a");
  start("call-server", "cs-b");
});

afterAll(async () => {
  const gone = [...children.values()].map((child) => (child.exitCode ?? child.signalCode) !== null || once(child, "exit"));
  for (const child of children.values()) child.kill("SIGKILL");
  webhook.closeAllConnections();
  webhook.close();
  syslog.close();
  await Promise.all(gone);
  site.remove();
});

function start(kind: string, name: string): void {
  const words = [main, kind, name, "--config", site.config, "--data", join(site.folder, name)];
  children.set(
    name,
    spawn(process.execPath, words, { stdio: ["ignore", "ignore", "inherit"], env: { ...process.env, TANDEM_COMMISSION: "1" } }),
  );
}

async function operator<T>(name: string, ask: (client: ReturnType<typeof createOperatorClient>) => Promise<T>): Promise<T> {
  const spec = site.site.servers.find((one) => one.name === name)!;
  const client = createOperatorClient({ ...spec.operator, token: operatorToken });
  try {
    return await ask(client);
  } finally {
    client.close();
  }
}

const statusOf = (name: string): Promise<ServerStatus | null> =>
  operator(name, async (client) => {
    const reply = await client.get<ServerStatus>("/status");
    return reply.ok ? reply.value : null;
  });
const holder = async (): Promise<string | null> => {
  for (const name of ["cs-a", "cs-b"]) if ((await statusOf(name))?.title.held) return name;
  return null;
};
const changes = (): string[] =>
  told.filter((one) => /over$/.test(one.alertname)).map((one) => `${one.server} ${one.alertname} ${one.status}`);

test("the first start moves the rest, and is no failover", async () => {
  await expect.poll(holder, patient).not.toBeNull();
  const first = (await holder())!;
  await expect.poll(() => requested, patient).toEqual([{ server: first, role: "primary", cause: "no-primary", signed: true }]);
  expect(acted()).toMatchObject([{ server: first, role: "primary", cause: "no-primary", previous: "" }]);
  expect(changes()).toEqual([]);
});

test("a killed primary: the other one moves the rest, once, and tells it", async () => {
  const before = (await holder())!;
  const after = before === "cs-a" ? "cs-b" : "cs-a";
  await expect.poll(async () => (await statusOf(after))?.readiness.reasons, patient).toEqual([]);
  children.get(before)?.kill("SIGKILL");
  await expect.poll(changes, patient).toEqual([`${after} TandemFailover firing`, `${after} TandemFailover resolved`]);
  await expect.poll(() => acted().length, patient).toBe(2);
  const [old, now] = acted();
  expect(now).toMatchObject({ server: after, role: "primary", cause: "primary-dead", previous: before });
  expect(now!.epoch).toBeGreaterThan(old!.epoch);
  await expect.poll(() => requested.length, patient).toBe(2);
  await expect
    .poll(() => told.filter((one) => one.alertname === "TandemNoStandby"), patient)
    .toMatchObject([{ server: after, status: "firing", summary: `No standby is ready: ${before} is not heard. Nothing could take over.` }]);
  const syslogged = lines.filter((line) => line.includes(" TandemFailover "));
  expect(syslogged).toHaveLength(2);
  expect(syslogged[0]).toMatch(/^<130>1 .* tandem \d+ TandemFailover \[tandem@32473 status="firing" .* cause="primary-dead" /);
});

test("started again, it takes back what its death left behind, and the alarm ends", async () => {
  const primary = (await holder())!;
  const back = primary === "cs-a" ? "cs-b" : "cs-a";
  start("call-server", back);
  await expect
    .poll(() => acted().slice(2), patient)
    .toMatchObject([{ server: back, role: "standby", cause: "restarted", epoch: acted()[0]!.epoch }]);
  await expect
    .poll(() => told.filter((one) => one.alertname === "TandemNoStandby").map((one) => one.status), patient)
    .toEqual(["firing", "resolved"]);
});

test("a switchover: the old one gives back, the new one moves and tells", async () => {
  const from = (await holder())!;
  const to = from === "cs-a" ? "cs-b" : "cs-a";
  let asked = 0;
  const ask = async (): Promise<unknown> => {
    asked += 1;
    const order = { switchoverId: `test-${asked}`, to, reason: "new kernel", by: "ana", dryRun: false };
    const reply = await operator(from, (client) => client.post<SwitchoverResult>("/switchover", order));
    return reply.ok ? (reply.value.accepted ? "accepted" : reply.value.blockers) : reply.message;
  };
  // It has just started: until it has read every gateway, it is no successor.
  await expect.poll(ask, patient).toBe("accepted");
  await expect.poll(() => changes().slice(2), patient).toEqual([`${to} TandemSwitchover firing`, `${to} TandemSwitchover resolved`]);
  await expect.poll(() => acted().slice(3).length, patient).toBe(2);
  expect(acted().slice(3)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ server: from, role: "standby", cause: "requested" }),
      expect.objectContaining({ server: to, role: "primary", cause: "requested", previous: from }),
    ]),
  );
});

test("a primary that is asked to stop gives back before it ends", async () => {
  const primary = (await holder())!;
  const child = children.get(primary)!;
  const ended = new Promise<number | null>((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  expect(await ended).toBe(0);
  expect(
    acted()
      .filter((one) => one.server === primary)
      .at(-1),
  ).toMatchObject({ role: "standby", cause: "stopped" });
  const counters = (await statusOf(primary === "cs-a" ? "cs-b" : "cs-a"))?.counters;
  expect(counters).toMatchObject({ "notify.delivered": expect.any(Number), "actions.run": expect.any(Number) });
});
