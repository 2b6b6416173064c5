/** SNMP messages as they lie in a datagram: v2c (RFC 1901, 3416) and v3 with the user-based security model (RFC 3412, 3414). */
import { type BackWriter, Reader, tags } from "./ber.ts";
import { type Pdu, readPdu } from "./pdu.ts";

const versions = { v2c: 1, v3: 3 } as const;
const userBased = 3;
const longestEngineId = 32;
const longestName = 64;

export interface CommunityMessage {
  readonly version: "2c";
  readonly community: Uint8Array;
  readonly pdu: Pdu;
}

/** Parameters of the user-based security model (RFC 3414 2.4). */
export interface UserSecurity {
  readonly engineId: Uint8Array;
  readonly engineBoots: number;
  /** Seconds since that boot. */
  readonly engineTime: number;
  readonly user: string;
  /** Where the authentication parameters lie in the message: they are zeroes while the digest is reckoned. */
  readonly digestFrom: number;
  readonly digestTo: number;
  /** The salt of the encryption. */
  readonly privacy: Uint8Array;
}

export interface SecureMessage {
  readonly version: "3";
  readonly messageId: number;
  readonly maxSize: number;
  readonly authenticated: boolean;
  readonly encrypted: boolean;
  readonly reportable: boolean;
  readonly security: UserSecurity;
  /** The encrypted scoped PDU, or the plain one with its tag and length. */
  readonly scoped: Uint8Array;
}

export type SnmpMessage = CommunityMessage | SecureMessage;

/** Null: no well-formed message of a version that is spoken here. */
export function readMessage(octets: Uint8Array): SnmpMessage | null {
  const whole = new Reader(octets);
  const message = whole.inside(tags.sequence);
  if (message === null || whole.at !== whole.end) return null;
  const version = message.integer();
  if (version === versions.v2c) return readCommunityMessage(message);
  return version === versions.v3 ? readSecureMessage(message) : null;
}

function readCommunityMessage(message: Reader): CommunityMessage | null {
  const community = message.string();
  const pdu = community === null ? null : readPdu(message);
  return community === null || pdu === null || message.at !== message.end ? null : { version: "2c", community, pdu };
}

function readSecureMessage(message: Reader): SecureMessage | null {
  const global = message.inside(tags.sequence);
  const messageId = global?.integer() ?? null;
  const maxSize = global?.integer() ?? null;
  const flags = global?.string() ?? null;
  const model = global?.integer() ?? null;
  const security = message.inside(tags.octets);
  if (messageId === null || maxSize === null || flags?.length !== 1 || model !== userBased || security === null) return null;
  const parameters = security.inside(tags.sequence);
  const user = parameters === null ? null : readUserSecurity(parameters);
  const encrypted = (flags[0]! & 2) !== 0;
  const data = message.at;
  const scoped = user === null ? null : message.value(encrypted ? tags.octets : tags.sequence);
  if (user === null || scoped === null || message.at !== message.end) return null;
  return {
    version: "3",
    messageId,
    maxSize,
    authenticated: (flags[0]! & 1) !== 0,
    encrypted,
    reportable: (flags[0]! & 4) !== 0,
    security: user,
    scoped: message.octets.subarray(encrypted ? scoped.from : data, scoped.to),
  };
}

function readUserSecurity(parameters: Reader): UserSecurity | null {
  const engineId = parameters.string();
  const engineBoots = parameters.integer();
  const engineTime = parameters.integer();
  const user = parameters.string();
  const digest = parameters.value(tags.octets);
  const privacy = parameters.string();
  if (engineId === null || engineBoots === null || engineTime === null || user === null || digest === null || privacy === null) return null;
  if (engineId.length > longestEngineId || user.length > longestName || engineBoots < 0 || engineTime < 0) return null;
  return { engineId, engineBoots, engineTime, user: textOf(user), digestFrom: digest.from, digestTo: digest.to, privacy };
}

export interface ScopedPdu {
  readonly contextEngineId: Uint8Array;
  readonly contextName: string;
  readonly pdu: Pdu;
}

/** A scoped PDU in plain text (RFC 3412 6.8). Decryption may have padded it behind. */
export function readScopedPdu(octets: Uint8Array): ScopedPdu | null {
  const scoped = new Reader(octets).inside(tags.sequence);
  const contextEngineId = scoped?.string() ?? null;
  const contextName = scoped?.string() ?? null;
  const pdu = scoped === null || contextName === null ? null : readPdu(scoped);
  if (contextEngineId === null || contextName === null || pdu === null || contextName.length > 255) return null;
  return { contextEngineId, contextName: textOf(contextName), pdu };
}

/** Puts the head of a v2c message in front of the PDU that the writer holds. */
export function wrapCommunity(writer: BackWriter, community: Uint8Array): void {
  writer.string(community);
  writer.integer(versions.v2c);
  writer.wrap(tags.sequence, 0);
}

/** Puts the scope around the PDU that the writer holds. */
export function wrapScope(writer: BackWriter, contextEngineId: Uint8Array, contextName: Uint8Array): void {
  writer.string(contextName);
  writer.string(contextEngineId);
  writer.wrap(tags.sequence, 0);
}

export interface SecureHead {
  readonly messageId: number;
  readonly maxSize: number;
  readonly authenticated: boolean;
  readonly encrypted: boolean;
  readonly reportable: boolean;
  readonly engineId: Uint8Array;
  readonly engineBoots: number;
  readonly engineTime: number;
  readonly user: Uint8Array;
  readonly privacy: Uint8Array;
  /** How long the digest is; 0 where there is none. */
  readonly digestOctets: number;
}

/** Puts the head of a v3 message in front of the scoped PDU that the writer holds; returns where the digest belongs in the result of `octets`. */
export function wrapSecure(writer: BackWriter, head: SecureHead): number {
  if (head.encrypted) writer.wrap(tags.octets, 0);
  const before = writer.length;
  writer.string(head.privacy);
  const digestEnd = writer.length;
  writer.string(new Uint8Array(head.digestOctets));
  writer.string(head.user);
  writer.integer(head.engineTime);
  writer.integer(head.engineBoots);
  writer.string(head.engineId);
  writer.wrap(tags.sequence, before);
  writer.wrap(tags.octets, before);
  const global = writer.length;
  writer.integer(userBased);
  writer.string(Uint8Array.of((head.authenticated ? 1 : 0) | (head.encrypted ? 2 : 0) | (head.reportable ? 4 : 0)));
  writer.integer(head.maxSize);
  writer.integer(head.messageId);
  writer.wrap(tags.sequence, global);
  writer.integer(versions.v3);
  writer.wrap(tags.sequence, 0);
  return writer.length - digestEnd - head.digestOctets;
}

function textOf(octets: Uint8Array): string {
  return String.fromCharCode(...octets);
}
