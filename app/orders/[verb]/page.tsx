/** /orders/pause?for=1h: the sheet that prepares any order of an operator but the switchover at once, and follows it to its end. */
import type { Metadata } from "next";
import { notFound } from "next/navigation";
import { Suspense } from "react";
import { OrderSheet } from "../_sheet/OrderSheet.tsx";
import { isVerb, verbNames, verbs } from "../_sheet/verbs.ts";

interface Props {
  readonly params: Promise<{ readonly verb: string }>;
}

export const dynamicParams = false;

export function generateStaticParams(): { verb: string }[] {
  return verbs.map((verb) => ({ verb }));
}

export async function generateMetadata({ params }: Props): Promise<Metadata> {
  const { verb } = await params;
  return { title: isVerb(verb) ? verbNames[verb] : "Order" };
}

export default async function OrderPage({ params }: Props) {
  const { verb } = await params;
  if (!isVerb(verb)) notFound();
  return (
    <Suspense>
      <OrderSheet key={verb} verb={verb} />
    </Suspense>
  );
}
