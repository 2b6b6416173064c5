/**
 * Requests to one agent, bounded in flight: the window opens by one with each round of answers and halves when one is lost, so that a slow agent is
 * asked less at once and a far one is not waited for. Nothing rejects.
 */
import type { NodeName } from "../../core/identity.ts";
import type { HostPort } from "../../core/site/site.ts";
import { nameOctets } from "../../protocols/snmp/ber.ts";
import { type Oid, parseOid, type SnmpValue } from "../../protocols/snmp/oid.ts";
import type { RequestPdu } from "../../protocols/snmp/pdu.ts";
import type { SnmpCredentials } from "../../runtime/snmp-peer.ts";
import type { SnmpAgentHandle, SnmpAnswer, SnmpSocket } from "../../runtime/snmp-socket.ts";

export type GetResult =
  /** In the order asked; null: the agent has no such object or instance. */
  { readonly ok: true; readonly values: readonly (SnmpValue | null)[]; readonly rttMs: number } | Extract<SnmpAnswer, { ok: false }>;

export interface SnmpClient {
  request(request: RequestPdu): Promise<SnmpAnswer>;
  get(oids: readonly Oid[]): Promise<GetResult>;
  /** snmpEngineBoots as signed answers tell it (v3); null with v2c. */
  readonly engineBoots: number | null;
  /** Requests sent so far. */
  readonly packets: number;
  close(): void;
}

export interface SnmpClientOptions {
  readonly socket: SnmpSocket;
  readonly node: NodeName;
  readonly agent: HostPort;
  readonly credentials: SnmpCredentials;
  readonly timeoutMs?: number;
  readonly retries?: number;
}

const firstWindow = 6;
const widestWindow = 8;

export function createSnmpClient({ socket, ...options }: SnmpClientOptions): SnmpClient {
  return new Client(socket.agent(options));
}

/** Content octets of OIDs that are asked again and again. */
export function octetsOfOid(oid: Oid): Uint8Array {
  const known = octetsByOid.get(oid);
  if (known !== undefined) return known;
  const octets = nameOctets(parseOid(oid) ?? []);
  if (octetsByOid.size < mostKept) octetsByOid.set(oid, octets);
  return octets;
}
const octetsByOid = new Map<Oid, Uint8Array>();
const mostKept = 2_000;

class Client implements SnmpClient {
  readonly #agent: SnmpAgentHandle;
  readonly #waiting: (() => void)[] = [];
  #window = firstWindow;
  #underWay = 0;

  constructor(agent: SnmpAgentHandle) {
    this.#agent = agent;
  }

  get engineBoots(): number | null {
    return this.#agent.engineBoots;
  }

  get packets(): number {
    return this.#agent.packets;
  }

  async request(request: RequestPdu): Promise<SnmpAnswer> {
    if (this.#underWay < Math.floor(this.#window)) this.#underWay += 1;
    // Whoever lets it go on has counted it already.
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const answer = await this.#agent.request(request);
    this.#underWay -= 1;
    const lost = answer.ok ? answer.attempts > 1 : answer.reason === "timeout";
    this.#window = lost ? Math.max(1, this.#window / 2) : Math.min(widestWindow, this.#window + 1 / this.#window);
    while (this.#waiting.length > 0 && this.#underWay < Math.floor(this.#window)) {
      this.#underWay += 1;
      this.#waiting.shift()!();
    }
    return answer;
  }

  async get(oids: readonly Oid[]): Promise<GetResult> {
    const answer = await this.request({ kind: "get", names: oids.map(octetsOfOid), nonRepeaters: 0, maxRepetitions: 0 });
    return answer.ok ? valuesOf(answer, oids) : answer;
  }

  close(): void {
    this.#agent.close();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

/** The values that were asked for; an answer about anything else is none. */
function valuesOf({ bindings, rttMs }: Extract<SnmpAnswer, { ok: true }>, oids: readonly Oid[]): GetResult {
  const values: (SnmpValue | null)[] = [];
  for (const oid of oids) {
    if (!bindings.next() || !bindings.isNamed(octetsOfOid(oid)))
      return { ok: false, reason: "error", text: `the answer is not about ${oid}` };
    values.push(bindings.value());
  }
  return { ok: true, values, rttMs };
}
