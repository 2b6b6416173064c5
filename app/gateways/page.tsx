/** Gateways: which can carry calls, and do their counts agree with ours? */
import type { Metadata } from "next";
import { Suspense } from "react";
import { WaitingForSnapshot } from "../_ui/EmptyState.tsx";
import { Gateways } from "./_gateways/Gateways.tsx";

export const metadata: Metadata = { title: "Gateways" };

export default function Page() {
  return (
    <Suspense fallback={<WaitingForSnapshot rows={8} />}>
      <Gateways />
    </Suspense>
  );
}
