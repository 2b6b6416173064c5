/**
 * The numbering plan of a site: which endpoint has which number, and where the rest is routed.
 * Built once from the configuration; it knows nothing of calls.
 */
import { flatText } from "../flat-text.ts";
import type { NodeName } from "../identity.ts";
import type { GatewaySpec, RouteSpec, Site } from "../site/site.ts";
import type { EndpointKind } from "./endpoint-event.ts";

export interface EndpointSpec {
  readonly gateway: NodeName;
  /** `<prefix><index>@<gateway>` */
  readonly endpoint: string;
  readonly kind: EndpointKind;
  /** 1 is the first of its gateway. */
  readonly index: number;
  readonly number: string | null;
}

export interface Numbering {
  readonly endpoints: readonly EndpointSpec[];
  readonly byNumber: ReadonlyMap<string, EndpointSpec>;
  /** Longest prefix first. */
  readonly routes: readonly RouteSpec[];
  /** Consecutive numbers, merged: the digit map is written from these. */
  readonly ranges: readonly NumberRange[];
}

export interface NumberRange {
  /** Lowest and highest number, the same count of digits. */
  readonly first: string;
  readonly last: string;
}

type NumberedSite = Pick<Site, "routes"> & {
  readonly gateways: readonly Pick<GatewaySpec, "name" | "kind" | "endpoints" | "firstNumber">[];
};

/** `firstNumber` + `offset`, with leading zeros kept. */
export function numberAt(firstNumber: string, offset: number): string {
  return (BigInt(firstNumber) + BigInt(offset)).toString().padStart(firstNumber.length, "0");
}

export function numberingOf(site: NumberedSite): Numbering {
  const endpoints: EndpointSpec[] = [];
  const ranges: NumberRange[] = [];
  for (const gateway of site.gateways) {
    const { prefix, count } = gateway.endpoints;
    const first = gateway.kind === "trunk" ? null : gateway.firstNumber;
    for (let index = 1; index <= count; index += 1) {
      endpoints.push({
        gateway: gateway.name,
        endpoint: flatText(prefix, index, "@", gateway.name),
        kind: gateway.kind === "trunk" ? "trunk" : "line",
        index,
        number: first === null ? null : numberAt(first, index - 1),
      });
    }
    if (first !== null && count > 0) ranges.push({ first, last: numberAt(first, count - 1) });
  }
  const byNumber = new Map<string, EndpointSpec>();
  for (const spec of endpoints) if (spec.number !== null && !byNumber.has(spec.number)) byNumber.set(spec.number, spec);
  const routes = [...site.routes].sort((a, b) => b.prefix.length - a.prefix.length);
  return { endpoints, byNumber, routes, ranges: mergeRanges(ranges) };
}

function mergeRanges(ranges: readonly NumberRange[]): NumberRange[] {
  const sorted = [...ranges].sort((a, b) => a.first.length - b.first.length || (a.first < b.first ? -1 : 1));
  const merged: NumberRange[] = [];
  for (const range of sorted) {
    const before = merged.at(-1);
    const touches = before?.last.length === range.first.length && numberAt(before.last, 1) >= range.first;
    if (!before || !touches) merged.push(range);
    else if (range.last > before.last) merged[merged.length - 1] = { first: before.first, last: range.last };
  }
  return merged;
}
