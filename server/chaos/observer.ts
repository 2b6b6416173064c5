/**
 * What the runner sees over the operator interfaces while a scenario plays: who says that it holds the title, and whether its own timer
 * is late, which says how starved the machine is. The journals are the proof; this is the second witness.
 */
import type { Epoch, NodeName } from "../core/identity.ts";
import type { ServerStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import type { PlayedSite } from "./played-site.ts";

export interface TitleSeen {
  readonly server: NodeName;
  readonly at: WallTime;
  readonly epoch: Epoch;
}

/** The runner's own timer was so late. */
export interface Late {
  readonly at: WallTime;
  readonly ms: number;
}

/** The worst lateness within the interval, ms. */
export function worstLateMs(late: readonly Late[], from: WallTime, until: WallTime): number {
  return late.reduce((worst, { at, ms }) => (at >= from && at - ms <= until ? Math.max(worst, ms) : worst), 0);
}

const lookMs = 150;
const tickMs = 10;
/** Below this a timer of this runtime is simply not exact. */
const notLateMs = 5;

export class Observer {
  readonly titlesSeen: TitleSeen[] = [];
  /** Who said so last; null when nobody does. */
  title: NodeName | null = null;
  /** Every server that said so in the last round. */
  titled: readonly NodeName[] = [];
  private readonly site: PlayedSite;
  readonly late: Late[] = [];
  private readonly timers: NodeJS.Timeout[] = [];
  private readonly startOffset = Date.now() - performance.now();
  private worstDriftMs = 0;
  private looking = false;

  constructor(site: PlayedSite) {
    this.site = site;
  }

  start(): void {
    let due = performance.now() + tickMs;
    this.timers.push(
      setInterval(() => {
        const now = performance.now();
        const lateMs = now - due;
        if (lateMs > notLateMs) this.late.push({ at: Date.now(), ms: lateMs });
        due = now + tickMs;
        this.worstDriftMs = Math.max(this.worstDriftMs, Math.abs(Date.now() - now - this.startOffset));
      }, tickMs),
    );
    this.timers.push(setInterval(() => void this.look(), lookMs));
  }

  stop(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  /** The worst lateness of the runner's own timer within the interval, ms. */
  lateMs(from: WallTime, until: WallTime): number {
    return worstLateMs(this.late, from, until);
  }

  /** How starved the runner itself was. */
  starvation(): { readonly worstLateMs: number; readonly over50Ms: number; readonly clockDriftMs: number } {
    return {
      worstLateMs: Math.round(this.late.reduce((worst, { ms }) => Math.max(worst, ms), 0)),
      over50Ms: this.late.filter(({ ms }) => ms > 50).length,
      clockDriftMs: Math.round(this.worstDriftMs * 10) / 10,
    };
  }

  /** Asks every server now. */
  async look(): Promise<void> {
    if (this.looking) return;
    this.looking = true;
    try {
      const told = await Promise.all(this.site.names("call-server").map((name) => this.site.status<ServerStatus>(name, 500)));
      const titled = told.flatMap((status) => (status?.title.held === true ? [status] : []));
      for (const { name, at, epoch } of titled) this.titlesSeen.push({ server: name, at, epoch });
      this.titled = titled.map(({ name }) => name);
      const newest = [...titled].sort((a, b) => b.epoch.number - a.epoch.number)[0];
      this.title = newest?.name ?? null;
    } finally {
      this.looking = false;
    }
  }
}
