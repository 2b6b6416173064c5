/** A bound UDP socket as every protocol of a node uses it: exclusive, with a large receive buffer, and without a resolver's detour for addresses. */
import { createSocket, type Socket } from "node:dgram";
import { lookup as resolveName } from "node:dns";
import { isIP } from "node:net";
import type { HostPort } from "../core/site/site.ts";

/** What arrives while a node is frozen for some seconds. The system may grant less. */
const receiveBufferOctets = 1_048_576;

export async function boundUdpSocket(bind: HostPort): Promise<Socket> {
  const socket = createSocket({
    type: isIP(bind.host) === 6 ? "udp6" : "udp4",
    // An address needs no resolver; skipping it sends the datagram in this turn instead of a later one.
    lookup: (host, lookupOptions, callback) => {
      const family = isIP(host);
      if (family === 0) resolveName(host, { ...lookupOptions, all: false }, callback);
      else callback(null, host, family);
    },
  });
  await new Promise<void>((resolve, reject) => {
    socket.once("error", reject);
    socket.bind({ address: bind.host, port: bind.port, exclusive: true }, () => {
      socket.off("error", reject);
      resolve();
    });
  });
  try {
    socket.setRecvBufferSize(receiveBufferOctets);
  } catch {
    // A smaller buffer only means that more is lost in a burst.
  }
  return socket;
}

export function closeUdpSocket(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    try {
      socket.close(() => resolve());
    } catch {
      resolve();
    }
  });
}
