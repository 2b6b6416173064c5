/**
 * Builds the report of a change of control while it happens, from the control machine's facts and the takeover's progress.
 * A suspicion opens a draft; only a claim makes a report of it, so that a suspicion that clears leaves none.
 * Offsets count from the last good keepalive of the old primary; where it was surely in control for longer, from the end of that.
 */
import type { Fact } from "../control/member-state.ts";
import type { NodeName } from "../identity.ts";
import { majorityOf } from "../site/site.ts";
import type { Timers } from "../site/timers.ts";
import type { Instant, Now } from "../time.ts";
import { type Before, countFrom, type DraftGateway, type FailoverDraft, newFailoverDraft, reportOf } from "./failover-draft.ts";
import type { FailoverReport, Lane, ReportedVerdict } from "./failover-report.ts";

export interface FailoverLogOptions {
  readonly self: NodeName;
  readonly timers: Timers;
  /** Gateways in the order in which they are taken over; witnesses are not among them. */
  readonly gateways: readonly { readonly name: NodeName; readonly voter: boolean }[];
}

/** Steps kept per report; a claim that fails over and over must not grow it without end. */
const maxSteps = 400;

/** The voters' own keepalives come at other moments than this server's: so many intervals later they tell of a cut. */
const laterBeats = 2;

export type GatewayStage = "connected" | "audited" | "history" | "adopted" | "failed";

export class FailoverLog {
  readonly #options: FailoverLogOptions;
  #draft: FailoverDraft | null = null;

  constructor(options: FailoverLogOptions) {
    this.#options = options;
  }

  /** The report in progress, or the one just finished; null where nothing was claimed. */
  current(): FailoverReport | null {
    const draft = this.#draft;
    return draft?.epoch ? reportOf(draft, draft.epoch, this.#options.self, this.#options.timers) : null;
  }

  /** A receiver met this silence since; the report in progress, or the one just finished, keeps the longest. */
  mediaSilent(silenceMs: number): void {
    const draft = this.#draft;
    if (draft !== null) draft.mediaGapMs = Math.max(draft.mediaGapMs ?? 0, silenceMs);
  }

  get inProgress(): boolean {
    const draft = this.#draft;
    return draft !== null && draft.epoch !== null && draft.state === "in-progress";
  }

  note(fact: Fact, before: Before, now: Now): void {
    switch (fact.what) {
      case "primary-suspected":
        if (this.inProgress) return;
        this.#begin(before, now);
        this.#misses(fact.missed);
        this.#draft!.suspectedAt = now.wall;
        this.#step(now, "detection", "suspect", fact.primary, `${fact.missed} missed: suspect`);
        return;
      case "keepalive-missed":
        this.#step(now, "detection", "missed", fact.primary, `missed ${fact.count}`);
        return;
      case "suspicion-cleared":
        if (!this.inProgress) this.#draft = null;
        return;
      case "primary-queried":
        this.#step(now, "decision", "query", fact.primary, `query on path ${fact.path}`);
        return;
      case "query-answered":
        this.#step(
          now,
          "decision",
          "query-answered",
          fact.primary,
          fact.title ? "answered: it holds the title" : "answered: it holds no title",
        );
        return;
      case "jury-asked":
        this.#step(now, "decision", "jury", null, `jury, round ${fact.round}: ${fact.voters} asked`);
        return;
      case "vote-received": {
        const row = this.#draft?.gateways.get(fact.voter);
        if (row) row.promiseEndMs = this.#offset(now) + fact.vote.remainingMs;
        return;
      }
      case "verdict-reached":
        if (this.#draft === null) return;
        this.#draft.verdict = fact.verdict;
        if (fact.cause !== null) {
          this.#draft.cause = fact.cause;
          this.#draft.decidedAt = now.wall;
          this.#countFromLastHeard(fact.verdict);
        }
        this.#step(now, "decision", "verdict", null, fact.verdict.sentence);
        return;
      case "handover-received":
        // Named gateways only: the title stays, so there is no change of control to report.
        if (fact.switchover.clients !== null) return;
        this.#begin(before, now);
        this.#draft!.cause = "requested";
        this.#draft!.by = fact.switchover.by;
        this.#draft!.reason = fact.switchover.reason;
        this.#draft!.decidedAt = now.wall;
        this.#step(now, "decision", "handover", fact.from, `${fact.from} let go at the request of ${fact.switchover.by}`);
        return;
      default:
        this.#noteTakeover(fact, before, now);
    }
  }

  #noteTakeover(fact: Fact, before: Before, now: Now): void {
    switch (fact.what) {
      case "claim-sent":
        if (this.#draft === null || this.#draft.state !== "in-progress") this.#begin(before, now);
        this.#draft!.epoch = fact.epoch;
        this.#draft!.cause = fact.cause;
        this.#draft!.by ??= fact.order?.by ?? null;
        this.#draft!.reason ??= fact.order?.reason ?? null;
        this.#step(now, "takeover", "claim", null, `claim ${fact.epoch.number}, ${fact.to} voters asked`);
        return;
      case "claim-answered": {
        const row = this.#draft?.gateways.get(fact.client);
        if (row && fact.refusal === null) row.grantedMs ??= this.#offset(now);
        if (fact.refusal === "promised") this.#countFromOrder();
        if (fact.refusal === null) this.#step(now, "takeover", "grant", fact.client, "granted");
        else this.#refused(now, fact.client, `refused: ${fact.refusal}`);
        return;
      }
      case "claim-failed":
        this.#step(now, "takeover", "claim-failed", null, `claim ${fact.epoch.number} failed: ${fact.grants} of ${fact.needed} grants`);
        // Another try begins a report of its own; if somebody else wins meanwhile, there is nothing to report here.
        if (this.#draft !== null) this.#draft.state = "abandoned";
        return;
      case "title-gained":
        if (!this.inProgress || this.#draft!.titleAt !== null) return;
        this.#draft!.titleAt = now.wall;
        // The claim may have gone on at a higher one.
        this.#draft!.epoch = fact.epoch;
        this.#step(now, "takeover", "title", null, `title, epoch ${fact.epoch.number}: ${fact.grants} of ${fact.voters} grants`);
        return;
      case "stepped-down":
        if (this.inProgress) this.#draft!.state = "abandoned";
        return;
      default:
    }
  }

  owned(gateway: NodeName, now: Now): void {
    const row = this.#row(gateway);
    if (!row) return;
    row.grantedMs ??= this.#offset(now);
    row.state = "connecting";
  }

  /** How far the takeover of one gateway has come. `connections` = rows that its audit showed. */
  gatewayReached(
    gateway: NodeName,
    stage: GatewayStage,
    now: Now,
    detail: { readonly connections?: number; readonly calls?: number; readonly note?: string } = {},
  ): void {
    const row = this.#row(gateway);
    if (!row) return;
    const at = this.#offset(now);
    if (detail.connections !== undefined) row.connections = detail.connections;
    if (detail.calls !== undefined) row.calls = detail.calls;
    if (detail.note !== undefined) row.note = detail.note;
    switch (stage) {
      case "connected":
        row.connectedMs ??= at;
        if (row.state === "connecting") row.state = "auditing";
        return;
      case "audited":
        row.auditedMs ??= at;
        return;
      case "history":
        row.historyMs ??= at;
        return;
      case "adopted":
        row.adoptedMs ??= at;
        row.state = "done";
        return;
      case "failed":
        row.state = "failed";
    }
  }

  callAdopted(callId: string, now: Now): void {
    if (!this.inProgress) return;
    const draft = this.#draft!;
    draft.adopted.add(callId);
    draft.activeAt = now.wall;
    const at = this.#offset(now);
    const last = draft.supported.at(-1);
    // One point per millisecond is as fine as anyone can see.
    if (last && at - last[0] < 1) last[1] = draft.adopted.size;
    else draft.supported.push([at, draft.adopted.size]);
  }

  callReleased(): void {
    if (this.inProgress) this.#draft!.released += 1;
  }

  /** A cold takeover dropped this gateway's calls; `calls` = those not counted for another gateway already. */
  reset(gateway: NodeName, calls: number, text: string, now: Now): void {
    const row = this.#row(gateway);
    if (!row) return;
    this.#draft!.released += calls;
    row.note = text;
    this.#step(now, "gateways", "reset", gateway, `reset: ${text}`);
  }

  /** A call that ended in the gap, as this gateway tells, perhaps only now: it may have been adopted before. */
  recordRecovered(callId: string, gateway: NodeName): void {
    const draft = this.#draft;
    if (draft === null || draft.epoch === null) return;
    draft.recovered += 1;
    draft.adopted.delete(callId);
    const row = draft.gateways.get(gateway);
    if (row) row.recordsRecovered += 1;
  }

  /** Every gateway in reach was worked through; what becomes known later of media and of calls in the gap is still added. */
  finish(now: Now): FailoverReport | null {
    if (!this.inProgress) return null;
    const draft = this.#draft!;
    draft.activeAt ??= draft.titleAt;
    draft.state = "done";
    // Not now: the histories may have taken longer than the calls.
    const atMs = draft.supported.at(-1)?.[0] ?? this.#offset(now);
    draft.steps.push({ atMs, untilMs: null, lane: "calls", what: "active", node: null, text: `${draft.adopted.size} calls supported` });
    return this.current();
  }

  #begin(before: Before, now: Now): void {
    this.#draft = newFailoverDraft(before, this.#options.gateways, now);
  }

  /** Misses that had passed before the suspicion began, at the instants when they were due. */
  #misses(count: number): void {
    const { keepaliveMs } = this.#options.timers;
    for (let miss = 1; miss <= count; miss += 1) {
      this.#draft!.steps.push({
        atMs: miss * keepaliveMs,
        untilMs: null,
        lane: "detection",
        what: "missed",
        node: this.#draft!.before.primary,
        text: `missed ${miss}`,
      });
    }
  }

  #offset(now: { readonly mono: Instant }): number {
    return this.#draft === null ? 0 : Math.round((now.mono - this.#draft.origin.mono) * 10) / 10;
  }

  #step(now: Now, lane: Lane, what: string, node: NodeName | null, text: string): void {
    const draft = this.#draft;
    if (draft === null || draft.steps.length >= maxSteps) return;
    draft.steps.push({ atMs: this.#offset(now), untilMs: null, lane, what, node, text });
  }

  /**
   * Behind a cut link the voters heard the primary long after this server did. It was in control as long as a majority of them did:
   * one that is cut off from most may be heard by the others still.
   */
  #countFromLastHeard({ atMs, votes }: ReportedVerdict): void {
    const heard = votes.map(({ titleSilentMs }) => (titleSilentMs === null ? 0 : atMs - titleSilentMs)).sort((a, b) => b - a);
    const heardMs = heard[majorityOf(votes.length) - 1] ?? 0;
    if (this.#draft !== null && heardMs >= laterBeats * this.#options.timers.keepaliveMs) countFrom(this.#draft, heardMs, true);
  }

  /** Promises still bound the voters when an operator forced the change: until then the primary was in control. */
  #countFromOrder(): void {
    const draft = this.#draft;
    const claim = draft?.cause === "operator-forced" ? draft.steps.find(({ what }) => what === "claim") : undefined;
    if (draft !== null && claim !== undefined && claim.atMs > 0) countFrom(draft, claim.atMs, false);
  }

  /** Asked again and again it says the same: one step, which lasts. */
  #refused(now: Now, client: NodeName, text: string): void {
    const steps = this.#draft?.steps ?? [];
    const last = steps.findLastIndex((step) => step.node === client);
    const same = steps[last];
    if (same?.what === "refusal" && same.text === text) steps[last] = { ...same, untilMs: this.#offset(now) };
    else this.#step(now, "takeover", "refusal", client, text);
  }

  #row(gateway: NodeName): DraftGateway | undefined {
    return this.inProgress ? this.#draft?.gateways.get(gateway) : undefined;
  }
}
