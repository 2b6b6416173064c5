/** The authoritative SNMP engine of a node: which user may ask, and the reports that teach a manager its id, boots and time (RFC 3414 3.2). */
import type { BootId } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";
import { type BackWriter, nameOctets, tags } from "../../protocols/snmp/ber.ts";
import { type SecureMessage, wrapScope, wrapSecure } from "../../protocols/snmp/message.ts";
import type { Pdu } from "../../protocols/snmp/pdu.ts";
import { ResponseWriter } from "../../protocols/snmp/response-writer.ts";
import { engineBootsOf } from "../../protocols/snmp/uptime.ts";
import type { Counters } from "../../runtime/counters.ts";
import { SnmpUser, type SnmpUserSecrets } from "../../runtime/snmp-user.ts";

export interface SnmpEngineOptions {
  readonly name: string;
  readonly boot: BootId;
  readonly startedAt: Instant;
  readonly user: SnmpUserSecrets;
  readonly counters: Counters;
  now(): Instant;
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
  readonly #user: SnmpUser;
  readonly #name: string;
  readonly #counts = new Map<Stat, number>();
  readonly #bindings = new ResponseWriter(300);

  constructor(options: SnmpEngineOptions) {
    this.#options = options;
    this.#user = new SnmpUser(options.user);
    this.#name = Buffer.from(options.user.user, "utf8").toString("latin1");
    this.id = engineIdOf(options.name);
  }

  /** @param respond puts the response PDU into the writer; false where what was asked is no request */
  answer(octets: Uint8Array, message: SecureMessage, writer: BackWriter, respond: (pdu: Pdu) => boolean): Buffer | null {
    const { security } = message;
    if (Buffer.compare(this.id, security.engineId) !== 0) return this.#report(message, writer, "unknownEngineIds", false);
    if (security.user !== this.#name) return this.#report(message, writer, "unknownUserNames", false);
    const opened = this.#user.open(octets, message);
    if (opened === "unsupported-level") return this.#report(message, writer, "unsupportedLevels", false);
    if (opened === "wrong-digest") return this.#report(message, writer, "wrongDigests", false);
    // Before anything in it is believed: an old datagram that somebody kept is authentic as well.
    if (message.authenticated && !this.#isInTime(security.engineBoots, security.engineTime))
      return this.#report(message, writer, "notInTimeWindows", true);
    if (opened === "not-decrypted") return this.#report(message, writer, "decryptionErrors", false);
    if (!respond(opened.pdu)) {
      this.#options.counters.add("snmp.malformed");
      return null;
    }
    wrapScope(writer, this.id, Buffer.from(opened.contextName, "latin1"));
    return this.#user.seal(writer, this.#envelope(message.messageId));
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
  #report(message: SecureMessage, writer: BackWriter, stat: Stat, signed: boolean): Buffer | null {
    this.#options.counters.add(`snmp.${stat}`);
    const count = (this.#counts.get(stat) ?? 0) + 1;
    this.#counts.set(stat, count);
    if (!message.reportable) return null;
    this.#bindings.clear();
    this.#bindings.add({ prefix: nameOctets([1, 3, 6, 1, 6, 3, 15, 1, 1, stats[stat], 0]), suffix: [] }, tags.counter, count);
    writer.clear();
    writer.raw(this.#bindings.pdu("report", 0, 0, 0));
    wrapScope(writer, this.id, nothing);
    const envelope = this.#envelope(message.messageId);
    if (signed) return this.#user.seal(writer, envelope);
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
