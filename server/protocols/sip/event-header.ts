/** Event (RFC 6665 8.2.1) and Subscription-State (8.2.3). */
import { parametrized } from "./parameters.ts";

export interface EventHeader {
  /** In small letters: event packages are tokens, compared as such, but some write them in capitals. */
  readonly package: string;
  readonly id: string | null;
  readonly parameters: ReadonlyMap<string, string>;
}

export function parseEvent(text: string | null): EventHeader | null {
  if (text === null) return null;
  const { value, parameters } = parametrized(text);
  return value === "" ? null : { package: value.toLowerCase(), id: parameters.get("id") ?? null, parameters };
}

/** RFC 6665 4.1.3; others are read as none. */
export type TerminationReason = "deactivated" | "probation" | "rejected" | "timeout" | "giveup" | "noresource" | "invariant";

const terminationReasons: readonly string[] = ["deactivated", "probation", "rejected", "timeout", "giveup", "noresource", "invariant"];

export type SubscriptionState =
  /** A state that is not known counts as active: the subscription is there (4.1.3). */
  | { readonly kind: "active" | "pending"; readonly expiresSeconds: number | null }
  | { readonly kind: "terminated"; readonly reason: TerminationReason | null; readonly retryAfterSeconds: number | null };

function seconds(text: string | undefined): number | null {
  return text !== undefined && /^\d{1,9}$/.test(text) ? Number(text) : null;
}

export function parseSubscriptionState(text: string | null): SubscriptionState | null {
  if (text === null) return null;
  const { value, parameters } = parametrized(text);
  if (value === "") return null;
  const state = value.toLowerCase();
  if (state !== "terminated")
    return { kind: state === "pending" ? "pending" : "active", expiresSeconds: seconds(parameters.get("expires")) };
  const reason = parameters.get("reason")?.toLowerCase();
  const known = reason !== undefined && terminationReasons.includes(reason) ? (reason as TerminationReason) : null;
  return { kind: "terminated", reason: known, retryAfterSeconds: seconds(parameters.get("retry-after")) };
}
