/** An MGCP gateway made of a table, asked without sockets: what it does not do is scripted by name. */
import { type command, response } from "../../protocols/mgcp/encode.ts";
import type { Parameters } from "../../protocols/mgcp/message.ts";
import { printNtpStamp } from "../../protocols/sdp/ntp-stamp.ts";
import type { AskResult, MgcpAsker } from "../mgcp-asker.ts";

export interface DoubleConnection {
  readonly endpoint: string;
  readonly connectionId: string;
  readonly callId: string;
  mode: string;
  createdAt: number;
  changedAt: number;
  packets: number;
}

type Asked = ReturnType<typeof command>;

export class MgcpDouble implements MgcpAsker {
  readonly window = 4;
  packets = 0;
  readonly connections: DoubleConnection[] = [];
  /** Verbs, or `VERB endpoint`, that are not answered. */
  readonly silent = new Set<string>();
  /** The same, refused with a code. */
  readonly refused = new Map<string, number>();
  /** AUEP tells nothing but that the endpoint is there. */
  pingOnly = false;
  ages = false;
  offHook = new Set<string>();
  readonly asked: Asked[] = [];
  /** Called with every question before it is answered. */
  onAsked: (asked: Asked) => void = () => undefined;
  wall = Date.UTC(2026, 10, 23);

  connect(endpoint: string, connectionId: string, more: Partial<DoubleConnection> = {}): DoubleConnection {
    const made: DoubleConnection = {
      endpoint,
      connectionId,
      callId: "A1",
      mode: "sendrecv",
      createdAt: this.wall - 60_000,
      changedAt: this.wall - 50_000,
      packets: 500,
      ...more,
    };
    this.connections.push(made);
    return made;
  }

  count(verb: string): number {
    return this.asked.filter((asked) => asked.verb === verb).length;
  }

  async ask(asked: Asked): Promise<AskResult> {
    this.packets += 1;
    this.asked.push(asked);
    await Promise.resolve();
    this.onAsked(asked);
    for (const key of [asked.verb, `${asked.verb} ${asked.endpoint}`]) {
      if (this.silent.has(key)) return { kind: "timed-out", attempts: 8 };
      const code = this.refused.get(key);
      if (code !== undefined) return this.answer(code);
    }
    return asked.verb === "AUEP" ? this.auditEndpoint(asked) : this.auditConnection(asked);
  }

  private auditEndpoint({ endpoint, parameters }: Asked): AskResult {
    if (parameters.requestedInfo === undefined || this.pingOnly) return this.answer(200);
    const there = this.connections.filter((one) => one.endpoint === endpoint);
    const hook = { name: this.offHook.has(endpoint) ? "L/hd" : "L/hu", connection: null, arguments: null, parameters: null };
    return this.answer(200, { connectionIds: there.map((one) => one.connectionId), notifiedEntity: "ca@x", eventStates: [hook] });
  }

  private auditConnection({ endpoint, parameters }: Asked): AskResult {
    const found = this.connections.find((one) => one.endpoint === endpoint && one.connectionId === parameters.connectionIds?.[0]);
    if (found === undefined) return this.answer(515);
    const { callId, mode, packets } = found;
    const extensions: [string, string][] = this.ages ? [["X-Setup-Age", String(this.wall - found.createdAt)]] : [];
    const counters = { packetsSent: packets, octetsSent: packets * 160, packetsReceived: packets, octetsReceived: packets * 160 };
    return this.answer(
      200,
      {
        callId,
        mode,
        localOptions: { codecs: ["PCMU"], ptimeMs: 20, tos: 0xb8, qos: "controlledLoad", others: [] },
        connectionParameters: { ...counters, packetsLost: 3, jitterMs: 4, latencyMs: null, extensions },
      },
      [description(printNtpStamp(found.createdAt), printNtpStamp(found.changedAt), 4000), description("1", "1", 5000)],
    );
  }

  private answer(code: number, parameters: Parameters = {}, bodies: readonly string[] = []): AskResult {
    return { kind: "response", response: response(code, 1, "", parameters, bodies), rttMs: 2, attempts: 1, boot: null };
  }
}

function description(sessionId: string, version: string, port: number): string {
  return `v=0\r\no=- ${sessionId} ${version} IN IP4 10.0.0.9\r\ns=-\r\nc=IN IP4 10.0.0.9\r\nt=0 0\r\nm=audio ${port} RTP/AVP 0\r\na=ptime:20\r\n`;
}
