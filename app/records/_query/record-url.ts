/**
 * What the records page shows is its address: every filter, the time window, the page and the open record.
 * Reading is total: a value that makes no sense is left out, never an error, because people edit addresses by hand.
 */
import type { RecordQuery } from "../../../server/operations/console-view.ts";

export interface RecordsAddress {
  readonly query: RecordQuery;
  /** Keyset cursor of the page shown; null = newest. */
  readonly after: string | null;
  /** Call id of the record in the drawer. */
  readonly open: string | null;
}

export const noQuery: RecordQuery = { from: null, to: null, number: null, gateway: null, outcome: null, origin: null };

const outcomes = ["answered", "lost"] as const;
const origins = ["signalling", "adopted", "history", "observed"] as const;
/** A cursor names a call, and a call id of SIP may be long. */
const longestValue = 320;

export function readAddress(params: URLSearchParams): RecordsAddress {
  const word = (name: string): string | null => {
    const value = params.get(name)?.trim() ?? "";
    return value === "" || value.length > longestValue ? null : value;
  };
  const from = timeOf(word("from"));
  const to = timeOf(word("to"));
  const query: RecordQuery = {
    // A window turned inside out is what a drag from right to left means.
    from: from !== null && to !== null ? Math.min(from, to) : from,
    to: from !== null && to !== null ? Math.max(from, to) : to,
    number: digitsOf(word("number")),
    gateway: word("gateway"),
    outcome: outcomes.find((outcome) => outcome === word("outcome")) ?? null,
    origin: origins.find((origin) => origin === word("origin")) ?? null,
  };
  return { query, after: word("after"), open: word("open") };
}

export function queryParams(query: RecordQuery): URLSearchParams {
  const params = new URLSearchParams();
  if (query.from !== null) params.set("from", new Date(query.from).toISOString());
  if (query.to !== null) params.set("to", new Date(query.to).toISOString());
  if (query.number !== null) params.set("number", query.number);
  if (query.gateway !== null) params.set("gateway", query.gateway);
  if (query.outcome !== null) params.set("outcome", query.outcome);
  if (query.origin !== null) params.set("origin", query.origin);
  return params;
}

export function addressParams(address: RecordsAddress): URLSearchParams {
  const params = queryParams(address.query);
  if (address.after !== null) params.set("after", address.after);
  if (address.open !== null) params.set("open", address.open);
  return params;
}

function timeOf(value: string | null): number | null {
  if (value === null) return null;
  // Without a zone it is UTC: the zone that every time on this page is shown in.
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value.includes("T") ? value : `${value}T00:00:00`}Z`;
  const at = Date.parse(zoned);
  return Number.isFinite(at) ? at : null;
}

export const numberRule = "Only digits, * and #, with + in front or without.";

/** What can begin a dialled number, without the separators that people type; null = it is none. */
export function digitsOf(value: string | null): string | null {
  const digits = value?.replace(/[\s().\-/]/g, "").slice(0, 31) ?? "";
  return /^\+?[0-9*#]+$/.test(digits) ? digits : null;
}
