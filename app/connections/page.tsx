/** Connections: what is up right now, and which calls are at risk? */
import type { Metadata } from "next";
import { Suspense } from "react";
import { WaitingForSnapshot } from "../_ui/EmptyState.tsx";
import { Connections } from "./_connections/Connections.tsx";

export const metadata: Metadata = { title: "Connections" };

export default function Page() {
  return (
    <Suspense fallback={<WaitingForSnapshot rows={12} />}>
      <Connections />
    </Suspense>
  );
}
