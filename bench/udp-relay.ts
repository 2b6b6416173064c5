/**
 * `npm run bench -- udp-relay`: how exact the delaying relay is at 10,000 datagrams a second each way, 10 ms each way: what it
 * says of itself, and what a client behind it sees.
 */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { Bounds, figuresLine, say } from "./figures.ts";
import { startRelay } from "./udp-relay/start-relay.ts";

const delayMs = 10;
const perSecond = 10_000;
const seconds = 5;
const datagramOctets = 200;
const bufferOctets = 4 * 2 ** 20;

async function bound(): Promise<Socket> {
  const socket = createSocket({ type: "udp4", recvBufferSize: bufferOctets, sendBufferSize: bufferOctets });
  socket.bind(0, "127.0.0.1");
  await once(socket, "listening");
  return socket;
}

export async function benchUdpRelay(): Promise<number> {
  const bounds = new Bounds();
  say(`${perSecond} datagrams a second for ${seconds} s, ${delayMs} ms each way`);
  const [target, client] = [await bound(), await bound()];
  const relay = await startRelay({
    target: { host: "127.0.0.1", port: target.address().port },
    toTargetMs: delayMs,
    toClientMs: delayMs,
  });
  const there: number[] = [];
  const andBack: number[] = [];
  target.on("message", (datagram, from) => {
    there.push(performance.now() - datagram.readDoubleBE(0));
    target.send(datagram, from.port, from.address);
  });
  client.on("message", (datagram) => andBack.push(performance.now() - datagram.readDoubleBE(0)));
  try {
    const sent = await sendEvenly(client, relay.address.port);
    await new Promise((done) => setTimeout(done, 4 * delayMs + 200));
    const { toTarget, toClient } = await relay.report();
    say(figuresLine("there, as the target sees it", there, "ms"));
    say(figuresLine("there and back, as the client does", andBack, "ms"));
    for (const [name, { deviation }] of Object.entries({ toTarget, toClient })) {
      const { meanMs, earliestMs, latestMs, beyondOneMs, count } = deviation;
      say(
        `  ${name}: off by ${earliestMs.toFixed(2)} to ${latestMs.toFixed(2)} ms, on average ${meanMs.toFixed(3)} ms; ${beyondOneMs} of ${count} by more than 1 ms`,
      );
    }
    const [offThere, offBack] = [toTarget.deviation, toClient.deviation].map(({ beyondOneMs, count }) => beyondOneMs / count);
    bounds.check(`all ${sent} came back`, andBack.length === sent);
    bounds.check("98 % leave within 1 ms of their time, each way", (offThere ?? 1) < 0.02 && (offBack ?? 1) < 0.02);
  } finally {
    await relay.stop();
    target.close();
    client.close();
  }
  return bounds.broken;
}

/** As many each millisecond as are missing by then. */
async function sendEvenly(client: Socket, port: number): Promise<number> {
  const began = performance.now();
  let sent = 0;
  while (performance.now() - began < 1000 * seconds) {
    for (const due = Math.floor(((performance.now() - began) * perSecond) / 1000); sent < due; sent += 1) {
      const datagram = Buffer.alloc(datagramOctets);
      datagram.writeDoubleBE(performance.now());
      client.send(datagram, port, "127.0.0.1");
    }
    await new Promise((done) => setTimeout(done, 1));
  }
  return sent;
}
