/**
 * Many small agents in one process: `tsx bench/polling/canned-agents.ts <first> <count> <calls>`, each at a port of its own. They answer as a
 * gateway's agent with that many calls does: an answer is made once by the agent's own code, kept by its question, and patched with the request's
 * id, the uptime, and call ids that no other gateway has. Its first line tells the ports; each line of its input is answered with what it answered.
 */
import { createSocket, type RemoteInfo, type Socket } from "node:dgram";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { newGateway } from "../../server/core/gateway/gateway.ts";
import { callMib } from "../../server/nodes/gateway/call-mib.ts";
import { addConnections, gatewaySpec } from "../../server/nodes/gateway/testing/agent-with-calls.ts";
import { BackWriter } from "../../server/protocols/snmp/ber.ts";
import { type CommunityMessage, readMessage, wrapCommunity } from "../../server/protocols/snmp/message.ts";
import { ResponseWriter, requestOf } from "../../server/protocols/snmp/response-writer.ts";

const [first, count, calls] = process.argv.slice(2).map(Number) as [number, number, number];

/** Four octets long, and so for the days to come. */
const uptimeAtStart = 0x02345678;
const markedId = 0x11223344;
const startedAt = performance.now();
let ticks = uptimeAtStart;

const gateway = newGateway(gatewaySpec("gw", calls), -10 * uptimeAtStart, { historyRows: 10, realStreams: 0, firstConnection: 1 });
// Set up one after another, as calls are.
addConnections(gateway, 1, calls);
const boot = Date.now() - 10 * uptimeAtStart;
const view = callMib({ gateway, boot, description: "Tandem test gateway", location: "test", now: () => 0 });
const bindings = new ResponseWriter(7_900);
const writer = new BackWriter(8_400);

interface Canned {
  readonly octets: Buffer;
  readonly idAt: number;
  /** -1: it tells no uptime. */
  readonly uptimeAt: number;
  readonly callIdsAt: readonly number[];
}

const kept = new Map<string, Canned>();
let answered = 0;

function cannedFor({ community, pdu }: CommunityMessage): Canned | null {
  const key = `${pdu.kind} ${pdu.first} ${pdu.second} ${Buffer.from(pdu.list).toString("latin1")}`;
  const known = kept.get(key);
  if (known !== undefined) return known;
  const request = requestOf(pdu);
  if (request === null) return null;
  bindings.clear();
  const [status, index] = view.answer(request, bindings);
  writer.clear();
  writer.raw(bindings.pdu("response", markedId, status, index));
  wrapCommunity(writer, community);
  const octets = Buffer.from(writer.octets());
  const callIdsAt: number[] = [];
  const callId = Buffer.from("04100000000000000000", "hex");
  for (let at = octets.indexOf(callId); at >= 0; at = octets.indexOf(callId, at + 1)) callIdsAt.push(at + 6);
  const uptimeAt = octets.indexOf(Buffer.from("2b06010201010300", "hex"));
  const canned = { octets, idAt: octets.indexOf("11223344", 0, "hex"), uptimeAt: uptimeAt < 0 ? -1 : uptimeAt + 10, callIdsAt };
  kept.set(key, canned);
  return canned;
}

function answer(socket: Socket, number: number, datagram: Buffer, from: RemoteInfo): void {
  const message = readMessage(datagram);
  const canned = message?.version === "2c" ? cannedFor(message) : null;
  if (canned === null || message?.version !== "2c") return;
  const octets = Buffer.from(canned.octets);
  octets.writeInt32BE(message.pdu.requestId, canned.idAt);
  if (canned.uptimeAt >= 0) octets.writeUInt32BE(ticks, canned.uptimeAt);
  for (const at of canned.callIdsAt) octets.writeUInt32BE(number, at);
  answered += 1;
  socket.send(octets, from.port, from.address);
}

const ports: number[] = [];
for (let number = first; number < first + count; number += 1) {
  const socket = createSocket("udp4");
  socket.on("message", (datagram, from) => {
    ticks = uptimeAtStart + Math.floor((performance.now() - startedAt) / 10);
    answer(socket, number, datagram, from);
  });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  ports.push(socket.address().port);
}
process.stdout.write(`${JSON.stringify(ports)}\n`);
for await (const _ of createInterface({ input: process.stdin })) process.stdout.write(`${answered}\n`);
process.exit(0);
