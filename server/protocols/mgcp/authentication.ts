/**
 * `X-Tandem`: who sends a message, in which epoch and boot, as which in a row, and a MAC over it.
 *
 *   X-Tandem: epoch=41;server=cs-a;boot=1790000000000;sequence=17;key=1;mac=<64 hex>      call server → gateway, commands and responses
 *   X-Tandem: gateway=if-1;boot=1790000000000;sequence=90;key=1;mac=<64 hex>              gateway → call server, commands and responses
 *
 * The MAC is HMAC-SHA-256 under the cluster key with that id (several ids at once allow a rotation without a break), over the octets of this one message exactly as they travel: from the first octet of
 * its first line to the last octet before the piggyback separator (or the datagram's end), with the hex digits behind `mac=` left out
 * and nothing else changed (`mac=` and its line end stay). `mac` is the last field. There is exactly one such line per message.
 * A message for one gateway cannot be replayed to another one, because the endpoint's domain names the gateway and is under the MAC.
 * `sequence` rises by one with every signed message of one boot; a retransmitted command is the same octets with the same sequence,
 * except a notification, whose `X-Event-Age` is refreshed and which is therefore signed anew.
 */
import type { BootId, NodeName } from "../../core/identity.ts";
import { octetsOf } from "./text.ts";

/** Keyed digest, injected: the pure folders know no cryptography. */
export interface MessageKeys {
  readonly signingKeyId: number;
  /** HMAC-SHA-256, 32 octets; null for a key id that is not configured. */
  mac(keyId: number, octets: Uint8Array): Uint8Array | null;
}

export type Signer =
  | { readonly kind: "server"; readonly name: NodeName; readonly epoch: number; readonly boot: BootId; readonly sequence: number }
  | { readonly kind: "gateway"; readonly name: NodeName; readonly boot: BootId; readonly sequence: number };

export const tandemLine = "X-Tandem";

function signerText(signer: Signer, keyId: number): string {
  const who = signer.kind === "server" ? `epoch=${signer.epoch};server=${signer.name}` : `gateway=${signer.name}`;
  return `${who};boot=${signer.boot};sequence=${signer.sequence};key=${keyId};mac=`;
}

/** Adds the signed line behind the first line of an encoded message. */
export function signMessage(text: string, signer: Signer, keys: MessageKeys): string {
  const head = text.indexOf("\r\n") + 2;
  const before = `${text.slice(0, head)}${tandemLine}: ${signerText(signer, keys.signingKeyId)}`;
  const after = `\r\n${text.slice(head)}`;
  const mac = keys.mac(keys.signingKeyId, octetsOf(before + after)) ?? new Uint8Array(0);
  return `${before}${hexOf(mac)}${after}`;
}

export type Authentication =
  /** No `X-Tandem` line at all. */
  | { readonly kind: "unsigned" }
  /** A line that is not ours, is there twice, or whose MAC is wrong. */
  | { readonly kind: "forged"; readonly reason: string }
  | { readonly kind: "signed"; readonly signer: Signer };

const line = /^X-Tandem:([^\r\n]*)$/gim;
const fields =
  /^(?:epoch=(\d{1,10});server=|gateway=)([A-Za-z0-9][A-Za-z0-9._-]{0,62});boot=(\d{1,15});sequence=(\d{1,15});key=(\d{1,3});mac=([0-9a-f]{64})$/;

export function authenticate(raw: string, keys: MessageKeys): Authentication {
  const found = [...raw.matchAll(line)];
  const only = found[0];
  if (only === undefined) return { kind: "unsigned" };
  if (found.length > 1) return { kind: "forged", reason: "two signatures" };
  const match = fields.exec((only[1] ?? "").trim());
  if (match === null) return { kind: "forged", reason: "malformed signature" };
  const [, epoch, name, boot, sequence, keyId, mac] = match as unknown as [string, string | undefined, ...string[]] &
    Record<2 | 3 | 4 | 5 | 6, string>;
  const macAt = raw.indexOf(mac, only.index);
  const covered = raw.slice(0, macAt) + raw.slice(macAt + mac.length);
  const expected = keys.mac(Number(keyId), octetsOf(covered));
  if (expected === null) return { kind: "forged", reason: "unknown key" };
  if (!isHexOf(mac, expected)) return { kind: "forged", reason: "wrong MAC" };
  const common = { name, boot: Number(boot), sequence: Number(sequence) };
  return {
    kind: "signed",
    signer: epoch === undefined ? { kind: "gateway", ...common } : { kind: "server", epoch: Number(epoch), ...common },
  };
}

/** Takes the same time wherever the two differ. @param hex lower-case digits only */
function isHexOf(hex: string, octets: Uint8Array): boolean {
  let difference = hex.length ^ (2 * octets.length);
  for (let i = 0; i < octets.length; i++) difference |= ((nibble(hex, 2 * i) << 4) | nibble(hex, 2 * i + 1)) ^ (octets[i] as number);
  return difference === 0;
}

/** `0`..`9` have the codes 0x30..0x39, `a`..`f` 0x61..0x66. */
function nibble(hex: string, at: number): number {
  const code = hex.charCodeAt(at);
  return (code & 0x0f) + (code >> 6) * 9;
}

const hexOfOctet = Array.from({ length: 256 }, (_, octet) => octet.toString(16).padStart(2, "0"));

function hexOf(octets: Uint8Array): string {
  let text = "";
  for (const octet of octets) text += hexOfOctet[octet];
  return text;
}
