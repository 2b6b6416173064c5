/**
 * The TCP half of a SIP socket: connections that others opened and those that we did, each a stream of messages. A connection is used again for the
 * same destination; one that is silent for long, stalls, or cannot be understood is closed. Their number and what they may hold are bounded.
 */
import { createServer, type Server, Socket } from "node:net";
import type { HostPort } from "../core/site/site.ts";
import type { SipMessage } from "../protocols/sip/message.ts";
import { StreamFramer } from "../protocols/sip/stream-framer.ts";
import type { Counters } from "./counters.ts";
import { isUnresolved, noAddress } from "./no-address.ts";

/** Names one connection while it lasts. */
export type FlowId = number;

export interface SipStreamsOptions {
  readonly counters: Counters;
  readonly maxBodyOctets: number;
  onMessage(message: SipMessage, from: HostPort, flow: FlowId): void;
  /** The connection is gone, or never came to be; what waits for an answer over it waits in vain. */
  onLost(flow: FlowId, reason: string, unresolved: boolean): void;
}

interface Flow {
  readonly id: FlowId;
  readonly socket: Socket;
  readonly framer: StreamFramer;
  readonly remote: HostPort;
  /** Key of `byAddress`; null for connections that others opened. */
  readonly address: string | null;
  lost: boolean;
}

const connectMs = 2_000;
/** RFC 5626 lets keep-alives of TCP come every two minutes. */
const idleMs = 150_000;
const maxFlows = 1_000;
/** Written, but not taken by the other side. */
const maxUnsentOctets = 32 * 1_048_576;

export class SipStreams {
  readonly #options: SipStreamsOptions;
  readonly #server: Server;
  readonly #flows = new Map<FlowId, Flow>();
  readonly #byAddress = new Map<string, Flow>();
  #lastId = 0;
  #closed = false;

  constructor(options: SipStreamsOptions) {
    this.#options = options;
    this.#server = createServer((socket) => this.#accepted(socket));
  }

  async listen(bind: HostPort): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host: bind.host, port: bind.port, exclusive: true }, () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
    this.#server.on("error", () => this.#options.counters.add("sip.tcp.serverError"));
  }

  get count(): number {
    return this.#flows.size;
  }

  /** Over the given connection if it still stands, else over one to that address. Null: nothing could be sent. */
  send(octets: string, to: HostPort, over: FlowId | null): FlowId | null {
    if (this.#closed) return null;
    const flow = (over === null ? undefined : this.#flows.get(over)) ?? this.#towards(to);
    if (flow === null) return null;
    if (flow.socket.writableLength + octets.length > maxUnsentOctets) {
      this.#options.counters.add("sip.tcp.stalled");
      this.#lose(flow, "the other side takes nothing any more");
      return null;
    }
    flow.socket.write(octets, "latin1");
    return flow.id;
  }

  /** Only over this connection: an answer goes back the way its request came. */
  answer(octets: string, over: FlowId): boolean {
    const flow = this.#flows.get(over);
    return flow !== undefined && this.send(octets, flow.remote, over) !== null;
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    for (const flow of [...this.#flows.values()]) flow.socket.destroy();
    await new Promise<void>((resolve) => this.#server.close(() => resolve()));
  }

  #accepted(socket: Socket): void {
    const { remoteAddress: host, remotePort: port } = socket;
    if (this.#flows.size >= maxFlows || host === undefined || port === undefined) {
      this.#options.counters.add("sip.tcp.refused");
      socket.destroy();
      return;
    }
    this.#serve(socket, { host, port }, null).socket.setTimeout(idleMs);
  }

  #towards(to: HostPort): Flow | null {
    const address = `${to.host}:${to.port}`;
    const known = this.#byAddress.get(address);
    if (known !== undefined) return known;
    if (this.#flows.size >= maxFlows) {
      this.#options.counters.add("sip.tcp.refused");
      return null;
    }
    const socket = new Socket();
    const flow = this.#serve(socket, to, address);
    this.#byAddress.set(address, flow);
    socket.setTimeout(connectMs);
    socket.once("connect", () => socket.setTimeout(idleMs));
    socket.connect({ host: to.host, port: to.port, noDelay: true });
    return flow;
  }

  #serve(socket: Socket, remote: HostPort, address: string | null): Flow {
    this.#lastId += 1;
    const flow: Flow = { id: this.#lastId, socket, framer: new StreamFramer(this.#options.maxBodyOctets), remote, address, lost: false };
    this.#flows.set(flow.id, flow);
    socket.setNoDelay(true);
    socket.on("data", (octets) => this.#received(flow, octets));
    socket.on("timeout", () => this.#lose(flow, "silent for too long"));
    socket.on("error", (error) => {
      const unresolved = isUnresolved(error);
      this.#lose(flow, unresolved ? noAddress(remote.host) : error.message, unresolved);
    });
    socket.on("close", () => this.#lose(flow, "closed"));
    socket.unref();
    return flow;
  }

  #received(flow: Flow, octets: Buffer): void {
    for (const framed of flow.framer.push(octets.toString("latin1"))) {
      if (flow.lost) return;
      if (framed.kind === "message") this.#options.onMessage(framed.message, flow.remote, flow.id);
      else if (framed.kind === "ping") flow.socket.write("\r\n");
      else {
        this.#options.counters.add("sip.malformed");
        this.#lose(flow, framed.reason);
      }
    }
  }

  #lose(flow: Flow, reason: string, unresolved = false): void {
    if (flow.lost) return;
    flow.lost = true;
    this.#flows.delete(flow.id);
    if (flow.address !== null && this.#byAddress.get(flow.address) === flow) this.#byAddress.delete(flow.address);
    flow.socket.destroy();
    this.#options.counters.add("sip.tcp.lost");
    this.#options.onLost(flow.id, reason, unresolved);
  }
}
