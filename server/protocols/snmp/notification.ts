/** Notifications (RFC 3416 4.2.6, 4.2.7): which event a trap or an inform tells, and the response that acknowledges an inform. */
import { type BackWriter, nameOctets, tags } from "./ber.ts";
import type { Bindings } from "./bindings.ts";
import type { Oid } from "./oid.ts";
import { kindTags, type Pdu } from "./pdu.ts";

export interface Notification {
  /** An inform waits for its acknowledgement; a trap does not. */
  readonly kind: "trap" | "inform";
  /** snmpTrapOID.0: which event it was. */
  readonly event: Oid;
  /** The agent says that it has restarted, with another configuration perhaps: what it counted before is of another run. */
  readonly restart: boolean;
}

const sysUpTime = nameOctets([1, 3, 6, 1, 2, 1, 1, 3, 0]);
const snmpTrapOid = nameOctets([1, 3, 6, 1, 6, 3, 1, 1, 4, 1, 0]);
/** SNMPv2-MIB coldStart and warmStart. */
const restarts: readonly Oid[] = ["1.3.6.1.6.3.1.1.5.1", "1.3.6.1.6.3.1.1.5.2"];

/** Null: another kind of PDU, or without the two bindings that every notification begins with, sysUpTime.0 and snmpTrapOID.0. */
export function notificationOf({ kind, bindings }: Pdu): Notification | null {
  if (kind !== "trap" && kind !== "inform") return null;
  bindings.rewind();
  if (!isNext(bindings, sysUpTime, tags.ticks) || !isNext(bindings, snmpTrapOid, tags.name)) return null;
  const event = bindings.value();
  return typeof event === "string" ? { kind, event, restart: restarts.includes(event) } : null;
}

function isNext(bindings: Bindings, name: Uint8Array, tag: number): boolean {
  return bindings.next() && bindings.tag === tag && bindings.isNamed(name);
}

/** Writes the response to an inform in front of what the writer holds: its own bindings again, and no error (RFC 3416 4.2.7). */
export function writeAcknowledgement(writer: BackWriter, { requestId, list }: Pdu): void {
  const before = writer.length;
  writer.raw(list);
  writer.wrap(tags.sequence, before);
  writer.integer(0);
  writer.integer(0);
  writer.integer(requestId);
  writer.wrap(kindTags.response, before);
}
