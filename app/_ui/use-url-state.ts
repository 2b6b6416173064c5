"use client";
/**
 * The URL is the state: filters and the open row live in the query string, changed in place without a server round trip. The router tells of
 * the change in a transition, which a busy page may put off: what was chosen shows at once all the same.
 */
import { usePathname, useSearchParams } from "next/navigation";
import { startTransition, useCallback, useOptimistic } from "react";

export type UrlChange = Readonly<Record<string, string | null>>;

/** Reads one parameter by name; writes several at once, null or "" removes. Needs a Suspense boundary above it. */
export function useUrlState(): readonly [(name: string) => string | null, (change: UrlChange) => void] {
  const params = useSearchParams();
  const [shown, show] = useOptimistic<Pick<URLSearchParams, "get">>(params);
  const path = usePathname();
  const get = useCallback((name: string) => shown.get(name), [shown]);
  const set = useCallback(
    (change: UrlChange) => {
      const next = new URLSearchParams(window.location.search);
      for (const [name, value] of Object.entries(change)) {
        if (value === null || value === "") next.delete(name);
        else next.set(name, value);
      }
      const query = next.toString();
      startTransition(() => {
        show(next);
        window.history.replaceState(null, "", query === "" ? path : `${path}?${query}`);
      });
    },
    [path, show],
  );
  return [get, set];
}
