/**
 * SNMP v2c requests to one agent as promises: bounded in flight, counted, and subject to the same cuts as every other datagram
 * between the two nodes. Answers count only from the agent's own address. Nothing rejects.
 */
import dgram, { type RemoteInfo, type Socket } from "node:dgram";
import { isIP } from "node:net";
import snmp from "net-snmp";
import type { NodeName } from "../core/identity.ts";
import type { HostPort } from "../core/site/site.ts";
import type { SnmpValue } from "../protocols/snmp/leg-row.ts";
import type { Oid } from "../protocols/snmp/oid.ts";
import type { Counters } from "../runtime/counters.ts";
import type { FaultTable } from "../runtime/faults.ts";

export interface Varbind {
  readonly oid: Oid;
  /** Null: the agent has no such object or instance. */
  readonly value: SnmpValue | null;
  readonly endOfMib: boolean;
}

export type SnmpResult =
  | { readonly ok: true; readonly varbinds: readonly Varbind[]; readonly rttMs: number }
  | { readonly ok: false; readonly reason: "timeout" | "too-big" | "error"; readonly text: string };

export interface SnmpClient {
  get(oids: readonly Oid[]): Promise<SnmpResult>;
  getBulk(after: Oid, maxRepetitions: number): Promise<SnmpResult>;
  /** Requests sent so far. */
  readonly packets: number;
  close(): void;
}

export interface SnmpClientOptions {
  readonly self: NodeName;
  readonly node: NodeName;
  readonly agent: HostPort & { readonly community: string };
  readonly faults: FaultTable;
  readonly counters: Counters;
  readonly timeoutMs?: number;
  readonly retries?: number;
  readonly inFlight?: number;
}

type Done = (error: Error | null, varbinds?: readonly (snmp.Varbind | snmp.Varbind[])[]) => void;

/** What net-snmp calls on the socket that it is given. */
type SendCallback = (error: Error | null, bytes: number) => void;

/** A dgram module whose sockets enforce cuts in both directions and drop what does not come from the agent. */
function guardedDgram(options: SnmpClientOptions) {
  const { self, node, agent, faults, counters } = options;
  return {
    createSocket(type: dgram.SocketType): Socket {
      const socket = dgram.createSocket(type);
      const send = socket.send.bind(socket) as (...args: unknown[]) => void;
      const on = socket.on.bind(socket) as (event: string, listener: (...args: never[]) => void) => Socket;
      const guarded = socket as unknown as { send: (...args: unknown[]) => void; on: typeof on };
      guarded.send = (...args) => {
        if (!faults.blocked(self, node, 1)) {
          send(...args);
          return;
        }
        counters.add("snmp.cut");
        const done = args.at(-1);
        if (typeof done === "function") setImmediate(() => (done as SendCallback)(null, 0));
      };
      guarded.on = (event, listener) => {
        if (event !== "message") return on(event, listener);
        return on(event, (octets: Buffer, from: RemoteInfo) => {
          if (faults.blocked(node, self, 1)) counters.add("snmp.cut");
          else if (from.port !== agent.port || (isIP(agent.host) !== 0 && from.address !== agent.host)) counters.add("snmp.unknownSource");
          else (listener as (octets: Buffer, from: RemoteInfo) => void)(octets, from);
        });
      };
      return socket;
    },
  };
}

function snmpValueOf(varbind: snmp.Varbind): SnmpValue | null {
  if (snmp.isVarbindError(varbind)) return null;
  const { value } = varbind;
  if (Buffer.isBuffer(value)) {
    if (varbind.type !== snmp.ObjectType.Counter64) return new Uint8Array(value);
    return Number(value.length === 0 ? 0n : BigInt(`0x${value.toString("hex")}`));
  }
  if (typeof value === "number" || typeof value === "string") return value;
  if (typeof value === "bigint") return Number(value);
  return null;
}

function failureOf(error: Error): SnmpResult {
  if (error.name === "RequestTimedOutError") return { ok: false, reason: "timeout", text: "no answer" };
  const status = (error as { status?: number }).status;
  if (status === snmp.ErrorStatus.TooBig) return { ok: false, reason: "too-big", text: "response too big" };
  return { ok: false, reason: "error", text: error.message.slice(0, 200) };
}

export function createSnmpClient(options: SnmpClientOptions): SnmpClient {
  const inFlight = options.inFlight ?? 6;
  const session = snmp.createSession(options.agent.host, options.agent.community, {
    version: snmp.Version2c,
    transport: isIP(options.agent.host) === 6 ? "udp6" : "udp4",
    port: options.agent.port,
    timeout: options.timeoutMs ?? 500,
    retries: options.retries ?? 2,
    backoff: 1.5,
    idBitsSize: 32,
    dgramModule: guardedDgram(options),
  });
  session.on("error", () => options.counters.add("snmp.malformed"));
  const waiting: (() => void)[] = [];
  let underWay = 0;
  let packets = 0;
  let closed = false;

  function finished(sentAt: number, error: Error | null, varbinds: readonly (snmp.Varbind | snmp.Varbind[])[]): SnmpResult {
    underWay -= 1;
    waiting.shift()?.();
    if (error !== null) {
      options.counters.add(error.name === "RequestTimedOutError" ? "snmp.timedOut" : "snmp.failed");
      return failureOf(error);
    }
    const flat = varbinds.flat().map((varbind) => {
      return { oid: varbind.oid, value: snmpValueOf(varbind), endOfMib: varbind.type === snmp.ObjectType.EndOfMibView };
    });
    return { ok: true, varbinds: flat, rttMs: performance.now() - sentAt };
  }

  /** Runs one request when there is a place for it. */
  function submit(start: (done: Done) => void): Promise<SnmpResult> {
    return new Promise((resolve) => {
      const run = (): void => {
        if (closed) {
          resolve({ ok: false, reason: "error", text: "closed" });
          return;
        }
        underWay += 1;
        packets += 1;
        options.counters.add("snmp.requests");
        const sentAt = performance.now();
        let settled = false;
        const done: Done = (error, varbinds) => {
          if (settled) return;
          settled = true;
          resolve(finished(sentAt, error, varbinds ?? []));
        };
        try {
          start(done);
        } catch (error) {
          done(error as Error);
        }
      };
      if (underWay < inFlight) run();
      else waiting.push(run);
    });
  }

  return {
    get: (oids) => submit((done) => session.get([...oids], done)),
    getBulk: (after, maxRepetitions) => submit((done) => session.getBulk([after], 0, maxRepetitions, done)),
    get packets() {
      return packets;
    },
    close() {
      if (closed) return;
      closed = true;
      session.cancelRequests(new Error("closed"));
      for (const run of waiting.splice(0)) run();
      session.close();
    },
  };
}
