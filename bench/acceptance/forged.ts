/** Random and forged datagrams at every link and MGCP port of a running lab: nothing may crash or change, and the counters must rise. */
import { randomBytes } from "node:crypto";
import { createSocket, type Socket } from "node:dgram";
import type { HostPort } from "../../server/core/site/site.ts";
import type { RealLab } from "../real-lab.ts";

interface Target {
  readonly node: string;
  readonly what: "link" | "mgcp";
  readonly at: HostPort;
}

export function targetsOf({ site }: RealLab): Target[] {
  return [
    ...site.servers.flatMap(({ name, link, mgcp }): Target[] => [
      { node: name, what: "link", at: link.path1 },
      { node: name, what: "link", at: link.path2 },
      { node: name, what: "mgcp", at: mgcp },
    ]),
    ...site.gateways.flatMap(({ name, link, mgcp }): Target[] => [
      { node: name, what: "link", at: link },
      { node: name, what: "mgcp", at: mgcp },
    ]),
    ...site.witnesses.map(({ name, link }): Target => ({ node: name, what: "link", at: link })),
  ];
}

/** Sent in small bursts, so that the kernel's buffers hold them and the nodes really read them. */
const burst = 50;

export async function flood(lab: RealLab, perPort: number): Promise<void> {
  const socket = createSocket("udp4");
  try {
    for (const target of targetsOf(lab)) {
      for (let sent = 0; sent < perPort; sent += burst) {
        await Promise.all(Array.from({ length: burst }, (_, index) => send(socket, target, forged(target, sent + index))));
      }
    }
  } finally {
    socket.close();
  }
}

/** Random octets, and what looks like the real thing but for the signature. */
function forged(target: Target, number: number): Buffer {
  if (number % 3 === 0) return randomBytes(1 + (number % 400));
  if (target.what === "mgcp") {
    const signature = `X-Tandem: epoch=${number};server=cs-a;boot=${number};sequence=${number};key=1;mac=${randomBytes(32).toString("hex")}`;
    return Buffer.from(`DLCX ${1 + (number % 999_999)} *@${target.node} MGCP 1.0\r\n${number % 3 === 1 ? `${signature}\r\n` : ""}\r\n`);
  }
  const magic = Buffer.from("TNDM");
  return Buffer.concat([magic, randomBytes(40 + (number % 200))]);
}

function send(socket: Socket, { at }: Target, datagram: Buffer): Promise<void> {
  return new Promise((resolve) => socket.send(datagram, at.port, at.host, () => resolve()));
}

/** Counters that say a datagram was not believed, summed over one node. */
export async function refusedAt(lab: RealLab, node: string): Promise<number> {
  const { counters } = await lab.fleet.status(node);
  const names = [
    "link.malformed",
    "link.badMac",
    "link.unknownKey",
    "link.otherVersion",
    "link.otherCluster",
    "link.unknownSender",
    "mgcp.malformed",
    "mgcp.unknownSource",
    "mgcp.badMac",
    "mgcp.unsigned",
    "mgcp.refused",
  ];
  return names.reduce((sum, name) => sum + (counters[name] ?? 0), 0);
}
