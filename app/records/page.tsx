/** Call records: a placeholder until the page is built. */
import type { Metadata } from "next";
import { WaitingForSnapshot } from "../_ui/EmptyState.tsx";

export const metadata: Metadata = { title: "Call records" };

export default function Page() {
  return <WaitingForSnapshot />;
}
