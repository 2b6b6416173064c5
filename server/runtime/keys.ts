/**
 * The cluster's keys as a MAC function: HMAC-SHA-256 by key id. The first key signs, all verify,
 * so that a key is rotated without a break: add the new one last everywhere, then move it first, then drop the old one.
 */
import { createHmac, createSecretKey, type KeyObject, timingSafeEqual } from "node:crypto";

export interface ResolvedKey {
  /** 1..255. */
  readonly id: number;
  readonly secret: Uint8Array | string;
}

export interface LinkKeys {
  readonly signingKeyId: number;
  /** 32 octets, or null for a key id that is not configured. */
  mac(keyId: number, bytes: Uint8Array): Uint8Array | null;
}

export const minSecretOctets = 16;
const maxKeys = 8;

/** Throws on a key set that must not be used: a node does not start with it. No secret is ever part of the message. */
export function createLinkKeys(keys: readonly ResolvedKey[]): LinkKeys {
  const byId = new Map<number, KeyObject>();
  const first = keys[0];
  if (first === undefined) throw new Error("keys: at least one key is needed");
  if (keys.length > maxKeys) throw new Error(`keys: at most ${maxKeys} keys`);
  for (const key of keys) {
    if (!Number.isInteger(key.id) || key.id < 1 || key.id > 255) throw new Error(`keys: id ${key.id} is not within 1..255`);
    if (byId.has(key.id)) throw new Error(`keys: id ${key.id} is given twice`);
    const secret = typeof key.secret === "string" ? Buffer.from(key.secret.trim(), "utf8") : Buffer.from(key.secret);
    if (secret.length < minSecretOctets) throw new Error(`keys: the secret of key ${key.id} is shorter than ${minSecretOctets} octets`);
    byId.set(key.id, createSecretKey(secret));
  }
  return {
    signingKeyId: first.id,
    mac(keyId, bytes) {
      const secret = byId.get(keyId);
      if (secret === undefined) return null;
      return createHmac("sha256", secret).update(bytes).digest();
    },
  };
}

/** HMAC-SHA-256 of a text with the signing key, hex: for `X-Tandem` lines and the like. */
export function textMac(keys: LinkKeys, keyId: number, text: string): string | null {
  const mac = keys.mac(keyId, Buffer.from(text, "utf8"));
  return mac === null ? null : Buffer.from(mac).toString("hex");
}

/** Compares two secrets or codes of any length without telling by time where they differ. */
export function sameSecret(a: string, b: string): boolean {
  const key = "compare";
  return timingSafeEqual(createHmac("sha256", key).update(a).digest(), createHmac("sha256", key).update(b).digest());
}
