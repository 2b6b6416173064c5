/**
 * Tandem's link on the wire (failover.md 12): one message in one UDP datagram, big-endian.
 *
 *    0  4  magic "TNDM"              24  8  sequence
 *    4  1  major version             32  1+n  sender's name
 *    5  1  minor version              .  1+n  recipient's name
 *    6  1  key id                     .  2  length of the body
 *    7  1  kind                       .  n  body
 *    8  7  cluster (hash)             .  32 HMAC-SHA-256 over everything before it
 *   15  1  path
 *   16  8  boot
 *
 * Recipient and path are authenticated too, so that a datagram recorded on its way to one voter cannot be replayed to another.
 * Versions: another major is refused. A higher minor only appends fields to bodies, so the octets that follow the known fields are
 * skipped then; at our own or a lower minor they are an error. New kinds are dropped by who does not know them.
 * Nothing but the key id is believed before the authentication code has been verified.
 */
import type { Envelope, LinkMessage } from "../../core/control/link-message.ts";
import type { NodeName } from "../../core/identity.ts";
import { kindCodes, kindOfCode, readBody, writeBody } from "./body.ts";
import { readName, writeName } from "./fields.ts";
import { Malformed, OctetReader, OctetWriter, utf8Octets } from "./octets.ts";

export const maxDatagramOctets = 1200;
export const macOctets = 32;
export const majorVersion = 1;
export const minorVersion = 0;

const magic = 0x544e444d;
const headerOctets = 32;
/** Fixed header, two names of one octet, an empty body. */
export const minDatagramOctets = headerOctets + 2 + 2 + 2 + macOctets;

export type LinkPath = 1 | 2;

/** HMAC-SHA-256 with the key of that id; null where no such key is configured. */
export type MacFunction = (keyId: number, bytes: Uint8Array) => Uint8Array | null;

export interface LinkCodecOptions {
  readonly cluster: string;
  readonly mac: MacFunction;
  readonly signingKeyId: number;
}

export const linkErrors = [
  "too-short",
  "bad-magic",
  "version",
  "unknown-key",
  "bad-mac",
  "wrong-cluster",
  "unknown-kind",
  "malformed",
  "trailing",
] as const;
export type LinkErrorCode = (typeof linkErrors)[number];

export interface LinkFrame {
  readonly envelope: Envelope;
  readonly to: NodeName;
  readonly path: LinkPath;
  readonly message: LinkMessage;
}

export type LinkDecoded =
  | { readonly ok: true; readonly frame: LinkFrame }
  | { readonly ok: false; readonly error: LinkErrorCode; readonly field: string | null };

export type LinkEncoded = { readonly ok: true; readonly datagram: Uint8Array } | { readonly ok: false; readonly field: string };

export interface LinkCodec {
  /** Fails, naming the field, only where a value has no place on the wire: a mistake of the caller. */
  encode(frame: LinkFrame): LinkEncoded;
  /** Total: whatever the octets are, a result. */
  decode(datagram: Uint8Array): LinkDecoded;
}

export function createLinkCodec(options: LinkCodecOptions): LinkCodec {
  const cluster = clusterHash(options.cluster);
  return {
    encode(frame) {
      try {
        return { ok: true, datagram: encodeFrame(frame, cluster, options) };
      } catch (error) {
        if (error instanceof Malformed) return { ok: false, field: error.field };
        throw error;
      }
    },
    decode(datagram) {
      try {
        return decodeDatagram(datagram, cluster, options.mac);
      } catch (error) {
        if (error instanceof Malformed) return refused("malformed", error.field);
        throw error;
      }
    },
  };
}

function refused(error: LinkErrorCode, field: string | null = null): LinkDecoded {
  return { ok: false, error, field };
}

function encodeFrame(frame: LinkFrame, cluster: Uint8Array, options: LinkCodecOptions): Uint8Array {
  const out = new OctetWriter(maxDatagramOctets - macOctets);
  out.u32(magic, "magic");
  out.u8(majorVersion, "version");
  out.u8(minorVersion, "version");
  out.u8(options.signingKeyId, "key");
  out.u8(kindCodes[frame.message.kind], "kind");
  out.raw(cluster, "cluster");
  out.u8(frame.path, "path");
  out.u53(frame.envelope.boot, "boot");
  out.u53(frame.envelope.sequence, "sequence");
  writeName(out, frame.envelope.from, "from");
  writeName(out, frame.to, "to");
  const lengthAt = out.length;
  out.u16(0, "length");
  writeBody(out, frame.message);
  out.patchU16(lengthAt, out.length - lengthAt - 2);
  const mac = options.mac(options.signingKeyId, out.written());
  if (mac === null || mac.length !== macOctets) throw new Malformed("key");
  const datagram = new Uint8Array(out.length + macOctets);
  datagram.set(out.written());
  datagram.set(mac, out.length);
  return datagram;
}

function decodeDatagram(datagram: Uint8Array, cluster: Uint8Array, mac: MacFunction): LinkDecoded {
  if (datagram.length < minDatagramOctets) return refused("too-short");
  if (datagram.length > maxDatagramOctets) return refused("trailing");
  const end = datagram.length - macOctets;
  const from = new OctetReader(datagram, 0, end);
  if (from.u32("magic") !== magic) return refused("bad-magic");
  if (from.u8("version") !== majorVersion) return refused("version");
  const minor = from.u8("version");
  const expected = mac(from.u8("key"), datagram.subarray(0, end));
  if (expected === null) return refused("unknown-key");
  if (!sameOctets(expected, datagram.subarray(end))) return refused("bad-mac");
  const kind = kindOfCode(from.u8("kind"));
  if (!sameOctets(from.raw(cluster.length, "cluster"), cluster)) return refused("wrong-cluster");
  const path = from.u8("path");
  if (path !== 1 && path !== 2) return refused("malformed", "path");
  const boot = from.u53("boot");
  const sequence = from.u53("sequence");
  const sender = readName(from, "from");
  const to = readName(from, "to");
  const length = from.u16("length");
  if (length > from.left) return refused("too-short");
  if (length < from.left) return refused("trailing");
  if (kind === null) return refused("unknown-kind");
  const message = readBody(from, kind);
  if (from.left > 0 && minor <= minorVersion) return refused("trailing");
  return { ok: true, frame: { envelope: { from: sender, boot, sequence }, to, path, message } };
}

/** Takes the same time wherever the two differ. */
export function sameOctets(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

/** 56 bits of FNV-1a. It keeps two clusters apart that share a key by mistake; authenticity comes from the MAC alone. */
function clusterHash(cluster: string): Uint8Array {
  let hash = 0xcbf29ce484222325n;
  for (const octet of utf8Octets(cluster, "cluster")) hash = ((hash ^ BigInt(octet)) * 0x100000001b3n) & 0xffffffffffffffffn;
  const octets = new Uint8Array(7);
  for (let i = 0; i < octets.length; i += 1) octets[i] = Number((hash >> BigInt(8 * (6 - i))) & 0xffn);
  return octets;
}
