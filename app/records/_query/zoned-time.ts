/** Times for fields: written and read in the zone that the page shows, to the second. */
import { formatDate, formatTime, type Zone } from "../../_ui/format.ts";

/** `02:14:07`, with its date where that is not today: `2026-11-19 02:14:07`. */
export function fieldText(at: number | null, today: number, zone: Zone): string {
  if (at === null) return "";
  const date = formatDate(at, zone);
  return date === formatDate(today, zone) ? formatTime(at, zone) : `${date} ${formatTime(at, zone)}`;
}

const shape = /^(?:(\d{4}-\d\d-\d\d)[T ]+)?(\d{1,2}):(\d\d)(?::(\d\d))?$/;

/** Undefined = not a time. Without a date it is today's. */
export function fieldTime(value: string, today: number, zone: Zone): number | null | undefined {
  if (value.trim() === "") return null;
  const match = shape.exec(value.trim());
  if (match === null) return undefined;
  const [, date = formatDate(today, zone), hours = "", minutes = "", seconds = "00"] = match;
  const at = Date.parse(`${date}T${hours.padStart(2, "0")}:${minutes}:${seconds}${zone === "UTC" ? "Z" : ""}`);
  // 31 November would silently become 1 December.
  return Number.isFinite(at) && formatDate(at, zone) === date ? at : undefined;
}
