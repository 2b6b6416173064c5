/** Our gateways and gear of others as rows of one list. Pure. */
import type { PollFigures } from "../../../server/core/polling/poll-figures.ts";
import type { ConsoleSnapshot, GatewayView, GearView } from "../../../server/operations/console-view.ts";
import { auditTtlMs, expectedThen } from "../../_overview/gateway-sum.ts";
import { gatewayState, gearState, type StateWords } from "../../_ui/node-words.ts";

export interface GearRow {
  readonly name: string;
  /** Null: gear of others. */
  readonly gateway: GatewayView | null;
  /** Of gear of others: whether the title holder points it at itself, or it is only read. Null: ours. */
  readonly control: GearView["control"] | null;
  readonly kind: string;
  readonly state: StateWords;
  readonly protocol: string | null;
  /** Reported is of the last complete audit, null before the first; expected is null where nothing is, as of calls that are not ours. */
  readonly reported: number | null;
  readonly expected: number | null;
  readonly ghosts: number;
  readonly orphans: number;
  /** Whose view of it this is. */
  readonly source: string;
  readonly ttlMs: number;
  readonly lastCompleteAt: number | null;
  readonly rttMs: number | null;
  readonly nextAt: number | null;
  readonly running: boolean;
  /** Null where the server is from before, or its audits have not begun. */
  readonly polling: PollFigures | null;
  /** Of servers that tell no figures. */
  readonly failures: number | null;
}

export function gearRows(snapshot: Pick<ConsoleSnapshot, "gateways" | "gear" | "timers">): GearRow[] {
  return [...snapshot.gateways.map((gateway) => ownRow(gateway, snapshot.timers.missLimit)), ...snapshot.gear.map(othersRow)];
}

function ownRow(gateway: GatewayView, limit: number): GearRow {
  const { name, kind, health } = gateway;
  const polling = health?.polling ?? null;
  return {
    name,
    gateway,
    control: null,
    kind,
    state: gatewayState(gateway, limit),
    protocol: health?.protocol ?? null,
    reported: health?.reported ?? null,
    expected: health === null ? null : expectedThen(health),
    ghosts: health?.ghosts ?? 0,
    orphans: health?.orphans ?? 0,
    source: name,
    ttlMs: auditTtlMs(gateway),
    lastCompleteAt: health?.audit.lastCompleteAt ?? null,
    // Of the audit, as for gear of others: the link has a round trip of its own.
    rttMs: polling?.smoothedRttMs ?? health?.rttMs ?? null,
    nextAt: polling?.nextAt ?? health?.audit.nextAt ?? null,
    running: health?.audit.state === "running" || polling?.phase === "polling",
    polling,
    failures: health?.audit.consecutiveFailures ?? null,
  };
}

function othersRow(gear: GearView): GearRow {
  const { name, kind, control, protocol, health, pollSeconds } = gear;
  const polling = health?.polling ?? null;
  return {
    name,
    gateway: null,
    control,
    kind,
    state: gearState(gear),
    protocol,
    reported: health?.legs ?? null,
    expected: null,
    ghosts: 0,
    orphans: 0,
    source: name,
    ttlMs: pollSeconds * 1500,
    lastCompleteAt: polling?.lastCompleteAt ?? null,
    rttMs: polling?.smoothedRttMs ?? null,
    nextAt: polling?.nextAt ?? null,
    running: polling?.phase === "polling",
    polling,
    failures: polling?.consecutiveFailures ?? null,
  };
}

export function isRowStale({ lastCompleteAt, ttlMs }: GearRow, now: number): boolean {
  return lastCompleteAt === null || now - lastCompleteAt > 2 * ttlMs;
}
