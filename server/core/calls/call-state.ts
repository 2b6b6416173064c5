/**
 * The call-state database in memory (A5): endpoints, connections as audited, and the calls that this server controls.
 * On a standby there are only endpoints and connections; calls of its own begin with control.
 * Counts and digests are kept as the rows change, never by walking them: 100,000 connections cost no more to ask about than ten.
 */
import { DeadlineQueue } from "../deadline-queue.ts";
import type { NodeName } from "../identity.ts";
import type { Instant } from "../time.ts";
import type { Call, CallPhase } from "./call.ts";
import { CallDigest } from "./call-digest.ts";
import type { Connection } from "./connection.ts";
import { ConnectionTable } from "./connection-table.ts";
import { type EndpointRow, EndpointTable } from "./endpoint-table.ts";
import { EpochLog } from "./epoch-log.ts";
import {
  callOf,
  connectionAt,
  isEstablished,
  type LegStage,
  type LiveCall,
  type LiveLeg,
  legsOf,
  phaseOf,
  type Stage,
} from "./live-call.ts";
import type { Numbering } from "./numbering.ts";

export class CallState {
  readonly numbering: Numbering;
  readonly endpoints: EndpointTable;
  readonly connections = new ConnectionTable();
  readonly deadlines = new DeadlineQueue<string>();
  readonly epochs = new EpochLog();
  readonly #calls = new Map<string, LiveCall>();
  readonly #phases: Record<CallPhase, number> = { "setting-up": 0, ringing: 0, talking: 0, releasing: 0 };
  readonly #expected = new Map<NodeName, number>();
  readonly #digest = new CallDigest();
  /** Calls that ended here, and when: an audit that began before may still show them. */
  readonly #ended = new Map<string, Instant>();

  constructor(numbering: Numbering) {
    this.numbering = numbering;
    this.endpoints = new EndpointTable(numbering.endpoints);
  }

  get(callId: string): LiveCall | null {
    return this.#calls.get(callId) ?? null;
  }

  calls(): IterableIterator<LiveCall> {
    return this.#calls.values();
  }

  get size(): number {
    return this.#calls.size;
  }

  /** Calls that exist and are not being released. */
  get active(): number {
    return this.#calls.size - this.#phases.releasing;
  }

  get byPhase(): Readonly<Record<CallPhase, number>> {
    return this.#phases;
  }

  /** Connections that this server's calls hold at a gateway. */
  expectedAt(gateway: NodeName): number {
    return this.#expected.get(gateway) ?? 0;
  }

  /** Digest over the calls that this server controls and that are established; a standby compares it with `connections.digest()`. */
  digest(): string {
    return this.#digest.text();
  }

  add(call: LiveCall): void {
    if (this.#calls.has(call.callId)) throw new Error(`call ${call.callId} exists already`);
    this.#calls.set(call.callId, call);
    this.#phases[phaseOf(call.stage)] += 1;
    if (isEstablished(call.stage)) this.#digest.add(call.callId);
    for (const leg of legsOf(call)) {
      this.endpoints.claim(leg.row, call.callId);
      this.#countLeg(leg, 1);
    }
  }

  addCalled(call: LiveCall, leg: LiveLeg): void {
    this.endpoints.claim(leg.row, call.callId);
    call.called = leg;
    this.#countLeg(leg, 1);
  }

  /** Takes a leg off its call, so that another may be tried: a route attempt that failed. */
  removeCalled(call: LiveCall): void {
    const leg = call.called!;
    this.setLegStage(leg, "gone");
    this.endpoints.free(leg.row, call.callId);
    call.called = null;
  }

  setStage(call: LiveCall, stage: Stage, deadline: Instant | null): void {
    this.#phases[phaseOf(call.stage)] -= 1;
    this.#phases[phaseOf(stage)] += 1;
    if (isEstablished(call.stage) !== isEstablished(stage)) {
      if (isEstablished(stage)) this.#digest.add(call.callId);
      else this.#digest.remove(call.callId);
    }
    call.stage = stage;
    this.deadlines.set(call.callId, deadline);
  }

  setLegStage(leg: LiveLeg, stage: LegStage): void {
    this.#countLeg(leg, -1);
    leg.stage = stage;
    this.#countLeg(leg, 1);
  }

  /** The call is over: its endpoints are free and its connections forgotten. */
  remove(call: LiveCall, now: Instant): void {
    this.letGo(call);
    this.forgetConnections(call.callId, now);
  }

  /** Control of the call went elsewhere: its connections stay known, it itself does not. */
  letGo(call: LiveCall): void {
    for (const leg of legsOf(call)) {
      this.#countLeg(leg, -1);
      this.endpoints.free(leg.row, call.callId);
    }
    this.setStage(call, "releasing", null);
    this.#phases.releasing -= 1;
    this.#calls.delete(call.callId);
  }

  forgetConnections(callId: string, now: Instant): void {
    for (const row of [...this.connections.ofCall(callId)]) this.connections.remove(row);
    this.#ended.delete(callId); // re-inserted at the end, so that the oldest stay first
    this.#ended.set(callId, now);
  }

  /** The endpoint holds nothing of this call any more. */
  forgetConnectionAt(row: EndpointRow, callId: string): void {
    for (const known of [...this.connections.ofCall(callId)]) if (known.endpoint === row.endpoint) this.connections.remove(known);
  }

  /** True where the call ended here after an audit began, so that the audit may still show it. */
  endedSince(callId: string, startedAt: Instant): boolean {
    const at = this.#ended.get(callId);
    return at !== undefined && at >= startedAt;
  }

  hasEnded(callId: string): boolean {
    return this.#ended.has(callId);
  }

  dropEndedBefore(at: Instant): void {
    for (const [callId, endedAt] of this.#ended) {
      if (endedAt >= at) return;
      this.#ended.delete(callId);
    }
  }

  /** The audited connection of a leg, where one is known. */
  connectionOf(call: LiveCall, leg: LiveLeg): Connection | null {
    return connectionAt(this.connections.ofCall(call.callId), leg);
  }

  view(call: LiveCall): Call {
    const until = call.end?.at ?? Number.POSITIVE_INFINITY;
    return callOf(call, this.epochs.during(call.start.at, until), (leg) => this.connectionOf(call, leg));
  }

  #countLeg(leg: LiveLeg, by: 1 | -1): void {
    if (leg.stage !== "up") return;
    this.#expected.set(leg.row.gateway, this.expectedAt(leg.row.gateway) + by);
  }
}
