/** /lab: the demo site's nodes, links and traffic, and the faults that can be put into them. */
import type { Metadata } from "next";
import { LabPage } from "./_lab/LabPage.tsx";

export const metadata: Metadata = { title: "Lab" };

export default function Lab() {
  return <LabPage />;
}
