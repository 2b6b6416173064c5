/** /audit: who ordered what, why, and what came of it; refusals too. */
import type { Metadata } from "next";
import { AuditLog } from "./_audit/AuditLog.tsx";

export const metadata: Metadata = { title: "Audit log" };

export default function AuditPage() {
  return <AuditLog />;
}
