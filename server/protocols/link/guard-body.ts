/** The guard over automatic changes, on the wire: whole in its own message, its stamps in keepalives and answers, its changes in votes. */
import type { AutomaticChange, Guard, GuardStamp, Hold, Pause } from "../../core/control/guard.ts";
import { holdCodes, named, readEpoch, readNullable, writeEpoch, writeNullable } from "./fields.ts";
import { clippedUtf8, Malformed, type OctetReader, type OctetWriter } from "./octets.ts";

const maxByOctets = 100;
const maxReasonOctets = 300;
/** Epoch number, name with its length, instant. */
const largestChangeOctets = 8 + 64 + 8;
const mostChangesSent = 32;

export function writeGuardStamp(out: OctetWriter, stamp: GuardStamp): void {
  out.f64(stamp.pauseSetAt, "pauseSetAt");
  out.u53(stamp.acknowledgedEpoch, "acknowledgedEpoch");
}

export function readGuardStamp(from: OctetReader): GuardStamp {
  return { pauseSetAt: from.f64("pauseSetAt"), acknowledgedEpoch: from.u53("acknowledgedEpoch") };
}

export function readHold(from: OctetReader): Hold | null {
  const code = from.u8("hold");
  return code === 0 ? null : named(holdCodes, code, "hold");
}

/** The newest that the frame has room for: the oldest leave the window first. */
export function writeChanges(out: OctetWriter, changes: readonly AutomaticChange[]): void {
  const room = Math.min(mostChangesSent, Math.floor((out.room - 1) / largestChangeOctets));
  const sent = room <= 0 ? [] : changes.slice(-room);
  out.u8(sent.length, "changes");
  for (const { epoch, at } of sent) {
    writeEpoch(out, epoch, "changes");
    out.f64(at, "changes");
  }
}

export function readChanges(from: OctetReader): AutomaticChange[] {
  const count = from.u8("changes");
  if (count > mostChangesSent) throw new Malformed("changes");
  return Array.from({ length: count }, () => ({ epoch: readEpoch(from, "changes"), at: from.f64("changes") }));
}

export function writeGuard(out: OctetWriter, guard: Guard): void {
  writeGuardStamp(out, guard);
  writeNullable(out, guard.pause, (pause) => {
    out.text16(clippedUtf8(pause.by, maxByOctets), "by");
    out.text16(clippedUtf8(pause.reason, maxReasonOctets), "reason");
    out.f64(pause.since, "since");
    writeNullable(out, pause.until, (until) => out.f64(until, "until"));
  });
  writeChanges(out, guard.changes);
}

export function readGuard(from: OctetReader): Guard {
  const stamp = readGuardStamp(from);
  const pause = readNullable(
    from,
    "pause",
    (): Pause => ({
      by: from.text16(maxByOctets, "by"),
      reason: from.text16(maxReasonOctets, "reason"),
      since: from.f64("since"),
      until: readNullable(from, "until", () => from.f64("until")),
    }),
  );
  return { ...stamp, pause, changes: readChanges(from) };
}
