/** /failovers: every change of control, newest first. */
import type { Metadata } from "next";
import { FailoverList } from "./_list/FailoverList.tsx";

export const metadata: Metadata = { title: "Failovers" };

export default function FailoversPage() {
  return <FailoverList />;
}
