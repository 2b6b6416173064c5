"use client";
/** One gateway: what it says of itself, what its owner found at the last audit, its media and its addresses. */
import Link from "next/link";
import type { EndpointState } from "../../../server/core/calls/connection.ts";
import type { GatewayStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot, GatewayView } from "../../../server/operations/console-view.ts";
import { auditTtlMs } from "../../_overview/gateway-sum.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { freshness } from "../../_ui/Age.tsx";
import { epochText } from "../../_ui/epoch.ts";
import { formatAge, formatCount, formatDuration } from "../../_ui/format.ts";
import { gatewayState } from "../../_ui/node-words.ts";
import { Reading } from "../../_ui/Reading.tsx";
import { Region } from "../../_ui/Region.tsx";
import { quarterHourMs } from "../../_ui/strip/RowStrip.tsx";
import { StripView } from "../../_ui/strip/StripView.tsx";
import { gatewayStrip } from "../../_ui/strip/strip-source.ts";
import { gatewayActions } from "../../orders/_menu/actions.ts";
import { votersOf } from "../../orders/_sheet/voters-now.ts";
import { AuditRegions } from "./AuditRegions.tsx";
import { Counts } from "./Counts.tsx";
import { DetailFrame } from "./DetailFrame.tsx";
import { List, Was } from "./DrawerList.tsx";

const endpointWords: Record<EndpointState, string> = {
  idle: "idle",
  active: "active",
  "on-hold": "on hold",
  "forwarding-set": "forwarding set",
  "transfer-set": "transfer set",
  "out-of-service": "out of service",
};

function Endpoints({ gateway, status }: { readonly gateway: GatewayView; readonly status: GatewayStatus }) {
  const now = useNow();
  const old = isStatusOld(gateway, now) && gateway.observedAt !== null;
  const states = Object.entries(status.endpoints) as [EndpointState, number][];
  return (
    <Region
      title="Endpoints"
      note={`${gateway.endpoints} by state${old ? `, as of ${formatAge(now - (gateway.observedAt ?? now))} ago` : ""}`}
    >
      <div style={{ marginTop: 4 }}>
        {states.map(([state, count]) => (
          <div key={state} className="endpoint-share">
            <span className="ink-2">{endpointWords[state]}</span>
            <i style={{ width: `${Math.round((count / Math.max(1, gateway.endpoints)) * 100)}%` }} aria-hidden="true" />
            <span className={old ? "right ink-3" : "right"}>{formatCount(count)}</span>
          </div>
        ))}
      </div>
    </Region>
  );
}

function Media({
  status,
  ttlMs,
  observedAt,
}: {
  readonly status: GatewayStatus;
  readonly ttlMs: number;
  readonly observedAt: number | null;
}) {
  const { media } = status;
  const reading = (value: number | null) => ({ value, observedAt, source: status.name, ttlMs });
  return (
    <Region title="Media" note="RTP as counted at this gateway's receivers">
      <List
        items={[
          [
            "Streams",
            <>
              {media.realStreams} real{media.modelledStreams > 0 && <span className="ink-2">, {media.modelledStreams} modelled</span>}
            </>,
          ],
          ["Packets received", <Reading key="received" terse reading={reading(media.packetsReceived)} />],
          ["Packets lost", <Reading key="lost" terse reading={reading(media.packetsLost)} />],
          ["Sequence gaps", <Reading key="gaps" terse reading={reading(media.sequenceGaps)} />],
          ["Worst jitter", media.maxJitterMs === null ? "none yet" : formatDuration(media.maxJitterMs)],
          ["Longest silence", media.longestSilenceMs === null ? "none yet" : formatDuration(media.longestSilenceMs)],
        ]}
      />
    </Region>
  );
}

function Addresses({ gateway }: { readonly gateway: GatewayView }) {
  return (
    <Region title="Addresses" note="read it yourself; the community stands in tandem.yaml">
      <List
        items={[
          [
            "SNMP v2c",
            <span key="snmp" className="mono">
              {gateway.snmp.host}:{gateway.snmp.port}
            </span>,
          ],
          [
            "MGCP",
            <span key="mgcp" className="mono">
              {gateway.mgcp.host}:{gateway.mgcp.port}
            </span>,
          ],
        ]}
      />
      <div className="command">
        snmpbulkwalk -v2c -c "$COMMUNITY" {gateway.snmp.host}:{gateway.snmp.port} 1.3.6.1.2.1.10.21.1.3.1
      </div>
    </Region>
  );
}

function isStatusOld(gateway: GatewayView, now: number): boolean {
  return freshness(gateway.observedAt, gateway.ttlMs, now) === "stale";
}

interface DetailProps {
  readonly gateway: GatewayView;
  readonly snapshot: ConsoleSnapshot;
}

function Summary({ gateway, snapshot }: DetailProps) {
  const now = useNow();
  const { name, status, health } = gateway;
  const old = isStatusOld(gateway, now);
  const set = votersOf(snapshot);
  const votes = set.source === null ? gateway.voter : set.voters.includes(name);
  const reported = {
    value: health?.reported ?? null,
    observedAt: health?.audit.lastCompleteAt ?? null,
    source: name,
    ttlMs: auditTtlMs(gateway),
  };
  return (
    <>
      {old && gateway.observedAt !== null && (
        <p className="ink-2">
          <span className="swatch" aria-hidden="true" /> Its own status is {formatAge(now - gateway.observedAt)} old.
        </p>
      )}
      <List
        items={[
          ["Kind", `${gateway.kind}, ${votes ? "votes" : "no vote"}, priority ${gateway.priority}`],
          ["Path to servers", gateway.localTo === null ? "over the network" : `directly at ${gateway.localTo}`],
          [
            "Obeys",
            <span key="owner" className="mono">
              {gateway.owner ?? "nobody"}
            </span>,
          ],
          [
            "Granted epoch",
            <span key="epoch" className="mono">
              {status === null ? "unknown" : <Was old={old}>{epochText(status.epoch)}</Was>}
            </span>,
          ],
          ["Promise left", status === null || old ? "unknown" : `${Math.round(status.promiseLeftMs)} of ${snapshot.timers.promiseMs} ms`],
          ["Connections", <Reading key="reported" reading={reported} />],
          [
            "",
            <Link key="live" href={`/connections?gateway=${encodeURIComponent(name)}`}>
              Live connections of {name}
            </Link>,
          ],
          [
            "Orders",
            <span key="orders" className="drawer-orders">
              {gatewayActions(snapshot, name, votes).map((action) => (
                <Link key={action.href} href={action.href}>
                  {action.text}
                </Link>
              ))}
            </span>,
          ],
        ]}
      />
    </>
  );
}

export function GatewayDetail({ gateway, snapshot, onClose }: DetailProps & { readonly onClose: () => void }) {
  const limit = snapshot.timers.missLimit;
  const { name, status, health } = gateway;
  return (
    <DetailFrame
      name={name}
      state={gatewayState(gateway, limit)}
      onClose={onClose}
      summary={<Summary gateway={gateway} snapshot={snapshot} />}
    >
      <Region title="Keepalives" note={`as ${gateway.healthSource ?? "a server"} hears them`}>
        <div className="drawer-strip">
          <StripView
            rows={[{ name, source: gatewayStrip(snapshot, name, gateway.healthSource) }]}
            limit={limit}
            windowMs={quarterHourMs}
            tickMs={300_000}
            full={28}
          />
        </div>
      </Region>
      {health === null ? (
        <Region title="Counts">
          <p className="ink-2">No server in reach tells what it found at {name}.</p>
        </Region>
      ) : (
        <Counts gateway={gateway} health={health} />
      )}
      <AuditRegions name={name} snapshot={snapshot} figures={health?.polling ?? null} budget={null} />
      {status !== null && <Endpoints gateway={gateway} status={status} />}
      {status !== null && <Media status={status} ttlMs={gateway.ttlMs} observedAt={gateway.observedAt} />}
      <Addresses gateway={gateway} />
    </DetailFrame>
  );
}
