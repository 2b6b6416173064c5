/** Keeps a number of calls up at the lab's gateways: seeded, by Poisson arrivals, and undeterred by failures. */
import type { Site } from "../../core/site/site.ts";
import type { LabStatus } from "../../core/status/lab-status.ts";
import { createOperatorClient, type OperatorClient } from "../../runtime/operator-client.ts";
import { Arrivals, arrivalPolicy } from "./arrivals.ts";
import { CallPlan, type PlannedCall } from "./call-plan.ts";
import { GatewayCounts } from "./gateway-counts.ts";
import { seededRandom } from "./seeded-random.ts";

export interface TrafficOptions {
  readonly site: Site;
  readonly token: string;
  readonly seed: number;
  readonly targetCalls: number;
  /** Mean holding time of a call, ms. */
  readonly meanHoldMs: number;
}

const tickMs = 100;
const countMs = 1000;
/** Within this time an attempt is up and in the gateways' own counts, or it has failed on the way. */
const settlingMs = 10_000;
/** Attempts under way at once; more would only queue at a gateway that does not answer. */
const mostUnderWay = 64;
const callTimeoutMs = 3000;

export class Traffic {
  private readonly options: TrafficOptions;
  private readonly clients: ReadonlyMap<string, OperatorClient>;
  private readonly plan: CallPlan;
  private readonly arrivals: Arrivals;
  private readonly counts: GatewayCounts;
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly holding = new Set<NodeJS.Timeout>();
  private target: number;
  private offered = 0;
  private refused = 0;
  private underWay = 0;
  /** Calls that should be up, by plan. */
  private outstanding = 0;
  /** When each recent attempt was made. */
  private recent: number[] = [];
  private lastTick = 0;

  constructor(options: TrafficOptions) {
    this.options = options;
    const { site, token, seed } = options;
    this.target = options.targetCalls;
    this.clients = new Map(
      site.gateways.map((one) => [one.name, createOperatorClient({ ...one.operator, token, timeoutMs: callTimeoutMs })]),
    );
    const random = seededRandom(seed);
    this.plan = new CallPlan(site, random, options.meanHoldMs);
    this.arrivals = new Arrivals(random, { ...arrivalPolicy, meanHoldMs: options.meanHoldMs });
    this.counts = new GatewayCounts(this.clients);
  }

  start(): void {
    this.lastTick = performance.now();
    this.timers.push(setInterval(() => this.tick(), tickMs));
    this.timers.push(setInterval(() => void this.counts.ask(), countMs));
  }

  aim(calls: number): void {
    this.target = calls;
  }

  status(): LabStatus["traffic"] {
    const activeCalls = this.counts.activeCalls();
    return {
      targetCalls: this.target,
      activeCalls,
      offered: this.offered,
      answered: this.counts.endedCalls() + activeCalls,
      failed: this.refused,
      seed: this.options.seed,
    };
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
    for (const timer of this.holding) clearTimeout(timer);
    for (const client of this.clients.values()) client.close();
  }

  private tick(): void {
    const now = performance.now();
    const elapsedMs = Math.min(now - this.lastTick, 10 * tickMs);
    this.lastTick = now;
    this.recent = this.recent.filter((at) => now - at < settlingMs);
    const due = this.arrivals.due(elapsedMs, this.target, this.callsUp());
    for (let call = 0; call < due && this.underWay < mostUnderWay; call += 1) {
      const planned = this.plan.next();
      if (planned === null) return;
      this.recent.push(now);
      void this.place(planned);
    }
  }

  /**
   * The plan runs ahead of the gateways' counts, which come once a second and only when calls get through; the counts know
   * of calls that were lost. So the plan is believed, but beyond the counts only for what was begun lately.
   */
  private callsUp(): number {
    const counted = this.counts.activeCalls();
    return Math.max(counted, Math.min(this.outstanding, counted + this.recent.length));
  }

  private async place(call: PlannedCall): Promise<void> {
    this.offered += 1;
    this.underWay += 1;
    this.outstanding += 1;
    const { gateway, occupies, callingNumber, ...rest } = call;
    const body = { callRef: `traffic-${this.options.seed}-${this.offered}`, ...rest, ...(callingNumber === null ? {} : { callingNumber }) };
    const reply = await this.clients.get(gateway)?.post("/stations/call", body);
    this.underWay -= 1;
    const placed = reply?.ok === true;
    if (!placed) {
      this.refused += 1;
      this.outstanding -= 1;
    }
    // A refused line may be off the hook for reasons of its own; leave it alone for a while.
    const heldMs = placed ? call.answerAfterMs + call.holdMs + 2000 : 2000;
    const timer = setTimeout(() => {
      this.holding.delete(timer);
      if (placed) this.outstanding -= 1;
      this.plan.free(occupies);
    }, heldMs);
    this.holding.add(timer);
  }
}
