/** A plain MGCP call agent for tests: makes calls of two connections each on a real osmo-mgw, asks for them, and ends them. */
import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import type { HostPort } from "../../../core/site/site.ts";

export interface OsmoLeg {
  readonly endpoint: string;
  readonly callId: string;
  readonly connectionId: string;
  readonly rtpPort: number;
}

const answerMs = 5_000;

export class OsmoCaller {
  readonly #socket: Socket;
  readonly #waiting = new Map<string, (text: string) => void>();
  #transactions = 500_000_000 + Math.floor(Math.random() * 1_000_000) * 100;
  #calls = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    // Where nobody listens, the question that waits says so.
    socket.on("error", () => undefined);
    socket.on("message", (octets) => {
      const text = octets.toString();
      this.#waiting.get(text.split(" ")[1] ?? "")?.(text);
    });
  }

  static async open(gear: HostPort): Promise<OsmoCaller> {
    const socket = createSocket("udp4");
    socket.connect(gear.port, gear.host);
    await once(socket, "connect");
    return new OsmoCaller(socket);
  }

  close(): void {
    this.#socket.close();
  }

  /** So many calls, each with both connections on an endpoint of its own. */
  async call(count: number): Promise<OsmoLeg[]> {
    const legs: OsmoLeg[] = [];
    for (let i = 0; i < count; i += 1) {
      this.#calls += 1;
      const callId = (0xc0ffee0000 + this.#calls).toString(16).toUpperCase();
      const first = await this.#create("rtpbridge/*@mgw", callId);
      legs.push(first, await this.#create(first.endpoint, callId));
    }
    return legs;
  }

  /** Whether each still answers with the RTP port that it had. */
  async portsStill(legs: readonly OsmoLeg[]): Promise<boolean> {
    for (const { endpoint, callId, connectionId, rtpPort } of legs) {
      const answer = await this.#ask("MDCX", endpoint, [`C: ${callId}`, `I: ${connectionId}`]);
      if (!answer.startsWith("200") || !answer.includes(`m=audio ${rtpPort} `)) return false;
    }
    return true;
  }

  async hangUp(legs: readonly OsmoLeg[]): Promise<void> {
    for (const { endpoint, callId, connectionId } of legs) await this.#ask("DLCX", endpoint, [`C: ${callId}`, `I: ${connectionId}`]);
  }

  async #create(endpoint: string, callId: string): Promise<OsmoLeg> {
    const answer = await this.#ask("CRCX", endpoint, [`C: ${callId}`, "L: p:20, a:PCMU", "M: recvonly"]);
    const told = (name: string): string | undefined => new RegExp(`^${name}: (\\S+)`, "m").exec(answer)?.[1];
    const rtpPort = Number(/^m=audio (\d+)/m.exec(answer)?.[1]);
    const connectionId = told("I");
    if (!answer.startsWith("200") || connectionId === undefined) throw new Error(`CRCX at ${endpoint}: ${answer.split("\r")[0]}`);
    return { endpoint: told("Z") ?? endpoint, callId, connectionId, rtpPort };
  }

  async #ask(verb: string, endpoint: string, lines: readonly string[]): Promise<string> {
    this.#transactions += 1;
    const id = String(this.#transactions);
    const answer = new Promise<string>((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${verb} ${endpoint}: no answer`)), answerMs);
      this.#waiting.set(id, (text) => {
        clearTimeout(timer);
        resolve(text);
      });
    });
    this.#socket.send(`${[`${verb} ${id} ${endpoint} MGCP 1.0`, ...lines].join("\r\n")}\r\n`);
    return answer.finally(() => this.#waiting.delete(id));
  }
}
