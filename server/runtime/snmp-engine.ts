/**
 * An authoritative SNMP engine: who asks it, or informs it, has to know a user of it, and reports teach everybody its id, boots and time
 * (RFC 3414 3.2). A gateway's agent is one, and so is whoever takes informs.
 */
import type { BootId } from "../core/identity.ts";
import type { Instant } from "../core/time.ts";
import { type BackWriter, nameOctets, tags } from "../protocols/snmp/ber.ts";
import { type SecureMessage, wrapScope, wrapSecure } from "../protocols/snmp/message.ts";
import type { Pdu } from "../protocols/snmp/pdu.ts";
import { ResponseWriter } from "../protocols/snmp/response-writer.ts";
import { engineBootsOf } from "../protocols/snmp/uptime.ts";
import type { Counters } from "./counters.ts";
import { openByAny, type SnmpUser } from "./snmp-user.ts";

export interface SnmpEngineOptions {
  readonly name: string;
  readonly boot: BootId;
  readonly startedAt: Instant;
  readonly counters: Counters;
  /** What the names of its counters begin with. */
  readonly counted: "snmp" | "snmp.traps";
  now(): Instant;
}

/** What came for the engine, and where the answer is written. */
export interface AskedOfEngine {
  readonly octets: Uint8Array;
  readonly message: SecureMessage;
  /** Who may have sent it; several may go by one name, each with secrets of its own. */
  readonly users: readonly SnmpUser[];
  readonly writer: BackWriter;
}

/** SNMP-USER-BASED-SM-MIB usmStats. */
const stats = {
  unsupportedLevels: 1,
  notInTimeWindows: 2,
  unknownUserNames: 3,
  unknownEngineIds: 4,
  wrongDigests: 5,
  decryptionErrors: 6,
} as const;
type Stat = keyof typeof stats;

/** RFC 3414 3.2 7 a. */
const windowSeconds = 150;
const maxMessageOctets = 65_507;
const nothing = new Uint8Array(0);

/** snmpEngineID (RFC 3411 5): a text of our own choice behind an enterprise number that nobody has. */
export function engineIdOf(name: string): Uint8Array {
  return Buffer.concat([Buffer.from([0x80, 0, 0, 0, 4]), Buffer.from(name, "utf8").subarray(0, 27)]);
}

export class SnmpEngine {
  readonly id: Uint8Array;
  readonly #options: SnmpEngineOptions;
  readonly #counts = new Map<Stat, number>();
  readonly #bindings = new ResponseWriter(300);

  constructor(options: SnmpEngineOptions) {
    this.#options = options;
    this.id = engineIdOf(options.name);
  }

  /** @param respond puts the response PDU into the writer, and is told whose message it was; false where it is nothing to respond to */
  answer(asked: AskedOfEngine, respond: (pdu: Pdu, users: readonly SnmpUser[]) => boolean): Buffer | null {
    const { octets, message, writer } = asked;
    const { security } = message;
    if (Buffer.compare(this.id, security.engineId) !== 0) return this.#report(asked, "unknownEngineIds", null);
    const { users, opened } = openByAny(asked.users, octets, message);
    if (opened === "unknown-user") return this.#report(asked, "unknownUserNames", null);
    if (opened === "unsupported-level") return this.#report(asked, "unsupportedLevels", null);
    if (opened === "wrong-digest") return this.#report(asked, "wrongDigests", null);
    const user = users[0]!;
    // Before anything in it is believed: an old datagram that somebody kept is authentic as well.
    if (message.authenticated && !this.#isInTime(security.engineBoots, security.engineTime))
      return this.#report(asked, "notInTimeWindows", user);
    if (opened === "not-decrypted") return this.#report(asked, "decryptionErrors", null);
    if (!respond(opened.pdu, users)) {
      this.#options.counters.add(`${this.#options.counted}.malformed`);
      return null;
    }
    // RFC 3412 7.1 3 b: in the scope that was asked for. Whose notification it is, an inform may say by its own engine's id.
    wrapScope(writer, opened.contextEngineId, Buffer.from(opened.contextName, "latin1"));
    return user.seal(writer, this.#envelope(message.messageId));
  }

  #time(): { readonly engineBoots: number; readonly engineTime: number } {
    const { boot, startedAt, now } = this.#options;
    return { engineBoots: engineBootsOf(boot), engineTime: Math.floor((now() - startedAt) / 1000) };
  }

  #isInTime(boots: number, time: number): boolean {
    const { engineBoots, engineTime } = this.#time();
    return boots === engineBoots && Math.abs(time - engineTime) <= windowSeconds;
  }

  #envelope(messageId: number) {
    return { messageId, engineId: this.id, ...this.#time(), reportable: false };
  }

  /** A counter of usmStats as the only binding; signed only where the asker has proved who it is. */
  #report({ message, writer }: AskedOfEngine, stat: Stat, signer: SnmpUser | null): Buffer | null {
    this.#options.counters.add(`${this.#options.counted}.${stat}`);
    const count = (this.#counts.get(stat) ?? 0) + 1;
    this.#counts.set(stat, count);
    if (!message.reportable) return null;
    this.#bindings.clear();
    this.#bindings.add({ prefix: nameOctets([1, 3, 6, 1, 6, 3, 15, 1, 1, stats[stat], 0]), suffix: [] }, tags.counter, count);
    writer.clear();
    writer.raw(this.#bindings.pdu("report", 0, 0, 0));
    wrapScope(writer, this.id, nothing);
    const envelope = this.#envelope(message.messageId);
    if (signer !== null) return signer.seal(writer, envelope);
    const user = Buffer.from(message.security.user, "latin1");
    const head = {
      ...envelope,
      maxSize: maxMessageOctets,
      authenticated: false,
      encrypted: false,
      user,
      privacy: nothing,
      digestOctets: 0,
    };
    wrapSecure(writer, head);
    return Buffer.from(writer.octets());
  }
}
