/** The lab's table of cut links: which datagrams between which nodes are dropped, per path and direction. */
import type { NodeName } from "../core/identity.ts";
import type { Cut } from "../core/status/node-status.ts";

export interface CutRequest {
  readonly a: NodeName;
  readonly b: NodeName;
  readonly path: 1 | 2 | "all";
  /** Only datagrams from a to b. */
  readonly oneWay: boolean;
}

export function cutsOf({ a, b, path, oneWay }: CutRequest): Cut[] {
  const paths: readonly (1 | 2)[] = path === "all" ? [1, 2] : [path];
  return paths.flatMap((one) => [{ from: a, to: b, path: one }, ...(oneWay ? [] : [{ from: b, to: a, path: one }])]);
}

export function addCuts(cuts: readonly Cut[], more: readonly Cut[]): Cut[] {
  return [...cuts, ...more.filter((cut) => !cuts.some((one) => sameCut(one, cut)))];
}

export function removeCuts(cuts: readonly Cut[], healed: readonly Cut[]): Cut[] {
  return cuts.filter((cut) => !healed.some((one) => sameCut(one, cut)));
}

function sameCut(one: Cut, other: Cut): boolean {
  return one.from === other.from && one.to === other.to && one.path === other.path;
}
