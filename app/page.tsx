/** Overview, the console's first page. */
import type { Metadata } from "next";
import { Overview } from "./_overview/Overview.tsx";

export const metadata: Metadata = { title: "Overview · Tandem" };

export default function Page() {
  return <Overview />;
}
