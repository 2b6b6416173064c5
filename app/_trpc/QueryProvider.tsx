"use client";
/** React Query over the same WebSocket: `useQuery({ queryKey: [...], queryFn: () => api().records.search.query(...) })`. */
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";

export function QueryProvider({ children }: { readonly children: ReactNode }) {
  const [client] = useState(
    () =>
      new QueryClient({
        // The link says by itself when it is lost, so a failed query is shown at once instead of tried in silence.
        defaultOptions: { queries: { retry: 1, staleTime: 1000, refetchOnWindowFocus: false, networkMode: "always" } },
      }),
  );
  return <QueryClientProvider client={client}>{children}</QueryClientProvider>;
}
