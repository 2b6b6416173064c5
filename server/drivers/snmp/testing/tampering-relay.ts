/** A UDP relay in front of an SNMP agent that spoils its answers on the way, as broken gear, proxies and networks do. */
import { createSocket, type Socket } from "node:dgram";
import { readMessage } from "../../../protocols/snmp/message.ts";
import { boundUdpSocket, closeUdpSocket } from "../../../runtime/udp-socket.ts";

/**
 * What happens to answers. All but `late` spare those to questions that name sysUpTime, with which each audit begins: cut: they are lost. loop: the first
 * one is given again and again. other-question: what sysUpTime was answered with is given instead. late: each comes after `lateMs`.
 */
export type Tampering = "none" | "cut" | "loop" | "other-question" | "late";

export const lateMs = 6_000;
const sysUpTime = Buffer.from([0x2b, 6, 1, 2, 1, 1, 3]);

export class TamperingRelay {
  tampering: Tampering = "none";
  /** Called with each question. */
  onQuestion: () => void = () => undefined;
  readonly port: number;
  readonly #socket: Socket;
  readonly #agentPort: number;
  readonly #clients = new Map<number, Socket>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #begins = new Set<number>();
  #begun: Buffer | null = null;
  #first: Buffer | null = null;

  private constructor(socket: Socket, agentPort: number) {
    this.#socket = socket;
    this.#agentPort = agentPort;
    this.port = socket.address().port;
    socket.on("message", (question, from) => {
      const id = idOf(question);
      if (id !== null && question.includes(sysUpTime)) this.#begins.add(id);
      this.onQuestion();
      this.#clientOf(from.port).send(question, this.#agentPort, "127.0.0.1");
    });
  }

  static async open(agentPort: number): Promise<TamperingRelay> {
    return new TamperingRelay(await boundUdpSocket({ host: "127.0.0.1", port: 0 }), agentPort);
  }

  async close(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([this.#socket, ...this.#clients.values()].map(closeUdpSocket));
  }

  #clientOf(port: number): Socket {
    const known = this.#clients.get(port);
    if (known !== undefined) return known;
    const client = createSocket("udp4");
    // The agent may be dead.
    client.on("error", () => undefined);
    client.on("message", (answer) => this.#answered(answer, port));
    this.#clients.set(port, client);
    return client;
  }

  #answered(answer: Buffer, port: number): void {
    const id = idOf(answer);
    const begins = id !== null && this.#begins.delete(id);
    if (begins) this.#begun = answer;
    if (this.tampering === "none") this.#first = null;
    if (this.tampering === "late") this.#send(answer, port, lateMs);
    else if (begins || this.tampering === "none") this.#send(answer, port);
    else if (id !== null && this.tampering !== "cut") {
      this.#first ??= answer;
      const instead = this.tampering === "loop" ? this.#first : this.#begun;
      if (instead !== null) this.#send(withId(instead, id), port);
    }
  }

  #send(answer: Buffer, port: number, afterMs = 0): void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      this.#socket.send(answer, port, "127.0.0.1");
    }, afterMs);
    this.#timers.add(timer);
  }
}

function idOf(datagram: Buffer): number | null {
  const message = readMessage(datagram);
  return message?.version === "2c" ? message.pdu.requestId : null;
}

/** The same answer as if it belonged to another question: request ids of one manager are equally long. */
function withId(answer: Buffer, id: number): Buffer {
  const copy = Buffer.from(answer);
  const own = idOf(answer);
  if (own === null) return copy;
  const octets = (value: number): Buffer => Buffer.from(Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value));
  octets(id).copy(copy, copy.indexOf(octets(own)));
  return copy;
}
