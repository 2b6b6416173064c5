/** /switchover?to=cs-b: the sheet that prepares a planned change of control. A failback is the same with the preferred server as target. */
import type { Metadata } from "next";
import { Suspense } from "react";
import { SwitchoverSheet } from "./_sheet/SwitchoverSheet.tsx";

export const metadata: Metadata = { title: "Switchover" };

export default function SwitchoverPage() {
  return (
    <Suspense>
      <SwitchoverSheet />
    </Suspense>
  );
}
