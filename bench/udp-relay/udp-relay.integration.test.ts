/** The relay as a process: delay, return paths, and a loss that a seed repeats. How exact it is, `npm run bench -- udp-relay` measures. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { RelayOptions } from "./relay.ts";
import { type RunningRelay, startRelay } from "./start-relay.ts";

const open: Socket[] = [];
const relays: RunningRelay[] = [];
let target: Socket;

async function bound(): Promise<Socket> {
  const socket = createSocket("udp4");
  open.push(socket);
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

async function relayed(options: Partial<RelayOptions> = {}): Promise<RunningRelay> {
  const relay = await startRelay({ target: { host: "127.0.0.1", port: target.address().port }, toTargetMs: 0, toClientMs: 0, ...options });
  relays.push(relay);
  return relay;
}

function heardBy(socket: Socket): string[] {
  const heard: string[] = [];
  socket.on("message", (datagram) => heard.push(datagram.toString()));
  return heard;
}

async function sendAll(client: Socket, relay: RunningRelay, count: number): Promise<void> {
  for (let i = 0; i < count; i += 1) {
    client.send(`${i}`, relay.address.port, relay.address.host);
    // One after another has arrived: the order of coming is what the seed counts.
    await expect.poll(async () => (await relay.report()).toTarget.received, { interval: 1, timeout: 10_000 }).toBe(i + 1);
  }
}

beforeEach(async () => {
  target = await bound();
  target.on("message", (datagram, from) => target.send(`answer to ${datagram}`, from.port, from.address));
});

afterEach(async () => {
  for (const relay of relays.splice(0)) await relay.stop();
  for (const socket of open.splice(0)) socket.close();
});

test("a datagram and its answer each take their own time, and never less", async () => {
  const relay = await relayed({ toTargetMs: 80, toClientMs: 40 });
  const client = await bound();
  const began = performance.now();
  client.send("ask", relay.address.port, relay.address.host);
  const [there] = await Promise.all([once(target, "message").then(() => performance.now() - began), once(client, "message")]);
  const andBack = performance.now() - began;
  expect(there).toBeGreaterThan(79);
  expect(andBack - there).toBeGreaterThan(38);
  expect((await relay.report()).toTarget.deviation.earliestMs).toBeGreaterThanOrEqual(-0.5);
});

test("each client gets the answers to what it asked, and the target tells them apart", async () => {
  const relay = await relayed({ toTargetMs: 5, toClientMs: 5 });
  const clients = [await bound(), await bound(), await bound()];
  const heard = clients.map(heardBy);
  const ports = new Set<number>();
  target.on("message", (_, from) => ports.add(from.port));
  for (let round = 0; round < 5; round += 1) {
    for (const [i, client] of clients.entries()) client.send(`${i}`, relay.address.port, relay.address.host);
  }
  await expect.poll(() => heard, { timeout: 10_000 }).toEqual([0, 1, 2].map((i) => Array(5).fill(`answer to ${i}`)));
  expect(ports.size).toBe(3);
  expect(await relay.report()).toMatchObject({ clients: 3, toTarget: { forwarded: 15 }, toClient: { forwarded: 15 } });
});

test("the same seed loses and doubles the same datagrams", async () => {
  const heard: string[][] = [];
  for (const seed of [7, 7, 8]) {
    const relay = await relayed({ lossPercent: 30, duplicatePercent: 30, seed });
    const atTarget = heardBy(target);
    await sendAll(await bound(), relay, 40);
    await expect.poll(async () => (await relay.report()).toTarget.forwarded, { timeout: 10_000 }).toBe(atTarget.length);
    const { received, lost, duplicated } = (await relay.report()).toTarget;
    await expect.poll(() => atTarget.length, { timeout: 10_000 }).toBe(received - lost + duplicated);
    expect(lost).toBeGreaterThan(3);
    expect(duplicated).toBeGreaterThan(3);
    heard.push([...atTarget]);
    target.removeAllListeners("message");
  }
  expect(heard[1]).toEqual(heard[0]);
  expect(heard[2]).not.toEqual(heard[0]);
});

test("a relay that was stopped forwards nothing and can be stopped again", async () => {
  const relay = await relayed({ toTargetMs: 50 });
  await relay.stop();
  await relay.stop();
  await expect(relay.report()).rejects.toThrow("has ended");
});
