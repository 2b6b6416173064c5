"use client";
/** When the owner asks this gateway again: tells whether waiting helps. */
import { useNow } from "../../_trpc/use-live.ts";

export function NextPoll({ at, running }: { readonly at: number | null; readonly running: boolean }) {
  const now = useNow();
  if (running) return <span className="ink-2">now</span>;
  if (at === null) return <span className="ink-3">not planned</span>;
  const leftMs = at - now;
  return leftMs <= 0 ? <span className="ink-2">due</span> : <span className="ink-2">in {Math.ceil(leftMs / 1000)} s</span>;
}
