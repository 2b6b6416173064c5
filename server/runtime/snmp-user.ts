/**
 * Users of SNMPv3: keys from pass phrases, digests and encryption (RFC 3414 with the HMACs of RFC 7860 and the AES of RFC 3826).
 * Making a key from a pass phrase hashes a megabyte on purpose, so it is done once for each; localising it to an engine costs one hash.
 */
import { createCipheriv, createDecipheriv, createHash, createHmac, randomBytes, timingSafeEqual } from "node:crypto";
import type { SnmpAuthProtocol, SnmpPrivacyProtocol } from "../core/site/snmp-access.ts";
import type { BackWriter } from "../protocols/snmp/ber.ts";
import { readScopedPdu, type ScopedPdu, type SecureMessage, wrapSecure } from "../protocols/snmp/message.ts";

const hashes: Record<SnmpAuthProtocol, { readonly hash: string; readonly digestOctets: number }> = {
  sha1: { hash: "sha1", digestOctets: 12 },
  sha224: { hash: "sha224", digestOctets: 16 },
  sha256: { hash: "sha256", digestOctets: 24 },
  sha384: { hash: "sha384", digestOctets: 32 },
  sha512: { hash: "sha512", digestOctets: 48 },
};

const ciphers: Record<SnmpPrivacyProtocol, { readonly cipher: string; readonly keyOctets: number; readonly extend: "hash" | "localise" }> =
  {
    aes128: { cipher: "aes-128-cfb", keyOctets: 16, extend: "hash" },
    aes192: { cipher: "aes-192-cfb", keyOctets: 24, extend: "hash" },
    aes256: { cipher: "aes-256-cfb", keyOctets: 32, extend: "hash" },
    aes192c: { cipher: "aes-192-cfb", keyOctets: 24, extend: "localise" },
    aes256c: { cipher: "aes-256-cfb", keyOctets: 32, extend: "localise" },
  };

/** RFC 3414 11.2. */
export const shortestPassPhrase = 8;
const hashedOctets = 1_048_576;

export interface SnmpUserSecrets {
  readonly user: string;
  readonly auth: { readonly protocol: SnmpAuthProtocol; readonly secret: string } | null;
  readonly privacy: { readonly protocol: SnmpPrivacyProtocol; readonly secret: string } | null;
}

/** A user's keys at one engine. */
interface LocalKeys {
  readonly auth: Buffer | null;
  readonly privacy: Buffer | null;
}

/** What of a message's head a sender decides. */
export interface Envelope {
  readonly messageId: number;
  readonly engineId: Uint8Array;
  readonly engineBoots: number;
  readonly engineTime: number;
  readonly reportable: boolean;
}

export type Opened = ScopedPdu | "wrong-digest" | "unsupported-level" | "not-decrypted";

const maxMessageOctets = 65_507;
const maxEngines = 20_000;

export class SnmpUser {
  readonly name: Uint8Array;
  /** The name as messages that were read carry it, one character an octet. */
  readonly wireName: string;
  readonly #secrets: SnmpUserSecrets;
  readonly #masters: { readonly auth: Buffer | null; readonly privacy: Buffer | null };
  readonly #keys = new Map<string, LocalKeys>();

  /** Throws where the secrets must not be used. No secret is ever part of the message. */
  constructor(secrets: SnmpUserSecrets) {
    const { user, auth, privacy } = secrets;
    if (privacy !== null && auth === null) throw new Error(`SNMP user ${user}: privacy needs auth`);
    for (const [what, one] of [["auth", auth] as const, ["privacy", privacy] as const]) {
      if (one !== null && one.secret.length < shortestPassPhrase)
        throw new Error(`SNMP user ${user}: the secret of ${what} is shorter than ${shortestPassPhrase} characters`);
    }
    this.name = Buffer.from(user, "utf8");
    this.wireName = Buffer.from(this.name).toString("latin1");
    this.#secrets = secrets;
    const master = (secret: string): Buffer => masterKey(hashes[auth!.protocol].hash, secret);
    this.#masters = { auth: auth && master(auth.secret), privacy: privacy && master(privacy.secret) };
  }

  /** The message whose scoped PDU the writer holds. */
  seal(writer: BackWriter, envelope: Envelope): Buffer {
    const { auth, privacy } = this.#secrets;
    const keys = this.#keysAt(envelope.engineId);
    let salt: Uint8Array = new Uint8Array(0);
    if (privacy !== null && keys.privacy !== null) {
      salt = randomBytes(8);
      const cipher = createCipheriv(ciphers[privacy.protocol].cipher, keys.privacy, initialVector(envelope, salt));
      const sealed = cipher.update(writer.octets());
      writer.clear();
      writer.raw(sealed);
    }
    const digestOctets = auth === null ? 0 : hashes[auth.protocol].digestOctets;
    const digestAt = wrapSecure(writer, {
      ...envelope,
      maxSize: maxMessageOctets,
      authenticated: auth !== null,
      encrypted: privacy !== null,
      user: this.name,
      privacy: salt,
      digestOctets,
    });
    const message = Buffer.from(writer.octets());
    if (auth !== null) digestOf(hashes[auth.protocol], keys.auth!, message).copy(message, digestAt);
    return message;
  }

  /** What a message says that claims to be of this user at its engine, in exactly this user's level of security. */
  open(octets: Uint8Array, message: SecureMessage): Opened {
    const { auth, privacy } = this.#secrets;
    if (message.authenticated !== (auth !== null) || message.encrypted !== (privacy !== null)) return "unsupported-level";
    const { security } = message;
    const keys = this.#keysAt(security.engineId);
    if (auth !== null && !isSigned(hashes[auth.protocol], keys.auth!, octets, security)) return "wrong-digest";
    let scoped = message.scoped;
    if (privacy !== null) {
      if (security.privacy.length !== 8) return "not-decrypted";
      const decipher = createDecipheriv(ciphers[privacy.protocol].cipher, keys.privacy!, initialVector(security, security.privacy));
      scoped = decipher.update(scoped);
    }
    return readScopedPdu(scoped) ?? "not-decrypted";
  }

  /** Whether a message is signed by who knows this user's secret; whatever it says. */
  hasSigned(octets: Uint8Array, message: SecureMessage): boolean {
    const { auth } = this.#secrets;
    if (auth === null || !message.authenticated) return false;
    return isSigned(hashes[auth.protocol], this.#keysAt(message.security.engineId).auth!, octets, message.security);
  }

  #keysAt(engineId: Uint8Array): LocalKeys {
    const text = Buffer.from(engineId).toString("latin1");
    const known = this.#keys.get(text);
    if (known !== undefined) return known;
    const { auth, privacy } = this.#secrets;
    const hash = auth === null ? "" : hashes[auth.protocol].hash;
    const keys: LocalKeys = {
      auth: this.#masters.auth && localised(hash, this.#masters.auth, engineId),
      privacy: privacy && extended(hash, localised(hash, this.#masters.privacy!, engineId), engineId, ciphers[privacy.protocol]),
    };
    if (this.#keys.size >= maxEngines) this.#keys.clear();
    this.#keys.set(text, keys);
    return keys;
  }
}

export interface OpenedByAny {
  /** Who could open it; of one that is not decrypted, who signed it; else nobody. */
  readonly users: readonly SnmpUser[];
  readonly opened: Opened | "unknown-user";
}

/** The later, the nearer a message came to being opened. */
const failures = ["unknown-user", "unsupported-level", "wrong-digest", "not-decrypted"] as const;

/** What a message says where its sender may be any of several users, of whom some may have the same name, and even the same secrets. */
export function openByAny(candidates: readonly SnmpUser[], octets: Uint8Array, message: SecureMessage): OpenedByAny {
  const openers: SnmpUser[] = [];
  const signers: SnmpUser[] = [];
  let scoped: ScopedPdu | null = null;
  let furthest = 0;
  for (const user of candidates) {
    if (user.wireName !== message.security.user) continue;
    const opened = user.open(octets, message);
    if (typeof opened === "string") {
      furthest = Math.max(furthest, failures.indexOf(opened));
      if (opened === "not-decrypted") signers.push(user);
      continue;
    }
    openers.push(user);
    scoped = opened;
  }
  return scoped === null ? { users: signers, opened: failures[furthest]! } : { users: openers, opened: scoped };
}

/** RFC 3414 A.2: the digest of the pass phrase repeated to a megabyte. */
export function masterKey(hash: string, passPhrase: string): Buffer {
  const octets = Buffer.from(passPhrase, "utf8");
  const repeated = Buffer.alloc(Math.ceil(hashedOctets / octets.length) * octets.length, octets);
  return createHash(hash).update(repeated.subarray(0, hashedOctets)).digest();
}

/** RFC 3414 2.6. */
export function localised(hash: string, master: Uint8Array, engineId: Uint8Array): Buffer {
  return createHash(hash).update(master).update(engineId).update(master).digest();
}

function extended(hash: string, key: Buffer, engineId: Uint8Array, { keyOctets, extend }: (typeof ciphers)[SnmpPrivacyProtocol]): Buffer {
  let whole = key;
  let last = key;
  while (whole.length < keyOctets) {
    last = extend === "hash" ? createHash(hash).update(whole).digest() : localised(hash, masterOfKey(hash, last), engineId);
    whole = Buffer.concat([whole, last]);
  }
  return whole.subarray(0, keyOctets);
}

/** draft-reeder-snmpv3-usm-3desede 2.1: the key so far is the next pass phrase. */
function masterOfKey(hash: string, key: Buffer): Buffer {
  const repeated = Buffer.alloc(Math.ceil(hashedOctets / key.length) * key.length, key);
  return createHash(hash).update(repeated.subarray(0, hashedOctets)).digest();
}

/** RFC 3826 3.1.2.1. */
function initialVector({ engineBoots, engineTime }: Pick<Envelope, "engineBoots" | "engineTime">, salt: Uint8Array): Buffer {
  const vector = Buffer.alloc(16);
  vector.writeUInt32BE(engineBoots >>> 0, 0);
  vector.writeUInt32BE(engineTime >>> 0, 4);
  vector.set(salt.subarray(0, 8), 8);
  return vector;
}

function digestOf({ hash, digestOctets }: (typeof hashes)[SnmpAuthProtocol], key: Buffer, message: Uint8Array): Buffer {
  return createHmac(hash, key).update(message).digest().subarray(0, digestOctets);
}

function isSigned(
  protocol: (typeof hashes)[SnmpAuthProtocol],
  key: Buffer,
  octets: Uint8Array,
  { digestFrom, digestTo }: SecureMessage["security"],
): boolean {
  if (digestTo - digestFrom !== protocol.digestOctets) return false;
  const given = Buffer.from(octets.subarray(digestFrom, digestTo));
  const unsigned = Buffer.from(octets);
  unsigned.fill(0, digestFrom, digestTo);
  return timingSafeEqual(given, digestOf(protocol, key, unsigned));
}
