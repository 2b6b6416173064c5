"use client";
/** React's view of the live store. Every hook re-renders its component when that part changes, once a second at most. */
import { useSyncExternalStore } from "react";
import type { ConsoleSnapshot } from "../../server/operations/console-view.ts";
import { type LinkState, liveStore, type MissedInterval, unknownLink } from "./live-store.ts";

const none: readonly MissedInterval[] = [];

/** The newest snapshot; null until the first one has come. */
export function useSnapshot(): ConsoleSnapshot | null {
  return useSyncExternalStore(liveStore.subscribe, liveStore.snapshot, () => null);
}

export function useLink(): LinkState {
  return useSyncExternalStore(liveStore.subscribe, liveStore.link, () => unknownLink);
}

/** The server's wall clock in ms, stepping once a second; it stands still under the veil. 0 before the first snapshot. */
export function useNow(): number {
  return useSyncExternalStore(liveStore.subscribe, liveStore.now, () => 0);
}

/** Intervals that this page missed while its link was lost, newest first. */
export function useMissed(): readonly MissedInterval[] {
  return useSyncExternalStore(liveStore.subscribe, liveStore.missed, () => none);
}

export interface Live {
  readonly snapshot: ConsoleSnapshot | null;
  readonly link: LinkState;
  readonly now: number;
  /** True under the veil: what is shown is old, and actions are off. */
  readonly frozen: boolean;
}

/** Everything at once, for pages. */
export function useLive(): Live {
  const snapshot = useSnapshot();
  const link = useLink();
  const now = useNow();
  return { snapshot, link, now, frozen: link.phase === "lost" };
}
