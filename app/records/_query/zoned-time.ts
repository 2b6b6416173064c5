/** Times for fields: written and read in the zone that the page shows, to the second. */
import { formatDate, formatTime, type Zone } from "../../_ui/format.ts";

/** `2026-11-20T02:14:07`, as a date-time field wants it. */
export function fieldText(at: number | null, zone: Zone): string {
  return at === null ? "" : `${formatDate(at, zone)}T${formatTime(at, zone)}`;
}

/** Null = nothing, or nothing that is a time. */
export function fieldTime(value: string, zone: Zone): number | null {
  if (value === "") return null;
  const at = Date.parse(zone === "UTC" ? `${value}Z` : value);
  return Number.isFinite(at) ? at : null;
}
