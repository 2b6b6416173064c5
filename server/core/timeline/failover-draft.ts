/** A change of control while its report is still being written: what is known so far, and the report that this makes. */
import type { Epoch, NodeName } from "../identity.ts";
import type { Timers } from "../site/timers.ts";
import type { Now, WallTime } from "../time.ts";
import type { Cause, FailoverReport, ReportedGateway, ReportedStep, ReportedVerdict } from "./failover-report.ts";

type Mutable<T> = { -readonly [K in keyof T]: T[K] };

/** Where things stood when the change began. */
export interface Before {
  readonly primary: NodeName | null;
  readonly lastTitle: Now | null;
  readonly callsAtStake: number;
}

export type DraftGateway = Mutable<ReportedGateway>;

export interface FailoverDraft {
  origin: Now;
  before: Before;
  steps: ReportedStep[];
  readonly gateways: Map<NodeName, DraftGateway>;
  readonly supported: [number, number][];
  suspectedAt: WallTime | null;
  decidedAt: WallTime | null;
  titleAt: WallTime | null;
  activeAt: WallTime | null;
  verdict: ReportedVerdict | null;
  epoch: Epoch | null;
  cause: Cause;
  by: string | null;
  reason: string | null;
  readonly adopted: Set<string>;
  released: number;
  recovered: number;
  state: FailoverReport["state"];
  mediaGapMs: number | null;
}

export function newFailoverDraft(
  before: Before,
  gateways: readonly { readonly name: NodeName; readonly voter: boolean }[],
  now: Now,
): FailoverDraft {
  return {
    origin: before.lastTitle ?? now,
    before,
    steps: [],
    gateways: new Map(gateways.map(({ name, voter }) => [name, newGateway(name, voter)])),
    supported: [],
    suspectedAt: null,
    decidedAt: null,
    titleAt: null,
    activeAt: null,
    verdict: null,
    epoch: null,
    cause: "no-primary",
    by: null,
    reason: null,
    adopted: new Set(),
    released: 0,
    recovered: 0,
    state: "in-progress",
    mediaGapMs: null,
  };
}

function newGateway(gateway: NodeName, voter: boolean): DraftGateway {
  return {
    gateway,
    voter,
    promiseEndMs: null,
    grantedMs: null,
    connectedMs: null,
    auditedMs: null,
    historyMs: null,
    adoptedMs: null,
    calls: 0,
    connections: 0,
    recordsRecovered: 0,
    state: "waiting",
    note: null,
  };
}

/**
 * The primary was in control longer than this server heard it: offsets count from the last instant at which it surely was, so that the
 * time told is that without control. What came before is not part of the change.
 * @param heard somebody heard its title then; else an order is what happened
 */
export function countFrom(draft: FailoverDraft, offsetMs: number, heard: boolean): void {
  const { origin, before, verdict, gateways } = draft;
  const begin = { mono: origin.mono + offsetMs, wall: Math.round(origin.wall + offsetMs) };
  const moved = (ms: number): number => Math.round((ms - offsetMs) * 10) / 10;
  draft.origin = begin;
  draft.before = { ...before, lastTitle: heard ? begin : null };
  draft.verdict = verdict === null || verdict.atMs < offsetMs ? null : { ...verdict, atMs: moved(verdict.atMs) };
  if (draft.suspectedAt !== null && draft.suspectedAt < begin.wall) draft.suspectedAt = null;
  draft.steps = draft.steps.flatMap((step) =>
    step.atMs < offsetMs ? [] : [{ ...step, atMs: moved(step.atMs), untilMs: step.untilMs === null ? null : moved(step.untilMs) }],
  );
  for (const row of gateways.values()) {
    // What a vote of before told of a promise that was renewed since says nothing.
    if (row.promiseEndMs !== null) row.promiseEndMs = row.promiseEndMs < offsetMs ? null : moved(row.promiseEndMs);
  }
}

export function reportOf(draft: FailoverDraft, epoch: Epoch, self: NodeName, timers: Timers): FailoverReport {
  return {
    id: `${epoch.number}-${epoch.server}`,
    kind: draft.cause === "requested" ? "switchover" : "failover",
    cause: draft.cause,
    state: draft.state,
    from: draft.before.primary === self ? null : draft.before.primary,
    to: self,
    epoch,
    by: draft.by,
    reason: draft.reason,
    startedAt: draft.origin.wall,
    timeline: {
      lastKeepaliveAt: draft.before.lastTitle?.wall ?? null,
      suspectedAt: draft.suspectedAt,
      decidedAt: draft.decidedAt,
      titleAt: draft.titleAt,
      activeAt: draft.state === "done" ? draft.activeAt : null,
    },
    keepaliveMs: timers.keepaliveMs,
    missLimit: timers.missLimit,
    promiseMs: timers.promiseMs,
    verdict: draft.verdict,
    steps: [...draft.steps],
    gateways: [...draft.gateways.values()].map((row) => ({ ...row })),
    supported: draft.supported.map(([at, calls]) => [at, calls] as const),
    callsAtStake: callsAtStake(draft),
    callsAdopted: draft.adopted.size,
    callsReleased: draft.released,
    recordsRecovered: draft.recovered,
    longestMediaGapMs: draft.mediaGapMs,
  };
}

/**
 * The standby's audits are some seconds old and count calls that ended since. Once every gateway was read to its end,
 * what was found there is the truth; while one is out of reach, the old number is all there is.
 */
function callsAtStake(draft: FailoverDraft): number {
  const found = draft.adopted.size + draft.released + draft.recovered;
  const everythingRead = draft.state === "done" && [...draft.gateways.values()].every((row) => row.state === "done");
  return everythingRead ? found : Math.max(draft.before.callsAtStake, found);
}
