/**
 * The parts that several bodies of the link share: epochs, names, marks, digests, and the wire numbers of enumerations.
 * Each reader checks the range that its writer keeps, so whatever is read could have been written.
 */
import type { Hold } from "../../core/control/guard.ts";
import type { ClaimPurpose, Refusal, Role, ServerCondition } from "../../core/control/link-message.ts";
import type { Epoch } from "../../core/identity.ts";
import { Malformed, type OctetReader, type OctetWriter } from "./octets.ts";

const maxNameOctets = 63;

export const roleCodes: Record<Role, number> = { none: 0, primary: 1, standby: 2 };
export const conditionCodes: Record<ServerCondition, number> = { ok: 0, starved: 1, "frozen-recently": 2, starting: 3 };
/** 0 on the wire = not refused. */
export const refusalCodes: Record<Refusal, number> = {
  promised: 1,
  "lower-epoch": 2,
  ungranted: 3,
  released: 4,
  "other-boot": 5,
  abstaining: 6,
  restarted: 7,
  contested: 8,
  "voters-version": 9,
  "lease-too-long": 10,
  reserved: 11,
  paused: 12,
  held: 13,
};
export const purposeCodes: Record<ClaimPurpose, number> = { title: 0, extend: 1, fragment: 2 };
/** 0 on the wire = none. */
export const holdCodes: Record<Hold, number> = { paused: 1, held: 2 };

export function named<T extends string>(codes: Record<T, number>, code: number, field: string): T {
  for (const name of Object.keys(codes) as T[]) if (codes[name] === code) return name;
  throw new Malformed(field);
}

export function writeEpoch(out: OctetWriter, epoch: Epoch, field: string): void {
  if (epoch.number > 0 && epoch.server === "") throw new Malformed(field);
  out.u53(epoch.number, field);
  out.text8(epoch.server, maxNameOctets, field);
}

export function readEpoch(from: OctetReader, field: string): Epoch {
  const epoch = { number: from.u53(field), server: from.text8(maxNameOctets, field) };
  if (epoch.number > 0 && epoch.server === "") throw new Malformed(field);
  return epoch;
}

/** What a voter granted. A voter that was admitted again has a number without an owner: nothing below it may be granted. */
export function writeGranted(out: OctetWriter, granted: Epoch): void {
  out.u53(granted.number, "granted");
  out.text8(granted.server, maxNameOctets, "granted");
}

export function readGranted(from: OctetReader): Epoch {
  return { number: from.u53("granted"), server: from.text8(maxNameOctets, "granted") };
}

export function writeName(out: OctetWriter, name: string, field: string): void {
  if (name === "") throw new Malformed(field);
  out.text8(name, maxNameOctets, field);
}

export function readName(from: OctetReader, field: string): string {
  const name = from.text8(maxNameOctets, field);
  if (name === "") throw new Malformed(field);
  return name;
}

export function writeAnswered(out: OctetWriter, message: { readonly toBoot: number; readonly toSequence: number }): void {
  out.u53(message.toBoot, "toBoot");
  out.u53(message.toSequence, "toSequence");
}

export function readAnswered(from: OctetReader): { toBoot: number; toSequence: number } {
  return { toBoot: from.u53("toBoot"), toSequence: from.u53("toSequence") };
}

export function writeBoolean(out: OctetWriter, value: boolean, field: string): void {
  out.u8(value ? 1 : 0, field);
}

export function readBoolean(from: OctetReader, field: string): boolean {
  const value = from.u8(field);
  if (value > 1) throw new Malformed(field);
  return value === 1;
}

export function writeNullable<T>(out: OctetWriter, value: T | null, write: (value: T) => void): void {
  out.u8(value === null ? 0 : 1, "presence");
  if (value !== null) write(value);
}

export function readNullable<T>(from: OctetReader, field: string, read: () => T): T | null {
  return readBoolean(from, field) ? read() : null;
}

export function writeDigest(out: OctetWriter, digest: string): void {
  if (!/^[0-9a-f]{16}$/.test(digest)) throw new Malformed("digest");
  out.u32(Number.parseInt(digest.slice(0, 8), 16), "digest");
  out.u32(Number.parseInt(digest.slice(8), 16), "digest");
}

export function readDigest(from: OctetReader): string {
  const half = (): string => from.u32("digest").toString(16).padStart(8, "0");
  return half() + half();
}
