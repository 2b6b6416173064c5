/** Which ports of the loopback interface are free, by trying them; and a source of free ones for a new lab. */
import { randomInt } from "node:crypto";
import { createSocket } from "node:dgram";
import { createServer } from "node:net";
import type { PortSource } from "./topology.ts";

const host = "127.0.0.1";
/** Below the range from which systems give ports to outgoing connections. */
const lowestPort = 20_000;
const highestPort = 32_000;

export function udpPortFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createSocket("udp4");
    socket.once("error", () => resolve(false));
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve(true)));
  });
}

export function tcpPortFree(port: number, on = host): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen({ port, host: on, exclusive: true }, () => server.close(() => resolve(true)));
  });
}

/**
 * Tries a stretch of ports once and then hands them out without waiting. The stretch begins at a random place,
 * so that two labs that start together on one machine do not meet.
 */
export async function findFreePorts(count: number, taken: ReadonlySet<number> = new Set()): Promise<PortSource> {
  const from = randomInt(lowestPort, highestPort - 2 * count) & ~1;
  const free: number[] = [];
  for (let port = from; port <= highestPort && free.length < count; port += 1) {
    if (!taken.has(port) && (await udpPortFree(port)) && (await tcpPortFree(port))) free.push(port);
  }
  if (free.length < count)
    throw new Error(`found only ${free.length} of ${count} free ports from ${from} on; is another program using them all?`);
  return portSource(free);
}

export function portSource(free: readonly number[]): PortSource {
  let left = [...free];
  return {
    one() {
      const port = left.pop();
      if (port === undefined) throw new Error("no free port is left");
      return port;
    },
    range(count) {
      const at = left.findIndex((port, index) => port % 2 === 0 && left[index + count - 1] === port + count - 1);
      const first = left[at];
      if (first === undefined) throw new Error(`no ${count} free ports in a row are left`);
      left = [...left.slice(0, at), ...left.slice(at + count)];
      return first;
    },
  };
}
