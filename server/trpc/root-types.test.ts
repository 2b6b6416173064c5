/** The wire keeps the types: what a page infers from the router is what operations promise. */
import type { inferRouterOutputs } from "@trpc/server";
import { expectTypeOf, test } from "vitest";
import type { CallRecord } from "../core/calls/call-record.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";
import type { RecordPage } from "../operations/console-view.ts";
import type { AppRouter } from "./root.ts";

type Outputs = inferRouterOutputs<AppRouter>;

test("outputs are assignable to the types of operations", () => {
  expectTypeOf<Outputs["records"]["search"]>().toExtend<RecordPage>();
  expectTypeOf<Outputs["records"]["get"]>().toExtend<CallRecord>();
  expectTypeOf<Outputs["failovers"]["get"]>().toExtend<FailoverReport>();
  expectTypeOf<Outputs["events"]["list"]>().toExtend<JournalEvent[]>();
});
