/** Why an audit failed, for counters and for people: each kind has its own words on the screen. */
export type AuditFailureKind = "timeout" | "refused" | "unauthorized" | "restarted" | "loop" | "lies" | "malformed" | "clock" | "other";

/**
 * Whether asking again soon would burden gear that does not answer, or that cannot. The other kinds say that it answered well, while
 * something moved: its table, its boot, our clock.
 */
export function isGearAtFault(kind: AuditFailureKind): boolean {
  return kind !== "restarted" && kind !== "lies" && kind !== "clock";
}
