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

export function useDetailAddress(): DetailAddress {
  const params = useSearchParams();
  const at = params.get("at");
  const parsed = at === null ? Number.NaN : Number.parseFloat(at);
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
    cursorMs: Number.isFinite(parsed) && parsed >= 0 ? parsed : null,
    view: params.get("view") === "table" ? "table" : "drawing",
    setCursor,
    setView,
  };
}
