/** What the console remembers of the nodes between two polls: observations, strips, newest events, the calls curve. All of it bounded. */
import type { NodeName } from "../../core/identity.ts";
import type { LabStatus } from "../../core/status/lab-status.ts";
import type { NodeStatus, Strips } from "../../core/status/node-status.ts";
import type { WallTime } from "../../core/time.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import { describeFailure, neverObserved, type Observation, type Observations } from "../../operations/observations.ts";
import { recentEvents } from "./recent-events.ts";

const curvePoints = 300;
const curveStepMs = 3000;

/** A lab whose supervisor has not answered for this long is shown as it was no longer. */
const labTtlMs = 5000;

export class SiteMemory {
  readonly #nodes = new Map<NodeName, Observation>();
  readonly #strips = new Map<NodeName, Strips>();
  readonly #now: () => WallTime;
  #events: readonly JournalEvent[] = [];
  #curve: (readonly [WallTime, number | null])[] = [];
  #lab: { status: LabStatus; at: WallTime } | null = null;

  constructor(now: () => WallTime) {
    this.#now = now;
  }

  observed(name: NodeName, status: NodeStatus): void {
    this.#nodes.set(name, { status, observedAt: this.#now(), failure: null, error: null });
  }

  /** Keeps the last status with its age: what it said is still the newest thing known. */
  failed(name: NodeName, error: unknown): void {
    const before = this.#nodes.get(name) ?? neverObserved;
    this.#nodes.set(name, { ...before, ...describeFailure(error) });
  }

  of(name: NodeName): Observation {
    return this.#nodes.get(name) ?? neverObserved;
  }

  labSeen(status: LabStatus): void {
    this.#lab = { status, at: this.#now() };
  }

  setStrips(name: NodeName, strips: Strips): void {
    this.#strips.set(name, strips);
  }

  addEvents(events: readonly JournalEvent[]): void {
    if (events.length === 0) return;
    this.#events = recentEvents(this.#events, events);
  }

  /** One point each 3 s over 15 minutes, on a fixed grid of time, so that a stretch without data stays a stretch. */
  addCalls(calls: number | null): void {
    const at = Math.floor(this.#now() / curveStepMs) * curveStepMs;
    if (this.#curve[this.#curve.length - 1]?.[0] === at) return;
    this.#curve = [...this.#curve, [at, calls] as const].slice(-curvePoints);
  }

  get strips(): Readonly<Record<NodeName, Strips>> {
    return Object.fromEntries(this.#strips);
  }

  get events(): readonly JournalEvent[] {
    return this.#events;
  }

  get curve(): readonly (readonly [WallTime, number | null])[] {
    return this.#curve;
  }

  observations(): Observations {
    const at = this.#now();
    const lab = this.#lab && at - this.#lab.at < labTtlMs ? this.#lab.status : null;
    return { at, nodes: this.#nodes, lab };
  }
}
