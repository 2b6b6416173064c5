/**
 * The link's real codec between two nodes of the world, with a trivial authentication code.
 * A node that speaks a newer minor version appends octets to each body, as a later release would; older nodes must skip them.
 */
import type { Envelope, LinkMessage } from "../core/control/link-message.ts";
import type { NodeName } from "../core/identity.ts";
import { createLinkCodec, type LinkFrame, macOctets, minorVersion } from "../protocols/link/codec.ts";
import type { Path } from "./network.ts";

const minorAt = 5;
const namesAt = 32;
const appended = [0x54, 0x4e, 0x44, 0x4d, 0x21];

/** 32 octets that depend on every octet before them: enough to notice damage, which is all that a world without attackers needs. */
function plainMac(bytes: Uint8Array): Uint8Array {
  let hash = 0x811c9dc5;
  for (const octet of bytes) hash = Math.imul(hash ^ octet, 0x01000193);
  const mac = new Uint8Array(macOctets);
  for (let i = 0; i < macOctets; i += 1) {
    hash = Math.imul(hash ^ i, 0x01000193);
    mac[i] = hash >>> 24;
  }
  return mac;
}

const codec = createLinkCodec({ cluster: "sim", mac: (_key, bytes) => plainMac(bytes), signingKeyId: 1 });

/** What the receiver makes of a message after it went over the wire; throws where the codec refuses it, for that is a bug. */
export function overTheWire(envelope: Envelope, to: NodeName, path: Path, message: LinkMessage, newerMinor: boolean): LinkFrame {
  const encoded = codec.encode({ envelope, to, path, message });
  if (!encoded.ok) throw new Error(`the codec cannot write ${encoded.field} of ${JSON.stringify(message)}`);
  const decoded = codec.decode(newerMinor ? asNewerMinor(encoded.datagram) : encoded.datagram);
  if (!decoded.ok) throw new Error(`the codec refuses what it wrote (${decoded.error} ${decoded.field ?? ""}): ${JSON.stringify(message)}`);
  return decoded.frame;
}

function asNewerMinor(datagram: Uint8Array): Uint8Array {
  const body = datagram.length - macOctets;
  const out = new Uint8Array(datagram.length + appended.length);
  out.set(datagram.subarray(0, body));
  out.set(appended, body);
  out[minorAt] = minorVersion + 1;
  const afterFrom = namesAt + 1 + (out[namesAt] ?? 0);
  const lengthAt = afterFrom + 1 + (out[afterFrom] ?? 0);
  const length = ((out[lengthAt] ?? 0) << 8) + (out[lengthAt + 1] ?? 0) + appended.length;
  out[lengthAt] = length >> 8;
  out[lengthAt + 1] = length & 0xff;
  out.set(plainMac(out.subarray(0, body + appended.length)), body + appended.length);
  return out;
}
