/** Nearly every row of an audit says what the one before said: such a row needs no place of its own. */
import type { Connection } from "./connection.ts";

/** Whether joining the row would change nothing but when the leg was seen. */
export function isRepeated(before: Connection, row: Connection): boolean {
  return (
    row.clockErrorMs >= before.clockErrorMs &&
    row.source === before.source &&
    (row.state === before.state || row.state === "unknown") &&
    isKnown(before.endpoint, row.endpoint) &&
    isKnown(before.connectionId, row.connectionId) &&
    isKnown(before.callId, row.callId) &&
    isKnown(before.origin, row.origin) &&
    isKnown(before.localNumber, row.localNumber) &&
    isKnown(before.peerNumber, row.peerNumber) &&
    isKnown(before.localAddress, row.localAddress) &&
    isKnown(before.remoteAddress, row.remoteAddress) &&
    isKnown(before.carries, row.carries) &&
    isKnown(before.codec, row.codec) &&
    isKnown(before.qos, row.qos) &&
    (row.media === null || row.media === before.media) &&
    (row.detail === null || row.detail === before.detail) &&
    (before.setupAt !== null || row.setupAt === null) &&
    (before.connectAt !== null || row.connectAt === null)
  );
}

/** Whether a reading says what was known, or nothing. */
function isKnown(before: string | null, read: string | null): boolean {
  return read === null || read === before;
}
