"use client";
/** Now for strips: once a second, or every 5 s for people who asked for less motion. */
import { useSyncExternalStore } from "react";
import { useNow } from "../../_trpc/use-live.ts";

const query = "(prefers-reduced-motion: reduce)";

function subscribe(listener: () => void): () => void {
  const media = window.matchMedia(query);
  media.addEventListener("change", listener);
  return () => media.removeEventListener("change", listener);
}

export function useStripNow(): number {
  const now = useNow();
  const calm = useSyncExternalStore(
    subscribe,
    () => window.matchMedia(query).matches,
    () => false,
  );
  return calm ? now - (now % 5000) : now;
}
