/** A voter set on the wire. Voters are few; a set that does not fit one datagram cannot be sent, so it is refused where it is made. */
import type { VoterSet } from "../../core/control/voter-set.ts";
import { readName, readNullable, writeName, writeNullable } from "./fields.ts";
import { Malformed, type OctetReader, type OctetWriter } from "./octets.ts";

const mostNames = 100;

export function writeNames(out: OctetWriter, names: readonly string[], field: string): void {
  if (names.length > mostNames) throw new Malformed(field);
  out.u8(names.length, field);
  for (const name of names) writeName(out, name, field);
}

export function readNames(from: OctetReader, field: string): string[] {
  const count = from.u8(field);
  if (count > mostNames) throw new Malformed(field);
  return Array.from({ length: count }, () => readName(from, field));
}

export function writeVoterSet(out: OctetWriter, set: VoterSet): void {
  out.u53(set.version, "version");
  out.u53(set.since, "since");
  writeNames(out, set.voters, "voters");
  writeNullable(out, set.previous, (previous) => writeNames(out, previous, "previous"));
}

export function readVoterSet(from: OctetReader): VoterSet {
  return {
    version: from.u53("version"),
    since: from.u53("since"),
    voters: readNames(from, "voters"),
    previous: readNullable(from, "previous", () => readNames(from, "previous")),
  };
}
