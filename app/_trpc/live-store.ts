/**
 * One live subscription for the whole browser tab, outside React: the newest snapshot, how old the link is,
 * and the server's clock as this browser estimates it. Two ages never mix: the link's (here) and each reading's own.
 */
import type { ConsoleSnapshot } from "../../server/operations/console-view.ts";
import { api } from "./client.ts";

/** Late: no snapshot for more than two of its intervals. */
const lateAfterMs = 2500;
/** Snapshots come once a second, so this draws the veil within 5 s of the last sign of life, whenever the link was cut. */
const lostAfterMs = 4400;
const checkMs = 200;

export type LinkPhase = "connecting" | "live" | "late" | "lost";

export interface LinkState {
  readonly phase: LinkPhase;
  /** Since the last snapshot arrived, ms; steps once a second. */
  readonly ageMs: number | null;
  /** While lost: the server's time at the last snapshot. */
  readonly frozenAt: number | null;
  /** When this page began to wait for its first snapshot, ms ago. */
  readonly waitingMs: number;
}

/** An interval without a link that is over: what was missed. */
export interface MissedInterval {
  readonly from: number;
  readonly to: number;
  readonly events: number;
}

interface Received {
  readonly snapshot: ConsoleSnapshot;
  readonly monoMs: number;
}

const unconnected: LinkState = { phase: "connecting", ageMs: null, frozenAt: null, waitingMs: 0 };

class LiveStore {
  #received: Received | null = null;
  #link: LinkState = unconnected;
  #missed: readonly MissedInterval[] = [];
  #nowMs = 0;
  #startedMonoMs = 0;
  #started = false;
  readonly #listeners = new Set<() => void>();

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener);
    this.#start();
    return () => this.#listeners.delete(listener);
  };

  readonly snapshot = (): ConsoleSnapshot | null => this.#received?.snapshot ?? null;
  readonly link = (): LinkState => this.#link;
  readonly missed = (): readonly MissedInterval[] => this.#missed;
  /** The server's wall clock, stepping on whole seconds; it stands still while the link is lost. 0 before the first snapshot. */
  readonly now = (): number => this.#nowMs;

  #start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#startedMonoMs = performance.now();
    setInterval(() => this.#check(), checkMs);
    this.#follow();
  }

  #follow(): void {
    api().live.subscribe(
      {},
      {
        onData: ({ data }) => this.#receive(data),
        // The socket reconnects by itself; an error of the procedure ends the subscription, so it is asked for again.
        onError: () => setTimeout(() => this.#follow(), 1000),
      },
    );
  }

  #receive(snapshot: ConsoleSnapshot): void {
    const monoMs = performance.now();
    const before = this.#received;
    if (before !== null && this.#link.phase === "lost") this.#remember(before.snapshot, snapshot);
    this.#received = { snapshot, monoMs };
    if (this.#link.phase !== "live") this.#link = { phase: "live", ageMs: 0, frozenAt: null, waitingMs: 0 };
    if (before === null || this.#nowMs === 0) this.#nowMs = snapshot.at;
    this.#tell();
  }

  #remember(last: ConsoleSnapshot, next: ConsoleSnapshot): void {
    const seen = new Set(last.events.map((event) => `${event.node} ${event.sequence}`));
    const events = next.events.filter((event) => !seen.has(`${event.node} ${event.sequence}`)).length;
    this.#missed = [{ from: last.at, to: next.at, events }, ...this.#missed].slice(0, 5);
  }

  /** Five times a second it looks; listeners hear of it when a second has passed or the phase has changed. */
  #check(): void {
    const monoMs = performance.now();
    const received = this.#received;
    if (received === null) {
      const waitingMs = Math.floor((monoMs - this.#startedMonoMs) / 1000) * 1000;
      if (waitingMs === this.#link.waitingMs) return;
      this.#link = { ...unconnected, waitingMs };
      this.#tell();
      return;
    }
    const ageMs = monoMs - received.monoMs;
    const phase: LinkPhase = ageMs > lostAfterMs ? "lost" : ageMs > lateAfterMs ? "late" : "live";
    const estimate = received.snapshot.at + ageMs;
    const second = phase === "lost" ? received.snapshot.at : estimate;
    const stepped = Math.floor(second / 1000) !== Math.floor(this.#nowMs / 1000);
    const aged = phase === "lost" && Math.floor(ageMs / 1000) !== Math.floor((this.#link.ageMs ?? 0) / 1000);
    if (!stepped && !aged && phase === this.#link.phase) return;
    this.#nowMs = second;
    this.#link = { phase, ageMs, frozenAt: phase === "lost" ? received.snapshot.at : null, waitingMs: 0 };
    this.#tell();
  }

  #tell(): void {
    for (const listener of this.#listeners) listener();
  }
}

export const liveStore = new LiveStore();

/** What prerendered pages know: nothing yet. */
export const unknownLink = unconnected;
