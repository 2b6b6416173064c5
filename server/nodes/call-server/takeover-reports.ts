/**
 * The reports of the changes of control that this server carries out: written while they happen, finished when every gateway in reach was
 * worked through, kept over its own death. What becomes known later of media and of calls in the gap is still added.
 */
import { heldBy } from "../../core/control/member-state.ts";
import { inReach } from "../../core/control/preflight-parts.ts";
import { compareEpochs, type NodeName } from "../../core/identity.ts";
import type { Instant, Now } from "../../core/time.ts";
import { FailoverLog } from "../../core/timeline/failover-log.ts";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";
import type { TandemNode } from "../node.ts";
import type { ControlHost } from "./control-host.ts";
import { FailoverStore } from "./failover-store.ts";

interface Takeover {
  readonly node: TandemNode;
  readonly control: ControlHost;
  readonly sessions: ReadonlyMap<NodeName, { readonly owned: boolean; readonly takingOver: boolean }>;
  /** `shown`: worth to be told of; a start with nobody before and nothing to take over is not. */
  onFinished(report: FailoverReport, shown: boolean): void;
}

/** How soon it looks again at a gateway that is still to come, ms. */
const lookAgainMs = 50;

export class TakeoverReports {
  readonly log: FailoverLog;
  readonly store: FailoverStore;
  readonly #takeover: Takeover;
  #stored: string | null = null;
  #waitsUntil: Instant | null = null;
  #timer: NodeJS.Timeout | null = null;

  constructor(takeover: Takeover) {
    const { site, options } = takeover.node;
    const gear = site.gear.map(({ name, priority }) => ({ name, priority, voter: false }));
    const gateways = [...site.gateways, ...gear].sort((a, b) => a.priority - b.priority);
    this.log = new FailoverLog({ self: takeover.node.name, timers: site.timers, gateways });
    this.store = new FailoverStore(options.data);
    this.#takeover = takeover;
  }

  /** In progress, or the newest one that was carried to its end. */
  current(): FailoverReport | null {
    return this.log.inProgress ? shown(this.log.current()) : this.store.lastDone;
  }

  /** A claim that came to nothing is kept as such, so that nobody goes on waiting for its end. */
  keepAbandoned(): void {
    const report = this.log.current();
    if (report?.state !== "abandoned" || this.#stored === report.id) return;
    this.#stored = report.id;
    this.store.add(report);
  }

  /** The takeover of a gateway ended, well or not. */
  settle(): void {
    const { node, sessions, onFinished } = this.#takeover;
    const now = node.clock.now();
    if (this.log.inProgress && ([...sessions.values()].some(({ takingOver }) => takingOver) || this.#isAwaited(now))) return;
    this.#waitsUntil = null;
    const finished = this.log.finish(now);
    if (finished === null) return;
    const told = shown(finished) !== null && this.#stored !== finished.id;
    if (told) {
      this.#stored = finished.id;
      this.store.add(finished);
    }
    onFinished(finished, told);
  }

  /** A finished report learnt something more. */
  learnt(): void {
    const report = this.log.current();
    if (report?.state === "done" && report.id === this.#stored) this.store.add(report);
  }

  close(): void {
    if (this.#timer) clearTimeout(this.#timer);
  }

  /**
   * A gateway in reach has not answered this claim yet, or is bound to its last owner for a moment: it comes as soon as that promise
   * has run out.
   */
  #isAwaited(now: Now): boolean {
    const { control, sessions } = this.#takeover;
    const { member } = control;
    const { promiseMs, keepaliveMs, clockRateError: d } = member.config.timers;
    const held = heldBy(member.state);
    const awaited = ([name, { owned }]: [NodeName, { owned: boolean }]): boolean => {
      const heard = member.clients.get(name);
      if (owned || held === null || heard === undefined || !inReach(member, name, now.mono)) return false;
      return heard.refusal === "promised" || compareEpochs(heard.asked, held.epoch) < 0;
    };
    if (!control.titled() || ![...sessions].some(awaited)) return false;
    this.#waitsUntil ??= now.mono + (promiseMs * (1 + d)) / (1 - d) + 2 * keepaliveMs;
    if (now.mono >= this.#waitsUntil) return false;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.settle(), lookAgainMs);
    return true;
  }
}

/** A start with no primary before and nothing to take over is no change of control. */
function shown(report: FailoverReport | null): FailoverReport | null {
  return report === null || (report.from === null && report.callsAdopted === 0 && report.cause === "no-primary") ? null : report;
}
