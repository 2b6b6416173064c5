/**
 * One agent as a manager speaks with it: how messages to it are made and what its answers prove, v2c by community or v3 by user.
 * With v3 the engine is discovered by its first report; its boots and time are believed from then on only where they are signed (RFC 3414 3.2 7 b).
 */
import type { BackWriter } from "../protocols/snmp/ber.ts";
import { FarEngine } from "../protocols/snmp/far-engine.ts";
import type { SecureMessage, SnmpMessage } from "../protocols/snmp/message.ts";
import { readScopedPdu, wrapCommunity, wrapScope, wrapSecure } from "../protocols/snmp/message.ts";
import { type Pdu, type RequestPdu, writeRequest } from "../protocols/snmp/pdu.ts";
import type { SnmpUser } from "./snmp-user.ts";

export type SnmpCredentials =
  | { readonly version: "2c"; readonly community: Uint8Array }
  | { readonly version: "3"; readonly user: SnmpUser; readonly context: string };

/** What an answer is to the request that it may belong to. */
export type Admission =
  | { readonly kind: "answer"; readonly pdu: Pdu }
  /** Something was learnt: the same request, made anew, will be understood. */
  | { readonly kind: "again" }
  | { readonly kind: "refused"; readonly text: string }
  /** It proves nothing: as if it had not come. */
  | { readonly kind: "ignored"; readonly because: "digest" | "time" | "version" | "malformed" };

const nothing = new Uint8Array(0);
const maxMessageOctets = 65_507;
const usmStats = "1.3.6.1.6.3.15.1.1.";

export class SnmpPeer {
  readonly #credentials: SnmpCredentials;
  #engine: FarEngine | null = null;
  /** Whether it ever answered what was asked as this user. */
  #heard = false;

  constructor(credentials: SnmpCredentials) {
    this.#credentials = credentials;
  }

  /** snmpEngineBoots, from signed answers; null with v2c. */
  get engineBoots(): number | null {
    return this.#engine?.boots ?? null;
  }

  /** Until its engine is known, one request at a time finds it out. */
  get isDiscovered(): boolean {
    return this.#credentials.version === "2c" || this.#engine !== null;
  }

  /**
   * It told its engine and then kept silent, as net-snmp does where it cannot decrypt: then its silence says something. Null: it says nothing.
   */
  get doubt(): string | null {
    const credentials = this.#credentials;
    if (credentials.version !== "3" || this.#engine === null || this.#heard) return null;
    const name = Buffer.from(credentials.user.name).toString("utf8");
    return `it answered who it is, and nothing that was asked as user ${name}: the privacy or authentication secret or protocol probably differs`;
  }

  /** The next request finds the engine out anew; whether anybody is there at all shows in that. */
  forgetEngine(): void {
    this.#engine = null;
  }

  /** The datagram of a request; `id` names both message and request. */
  encode(writer: BackWriter, request: RequestPdu, id: number, now: number): Buffer {
    writer.clear();
    const credentials = this.#credentials;
    const engine = this.#engine;
    if (credentials.version === "2c") {
      writeRequest(writer, request, id);
      wrapCommunity(writer, credentials.community);
      return Buffer.from(writer.octets());
    }
    if (engine === null) {
      writeRequest(writer, { kind: "get", names: [], nonRepeaters: 0, maxRepetitions: 0 }, id);
      wrapScope(writer, nothing, nothing);
      wrapSecure(writer, { ...plain, messageId: id });
      return Buffer.from(writer.octets());
    }
    writeRequest(writer, request, id);
    wrapScope(writer, engine.id, Buffer.from(credentials.context, "utf8"));
    const envelope = { messageId: id, engineId: engine.id, engineBoots: engine.boots, engineTime: engine.timeAt(now), reportable: true };
    return credentials.user.seal(writer, envelope);
  }

  admit(octets: Uint8Array, message: SnmpMessage, now: number): Admission {
    const credentials = this.#credentials;
    if (message.version !== credentials.version) return { kind: "ignored", because: "version" };
    if (message.version === "2c") {
      return message.pdu.kind === "response" ? { kind: "answer", pdu: message.pdu } : { kind: "ignored", because: "malformed" };
    }
    return this.#admitSecure(octets, message, now);
  }

  #admitSecure(octets: Uint8Array, message: SecureMessage, now: number): Admission {
    const credentials = this.#credentials;
    if (credentials.version !== "3") return { kind: "ignored", because: "version" };
    const { user } = credentials;
    // A report may come unsigned; everything else must be exactly of the user's level.
    if (!message.authenticated && !message.encrypted) {
      const report = readScopedPdu(message.scoped)?.pdu;
      if (report?.kind === "report") return this.#reported(report, message, false, now);
    }
    const opened = user.open(octets, message);
    if (opened === "wrong-digest") return { kind: "ignored", because: "digest" };
    if (typeof opened === "string") {
      const report = user.hasSigned(octets, message) && !message.encrypted ? readScopedPdu(message.scoped)?.pdu : undefined;
      return report?.kind === "report" ? this.#reported(report, message, true, now) : { kind: "ignored", because: "malformed" };
    }
    if (!this.#isInTime(message, now)) return { kind: "ignored", because: "time" };
    if (opened.pdu.kind === "report") return this.#reported(opened.pdu, message, true, now);
    this.#learn(message, now);
    if (opened.pdu.kind !== "response") return { kind: "ignored", because: "malformed" };
    this.#heard = true;
    return { kind: "answer", pdu: opened.pdu };
  }

  #isInTime({ security, authenticated }: SecureMessage, now: number): boolean {
    const engine = this.#engine;
    if (engine === null || !authenticated || !engine.is(security.engineId)) return true;
    return engine.isInTime(security, now);
  }

  #learn({ security }: SecureMessage, now: number): void {
    if (this.#engine?.is(security.engineId)) this.#engine.learn(security, now);
    else this.#engine = new FarEngine(security, now);
  }

  #reported(report: Pdu, message: SecureMessage, signed: boolean, now: number): Admission {
    report.bindings.rewind();
    const name = report.bindings.next() ? report.bindings.oid() : null;
    const stat = name?.startsWith(usmStats) ? Number(name.slice(usmStats.length).split(".")[0]) : 0;
    switch (stat) {
      case 4:
        this.#engine = null;
        this.#learn(message, now);
        return { kind: "again" };
      case 2:
        if (!signed) return { kind: "ignored", because: "digest" };
        this.#engine = null;
        this.#learn(message, now);
        return { kind: "again" };
      case 1:
        return { kind: "refused", text: "the agent wants another level of security (auth, privacy) of this user" };
      case 3:
        return { kind: "refused", text: "the agent does not know this user" };
      case 5:
        return { kind: "refused", text: "the agent refuses the signature: auth protocol or secret differ" };
      case 6:
        return { kind: "refused", text: "the agent cannot decrypt: privacy protocol or secret differ" };
      default:
        return { kind: "ignored", because: "malformed" };
    }
  }
}

const plain = {
  maxSize: maxMessageOctets,
  authenticated: false,
  encrypted: false,
  reportable: true,
  engineId: nothing,
  engineBoots: 0,
  engineTime: 0,
  user: nothing,
  privacy: nothing,
  digestOctets: 0,
} as const;
