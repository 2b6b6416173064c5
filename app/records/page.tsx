/** /records: every answered call, once, with what it hangs on: time brush, filters, table, drawer, export. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { RecordsPage } from "./_page/RecordsPage.tsx";

export const metadata: Metadata = { title: "Call records" };

export default function Records() {
  return (
    <Suspense>
      <RecordsPage />
    </Suspense>
  );
}
