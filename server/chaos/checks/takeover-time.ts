/**
 * Invariant 4: the primary killed and all else well, the standby holds the title within N keepalives and 150 ms. Real machines are late
 * by what their processors are late; the bound is widened by a fixed tolerance and by the worst lateness that the runner saw of itself.
 */

import type { Timers } from "../../core/site/timers.ts";
import type { WallTime } from "../../core/time.ts";
import type { FaultEntry } from "../fault-log.ts";
import { pausesIn } from "./pauses.ts";
import type { TitleSpan } from "./titles.ts";
import { timeOf, told, type Violation } from "./violation.ts";

/** For processes, sockets and disks of a real machine, ms: the modelled network has none of them. */
export const realToleranceMs = 250;
/** A site counts as well when nothing was done to it for so long before the kill. */
const quietBeforeMs = 3000;

export interface Takeover {
  readonly server: string;
  readonly killedAt: WallTime;
  /** Null where nobody had it within the time that was left. */
  readonly tookMs: number | null;
  readonly boundMs: number;
}

/** @param lateMs the worst lateness of the runner's own timer in an interval */
export function takeoversIn(
  faults: readonly FaultEntry[],
  spans: readonly TitleSpan[],
  timers: Pick<Timers, "missLimit" | "keepaliveMs">,
  lateMs: (from: WallTime, until: WallTime) => number,
  /** When a server said that it would take over, and was paused or had used up its changes. */
  heldBack: readonly WallTime[] = [],
): Takeover[] {
  const pauses = pausesIn(faults);
  return faults.flatMap((entry, index): Takeover[] => {
    if (entry.kind !== "end" || entry.node === null || entry.title !== entry.node) return [];
    if (!wasWell(faults, index) || pauses.some(({ from, until }) => from <= entry.from && entry.from <= until)) return [];
    const killedAt = entry.from;
    const plainMs = timers.missLimit * timers.keepaliveMs + 150;
    const boundMs = plainMs + realToleranceMs + 2 * lateMs(killedAt - 1000, killedAt + 2 * plainMs);
    if (heldBack.some((at) => at >= killedAt && at <= killedAt + 2 * boundMs)) return [];
    const next = faults.slice(index + 1).find((later) => later.kind !== "look" && later.kind !== "order");
    const gained = spans.filter((span) => span.server !== entry.node && span.from > killedAt).sort((a, b) => a.from - b.from)[0];
    const tookMs = gained === undefined ? null : gained.from - killedAt;
    // Something else was done meanwhile: then this was no such case.
    if (next !== undefined && next.from < killedAt + Math.min(tookMs ?? boundMs, boundMs)) return [];
    return [{ server: entry.node, killedAt, tookMs, boundMs }];
  });
}

export function takeoverViolations(takeovers: readonly Takeover[], spans: readonly TitleSpan[]): Violation[] {
  return takeovers
    .filter(({ tookMs, boundMs }) => tookMs === null || tookMs > boundMs)
    .map(({ server, killedAt, tookMs, boundMs }) => ({
      invariant: 4,
      text: `${server} was killed at ${timeOf(killedAt)} with all else well; the next title came ${tookMs === null ? "never" : `after ${Math.round(tookMs)} ms`}, the bound is ${Math.round(boundMs)} ms.`,
      evidence: spans.filter((span) => span.from > killedAt - 1000).map((span) => told(span.gained)),
    }));
}

/** Nothing lasts at that time, and nothing was done for a while before. */
function wasWell(faults: readonly FaultEntry[], index: number): boolean {
  const at = faults[index]?.from ?? 0;
  const away = new Set<string>();
  let network = false;
  for (const { kind, node, at: done } of faults.slice(0, index)) {
    if (kind === "look" || kind === "order") continue;
    if (at - done < quietBeforeMs) return false;
    if (kind === "network") network = true;
    if (kind === "heal") network = false;
    if (node !== null && (kind === "end" || kind === "freeze")) away.add(node);
    if (node !== null && (kind === "start" || kind === "thaw")) away.delete(node);
  }
  return !network && away.size === 0;
}
