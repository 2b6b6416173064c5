"use client";
/** The pair line by line, and the voters that decide between them. */
import { useSnapshot } from "../../_trpc/use-live.ts";
import { WaitingForSnapshot } from "../../_ui/EmptyState.tsx";
import { PageVerdict } from "../../_ui/Verdict.tsx";
import { Claims } from "./Claims.tsx";
import { ServerColumn } from "./ServerColumn.tsx";
import { claims, serversSentence } from "./server-words.ts";
import { VotersRegion } from "./VotersRegion.tsx";
import "./servers.css";

export function Servers() {
  const snapshot = useSnapshot();
  if (snapshot === null) return <WaitingForSnapshot rows={12} />;
  const holders = claims(snapshot);
  const { keepaliveMs, missLimit, leaseMs, promiseMs } = snapshot.timers;
  return (
    <>
      <PageVerdict sentence={serversSentence(snapshot)}>
        A keepalive each {keepaliveMs} ms; {missLimit} of the primary missed in a row may make a takeover. A lease lasts {leaseMs} ms, a
        voter's promise {promiseMs} ms.
      </PageVerdict>
      {holders.length > 1 && <Claims snapshot={snapshot} holders={holders} />}
      <div className="servers-columns">
        {[...snapshot.servers]
          .sort((a, b) => a.rank - b.rank)
          .map((server) => (
            <ServerColumn key={server.name} server={server} snapshot={snapshot} />
          ))}
      </div>
      <VotersRegion snapshot={snapshot} />
    </>
  );
}
