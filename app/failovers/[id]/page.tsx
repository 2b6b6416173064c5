/** /failovers/42-cs-b: one change of control, step by step, live while it runs. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { FailoverDetail } from "../_detail/FailoverDetail.tsx";

interface Props {
  readonly params: Promise<{ readonly id: string }>;
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  return { title: `Failover ${decodeURIComponent((await params).id)}` };
}

export default async function FailoverPage({ params }: Props) {
  const id = decodeURIComponent((await params).id);
  return (
    <Suspense>
      <FailoverDetail key={id} id={id} />
    </Suspense>
  );
}
