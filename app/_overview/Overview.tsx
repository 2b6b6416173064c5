"use client";
/** Are calls being carried, by whom, and would we survive losing it right now? Answered within five seconds of looking. */
import { useSnapshot } from "../_trpc/use-live.ts";
import { WaitingForSnapshot } from "../_ui/EmptyState.tsx";
import { CallsRegion } from "./CallsRegion.tsx";
import { EventsRegion } from "./EventsRegion.tsx";
import { GatewaysRegion } from "./GatewaysRegion.tsx";
import { LastFailoverRegion } from "./LastFailoverRegion.tsx";
import { PairRegion } from "./PairRegion.tsx";
import { SurvivabilityRegion } from "./SurvivabilityRegion.tsx";
import { VerdictRegion } from "./VerdictRegion.tsx";
import "./overview.css";

export function Overview() {
  const snapshot = useSnapshot();
  if (snapshot === null) return <WaitingForSnapshot rows={12} />;
  return (
    <>
      <VerdictRegion verdict={snapshot.verdict} />
      <div className="overview-columns">
        <div className="overview-left">
          <PairRegion snapshot={snapshot} />
          <GatewaysRegion snapshot={snapshot} />
          <EventsRegion snapshot={snapshot} />
        </div>
        <div className="overview-right">
          <SurvivabilityRegion snapshot={snapshot} />
          <CallsRegion snapshot={snapshot} />
          <LastFailoverRegion report={snapshot.failover} />
        </div>
      </div>
    </>
  );
}
