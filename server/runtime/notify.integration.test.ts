/** The way out, against a real HTTP receiver and a real UDP receiver: down, failing, slow, hanging, refusing; and over a restart. */
import { createSocket, type Socket } from "node:dgram";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Alert, fingerprintOf } from "../core/notify/alert.ts";
import { AlertQueue } from "./alert-queue.ts";
import { systemClock } from "./clock.ts";
import { Counters } from "./counters.ts";
import { signatureOf } from "./signed-request.ts";
import { openSyslog } from "./syslog-sender.ts";
import { Webhook } from "./webhook.ts";

const secret = "0123456789abcdef";

function alert(startsAt: number, status: Alert["status"] = "firing"): Alert {
  const labels = { alertname: "TandemFailover", severity: "critical", site: "north", cluster: "north-1", server: "cs-b" } as const;
  const endsAt = status === "resolved" ? startsAt + 500 : null;
  return { status, labels, annotations: { summary: "cs-b takes over from cs-a." }, startsAt, endsAt, page: "/failovers/41-cs-b" };
}

interface Got {
  readonly at: number;
  readonly body: { status: string; truncatedAlerts: number; alerts: { startsAt: string; fingerprint: string; status: string }[] };
  readonly delivery: string;
  readonly signed: boolean;
}

let folder = "";
let server: Server | null = null;
let port = 0;
let got: Got[] = [];
let respond: (response: ServerResponse, index: number) => void = (response) => void response.end();
let counters = new Counters();
let queue: AlertQueue;
let webhook: Webhook;
let told: string[] = [];

async function listen(): Promise<void> {
  server = createServer((request: IncomingMessage, response) => {
    let text = "";
    request.on("data", (part: Buffer) => {
      text += part.toString("utf8");
    });
    request.on("end", () => {
      const signature = String(request.headers["tandem-signature"]);
      const seconds = Number(/^t=(\d+),/.exec(signature)?.[1]);
      got.push({
        at: performance.now(),
        body: JSON.parse(text) as Got["body"],
        delivery: String(request.headers["tandem-delivery"]),
        signed: signature === signatureOf(secret, seconds, text) && Math.abs(Date.now() / 1000 - seconds) < 5,
      });
      respond(response, got.length - 1);
    });
  });
  await new Promise<void>((resolve) => server?.listen(port, "127.0.0.1", resolve));
  port = (server.address() as AddressInfo).port;
}

async function hangUp(): Promise<void> {
  server?.closeAllConnections();
  await new Promise((resolve) => (server === null ? resolve(null) : server.close(resolve)));
  server = null;
}

function open(more: { most?: number; timeoutMs?: number } = {}): void {
  counters = new Counters();
  queue = new AlertQueue({ folder, counters, ...(more.most === undefined ? {} : { most: more.most }) });
  webhook = new Webhook({
    url: `http://127.0.0.1:${port}/tandem`,
    secret,
    timeoutMs: more.timeoutMs ?? 2_000,
    consoleUrl: "https://noc.example",
    queue,
    clock: systemClock(),
    counters,
    onTrouble: (why) => told.push(`trouble: ${why}`),
    onRecovered: (failures) => told.push(`recovered after ${failures}`),
    onGivenUp: (one, why) => told.push(`given up ${one.startsAt}: ${why}`),
    hurry: 20,
  });
  webhook.wake();
}

function close(): void {
  webhook.close();
  queue.close();
}

const send = (...alerts: Alert[]): void => {
  queue.add(
    alerts,
    alerts.filter((one) => one.status === "firing"),
    true,
  );
  webhook.wake();
};
const starts = (): number[] => got.map(({ body }) => Date.parse(body.alerts[0]?.startsAt ?? ""));
const drained = () => expect.poll(() => queue.pending, { timeout: 10_000 }).toBe(0);

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), "tandem-notify-"));
  got = [];
  told = [];
  port = 0;
  respond = (response) => void response.end();
  await listen();
});
afterEach(async () => {
  close();
  await hangUp();
  rmSync(folder, { recursive: true, force: true });
});

describe("the webhook", () => {
  test("gets each alert once, in order, signed, with a name of its own", async () => {
    open();
    send(alert(1_000));
    send(alert(1_000, "resolved"), alert(2_000));
    await drained();
    expect(got.map(({ body, signed, delivery }) => [body.status, signed, delivery])).toEqual([
      ["firing", true, `${fingerprintOf(alert(0).labels)}-1000-firing`],
      ["resolved", true, `${fingerprintOf(alert(0).labels)}-1000-resolved`],
      ["firing", true, `${fingerprintOf(alert(0).labels)}-2000-firing`],
    ]);
    expect(counters.snapshot()).toMatchObject({ "notify.sent": 3, "notify.delivered": 3 });
    expect(told).toEqual([]);
  });

  test("that is down for a while gets everything when it is back, and one line each says so", async () => {
    await hangUp();
    open();
    send(alert(1_000));
    send(alert(1_000, "resolved"));
    await expect.poll(() => counters.get("notify.failed"), { timeout: 5_000 }).toBeGreaterThan(2);
    await listen();
    await drained();
    expect(got.map(({ body }) => body.status)).toEqual(["firing", "resolved"]);
    expect(told).toEqual(["trouble: not reachable (ECONNREFUSED)", expect.stringMatching(/^recovered after \d+$/)]);
  });

  test("that answers 500 is asked again, later each time", async () => {
    respond = (response, index) => void response.writeHead(index < 4 ? 500 : 204).end();
    open();
    send(alert(1_000));
    await drained();
    expect(starts()).toEqual([1_000, 1_000, 1_000, 1_000, 1_000]);
    const gaps = got.slice(1).map(({ at }, index) => at - (got[index]?.at ?? 0));
    // 1 s, 2 s, 4 s, 8 s, of which at least half, twenty times as fast.
    for (const [index, least] of [25, 50, 100, 200].entries()) expect(gaps[index]).toBeGreaterThanOrEqual(least);
    expect(counters.snapshot()).toMatchObject({ "notify.failed": 4, "notify.delivered": 1 });
    expect(told).toEqual(["trouble: status 500", "recovered after 4"]);
  });

  test("that is slow is waited for; one that hangs, or trickles, is not", async () => {
    respond = (response, index) => {
      if (index === 1) response.write("a");
      if (index === 2) setTimeout(() => response.end(), 150);
      if (index > 2) response.end();
    };
    open({ timeoutMs: 300 });
    send(alert(1_000), alert(2_000));
    await drained();
    expect(starts()).toEqual([1_000, 1_000, 1_000, 2_000]);
    expect(told[0]).toBe("trouble: no whole reply within 300 ms");
  });

  test("that refuses one message as such gets the next one", async () => {
    respond = (response, index) => void response.writeHead(index < 3 ? 400 : 200).end();
    open();
    send(alert(1_000), alert(2_000));
    await drained();
    expect(starts()).toEqual([1_000, 1_000, 1_000, 2_000]);
    expect(told[1]).toBe("given up 1000: status 400");
    expect(got[3]?.body.truncatedAlerts).toBe(1);
  });

  test("a restart loses nothing, and remembers what fires", async () => {
    await hangUp();
    open();
    send(alert(1_000));
    send(alert(2_000), alert(3_000));
    await expect.poll(() => counters.get("notify.failed"), { timeout: 5_000 }).toBeGreaterThan(0);
    // As if killed: nothing is flushed or closed.
    webhook.close();
    await listen();
    open();
    expect(queue.open.map((one) => one.startsAt)).toEqual([2_000, 3_000]);
    await drained();
    expect(starts()).toEqual([1_000, 2_000, 3_000]);
    close();
    open();
    expect([queue.pending, queue.open.length]).toEqual([0, 2]);
    send(alert(3_000, "resolved"));
    await drained();
    expect(starts()).toEqual([1_000, 2_000, 3_000, 3_000]);
  });

  test("a receiver that never comes back costs a bounded number of alerts, the oldest first", async () => {
    await hangUp();
    open({ most: 3 });
    for (let at = 1; at <= 300; at += 1) send(alert(at));
    expect([queue.pending, counters.get("notify.dropped")]).toEqual([3, 297]);
    close();
    open({ most: 3 });
    expect(queue.pending).toBe(3);
    await listen();
    await drained();
    expect(starts()).toEqual([298, 299, 300]);
  });

  test("closing does not wait for a receiver that hangs", async () => {
    respond = () => {};
    open({ timeoutMs: 60_000 });
    send(alert(1_000));
    await expect.poll(() => got.length).toBe(1);
    const before = performance.now();
    close();
    await hangUp();
    expect(performance.now() - before).toBeLessThan(1_000);
    open();
    expect(queue.pending).toBe(1);
  });
});

describe("syslog", () => {
  const message = {
    facility: "local3",
    severity: 4,
    at: 1_700_000_000_000,
    host: "north-1",
    appName: "tandem",
    processId: 7,
    messageId: "TandemNotReady",
    data: { server: "cs-b" },
    text: "cs-b is not ready: -p is no option; $(id)",
  } as const;
  let receiver: Socket | null = null;
  afterEach(() => {
    receiver?.close();
    receiver = null;
  });

  test("a line goes to a UDP receiver; a receiver that is not there is counted, and ends nothing", async () => {
    open();
    const lines: string[] = [];
    receiver = createSocket("udp4", (datagram) => lines.push(datagram.toString("utf8")));
    await new Promise<void>((resolve) => receiver?.bind(0, "127.0.0.1", resolve));
    const own = new Counters();
    const syslog = openSyslog({ to: { host: "127.0.0.1", port: receiver.address().port }, counters: own });
    syslog.send(message);
    await expect.poll(() => lines).toHaveLength(1);
    expect(lines[0]).toMatch(/^<156>1 2023-11-14T22:13:20\.000Z north-1 tandem 7 TandemNotReady \[tandem@32473 server="cs-b"\] /);
    expect(own.get("notify.syslogSent")).toBe(1);
    syslog.close();
    const nowhere = openSyslog({ to: { host: "no-such-host.invalid", port: 514 }, counters: own });
    nowhere.send(message);
    await expect.poll(() => own.get("notify.syslogFailed"), { timeout: 10_000 }).toBe(1);
    nowhere.close();
  });

  test("a line goes to this host's own log through logger, and nothing in it is an option", async () => {
    open();
    const seen = join(folder, "seen");
    const program = join(folder, "logger");
    writeFileSync(program, `#!/bin/sh\n{ printf '%s\\n' "$@"; cat; } > ${seen}\n`);
    chmodSync(program, 0o755);
    const own = new Counters();
    openSyslog({ to: "/dev/log", counters: own, logger: program }).send(message);
    await expect.poll(() => own.get("notify.syslogSent"), { timeout: 5_000 }).toBe(1);
    expect(readFileSync(seen, "utf8").trimEnd().split("\n")).toEqual([
      "--socket",
      "/dev/log",
      "--priority",
      "local3.warning",
      "--tag",
      "tandem",
      "--size",
      "2048",
      'TandemNotReady cs-b is not ready: -p is no option; $(id) server="cs-b"',
    ]);
    openSyslog({ to: "/dev/log", counters: own, logger: join(folder, "none") }).send(message);
    await expect.poll(() => own.get("notify.syslogFailed"), { timeout: 5_000 }).toBe(1);
  });
});
