/** What the command line refuses before it asks anybody: names that the site does not have, numbers that are none. */
import type { Site } from "../core/site/site.ts";
import { OperationError } from "../operations/operation-error.ts";
import { shortestReason } from "../operations/request-switchover.ts";
import { UsageError } from "./failure.ts";

export function requireGateway(site: Site, name: string | undefined): void {
  const names = [...site.gateways, ...site.gear].map((gateway) => gateway.name);
  if (name === undefined || names.includes(name)) return;
  throw new OperationError("not-found", `${name} is no gateway of this site. It has ${names.join(", ")}.`);
}

/** Before any plan is made: the next person will ask why. */
export function requireReason(reason: string): void {
  if (reason.trim().length < shortestReason)
    throw new UsageError(`--reason: at least ${shortestReason} characters, the next person will ask why`);
}

/** The beginning of a number as people dial it; the separators that they type are dropped. */
export function numberPrefix(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const number = text.replace(/[\s().-]/g, "");
  if (!/^\+?[0-9*#]{1,31}$/.test(number))
    throw new UsageError(`--number ${text}: a number has digits, * and #, and may begin with +, for example 2001`);
  return number;
}
