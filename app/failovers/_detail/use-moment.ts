"use client";
/** The replay cursor lives in the address (`?at=503`), so that a link shows exactly what its sender saw. */
import { useSearchParams } from "next/navigation";
import { useCallback } from "react";

export type DetailView = "drawing" | "table";

export interface DetailAddress {
  readonly cursorMs: number | null;
  readonly view: DetailView;
  readonly setCursor: (ms: number | null) => void;
  readonly setView: (view: DetailView) => void;
}

/** The cursor as the address has it now: keys may come faster than React renders. */
export function cursorNow(): number | null {
  return parseCursor(new URLSearchParams(window.location.search).get("at"));
}

function parseCursor(at: string | null): number | null {
  const parsed = at === null ? Number.NaN : Number.parseFloat(at);
  return Number.isFinite(parsed) && parsed >= 0 ? parsed : null;
}

export function useDetailAddress(): DetailAddress {
  const params = useSearchParams();
  const replace = useCallback((change: (next: URLSearchParams) => void) => {
    // Read from the window: two changes in one tick must not undo each other.
    const next = new URLSearchParams(window.location.search);
    change(next);
    const search = next.toString();
    window.history.replaceState(null, "", search === "" ? window.location.pathname : `?${search}`);
  }, []);
  const setCursor = useCallback(
    (ms: number | null) => replace((next) => (ms === null ? next.delete("at") : next.set("at", `${Math.round(ms * 10) / 10}`))),
    [replace],
  );
  const setView = useCallback(
    (view: DetailView) => replace((next) => (view === "table" ? next.set("view", "table") : next.delete("view"))),
    [replace],
  );
  return {
    cursorMs: parseCursor(params.get("at")),
    view: params.get("view") === "table" ? "table" : "drawing",
    setCursor,
    setView,
  };
}
