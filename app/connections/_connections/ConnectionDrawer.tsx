"use client";
/** One connection in full: each field with where it comes from and how old it is; what this gear cannot say is named as unknown. */
import { type ReactNode, useEffect, useRef } from "react";
import { useNow } from "../../_trpc/use-live.ts";
import { Button } from "../../_ui/Button.tsx";
import { EmptyState } from "../../_ui/EmptyState.tsx";
import { formatAge, formatCount, formatTime, formatTimeMs, zoneName } from "../../_ui/format.ts";
import { Pair } from "../../_ui/Pair.tsx";
import { useZone } from "../../_ui/preferences.ts";
import {
  continuityTitles,
  continuityWord,
  dscpName,
  isLastSeen,
  noConnect,
  phaseUnsaid,
  qosText,
  scoreText,
  tellerText,
  timingText,
} from "./connection-sources.ts";
import type { LiveRow } from "./live-rows.ts";

interface ConnectionDrawerProps {
  /** Null: it is in the list no more. */
  readonly row: LiveRow | null;
  /** While paused, ages stand still too. */
  readonly pausedAt: number | null;
  readonly onClose: () => void;
}

export function ConnectionDrawer({ row, pausedAt, onClose }: ConnectionDrawerProps) {
  const clock = useNow();
  // An ended connection leaves the list: what was known of it last stays until the drawer is closed or another is opened.
  const last = useRef<LiveRow | null>(null);
  useEffect(() => {
    if (row !== null) last.current = row;
  }, [row]);
  const shown = row ?? last.current;
  const gone = row === null || row.gone;
  return (
    <aside className="live-drawer" aria-label="Connection">
      <div className="live-drawer-head">
        <h2 className="mono">{shown === null ? "Connection" : (endpointOf(shown) ?? shown.columns.callId[shown.index]?.slice(0, 12))}</h2>
        <Button kind="text" onClick={onClose}>
          Close <span className="kbd">Esc</span>
        </Button>
      </div>
      {shown === null ? (
        <EmptyState title="Not in the list.">It has ended, or the filters leave it out.</EmptyState>
      ) : (
        <Details row={shown} gone={gone} now={gone ? shown.columns.at : (pausedAt ?? clock)} />
      )}
    </aside>
  );
}

function endpointOf({ columns, index }: LiveRow): string | null {
  return columns.endpoint[index] ?? columns.legName[index] ?? null;
}

interface DetailsProps {
  readonly row: LiveRow;
  readonly gone: boolean;
  readonly now: number;
}

function Details({ row, gone, now }: DetailsProps) {
  return (
    <>
      {gone && <p className="ink-2">Not in the list any more; this is what was known last.</p>}
      <Leg row={row} />
      <Instants row={row} />
      <Media row={row} />
      <Quality row={row} />
      <Counters row={row} now={now} />
      <Provenance row={row} now={now} />
    </>
  );
}

function Group({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section>
      <h3>{title}</h3>
      <dl>{children}</dl>
    </section>
  );
}

function Unknown({ children = "unknown" }: { readonly children?: string }) {
  return <span className="ink-3">{children}</span>;
}

function Mono({ value }: { readonly value: string | null | undefined }) {
  return value == null || value === "" ? <Unknown>this gear cannot say</Unknown> : <span className="mono">{value}</span>;
}

function Leg({ row: { columns, index } }: { readonly row: LiveRow }) {
  const own = columns.own[index] !== false;
  const phase = columns.phase[index] ?? "unknown";
  const continuity = continuityWord(columns.continuity[index] ?? null, own);
  return (
    <Group title="Leg">
      <Pair name="Phase">
        {isLastSeen(columns, index) && (
          <>
            <span className="swatch" aria-hidden="true" /> was{" "}
          </>
        )}
        {phase === "unknown" ? <Unknown>{phaseUnsaid}</Unknown> : phase.replace("-", " ")}
      </Pair>
      <Pair name="Whose call">{own ? "ours: set up or adopted here" : "not ours: only observed on gear of others"}</Pair>
      <Pair name="If we fail">
        <span className="medium">{continuity}</span> <span className="ink-2">{continuityTitles[continuity]}</span>
      </Pair>
      <Pair name="Gateway">
        <span className="mono">{columns.gateway[index]}</span>
      </Pair>
      <Pair name="Endpoint">
        <Mono value={columns.endpoint[index]} />
      </Pair>
      <Pair name="Gear’s name">
        <Mono value={columns.legName[index]} />
      </Pair>
      <Pair name="Number">
        <Mono value={columns.localNumber[index]} />
      </Pair>
      <Pair name="Connected to">
        <Mono value={columns.peerNumber[index]} />
      </Pair>
      <Pair name="Numbers from">{tellerText(columns.numbersFrom[index] ?? null)}</Pair>
      <Pair name="Call id">
        <span className="mono">{columns.callId[index]}</span>
      </Pair>
    </Group>
  );
}

function Instants({ row: { columns, index } }: { readonly row: LiveRow }) {
  const zone = useZone();
  const error = columns.clockErrorMs[index] ?? 0;
  const stamp = (at: number | null, from: string | null, none: string): ReactNode =>
    at === null ? (
      <Unknown>{none}</Unknown>
    ) : (
      <>
        <span className="mono">{formatTimeMs(at, zone)}</span>{" "}
        <span className="ink-2">
          ± {Math.round(error)} ms, {timingText(from)}
        </span>
      </>
    );
  const setupFrom = columns.setupFrom[index] ?? null;
  const connectFrom = columns.connectFrom[index] ?? null;
  return (
    <Group title={`Instants, ${zoneName(columns.at, zone)}`}>
      <Pair name="Set up">{stamp(columns.setupAt[index] ?? null, setupFrom, "this gear cannot say")}</Pair>
      <Pair name="Connected">{stamp(columns.connectAt[index] ?? null, connectFrom, noConnect(columns.phase[index]))}</Pair>
    </Group>
  );
}

function Media({ row: { columns, index } }: { readonly row: LiveRow }) {
  const qos = columns.qos[index] ?? null;
  const dscp = columns.dscp[index] ?? null;
  return (
    <Group title="Media">
      <Pair name="Carries">{columns.carries[index] ?? <Unknown>this gear cannot say</Unknown>}</Pair>
      <Pair name="Codec">{columns.codec[index] ?? <Unknown>this gear cannot say</Unknown>}</Pair>
      <Pair name="QoS">{qos === null ? <Unknown>this gear cannot say</Unknown> : qosText(qos)}</Pair>
      <Pair name="DSCP">{dscp === null ? <Unknown>this gear cannot say</Unknown> : `${dscp}, ${dscpName(dscp)}`}</Pair>
      <Pair name="Address here">
        <Mono value={columns.localAddress[index]} />
      </Pair>
      <Pair name="Address there">
        <Mono value={columns.remoteAddress[index]} />
      </Pair>
    </Group>
  );
}

function Quality({ row: { columns, index } }: { readonly row: LiveRow }) {
  const mos = columns.mos[index] ?? null;
  const r = columns.r[index] ?? null;
  const reported = columns.reportedMos[index] ?? null;
  return (
    <Group title="Quality">
      <Pair name="MOS, ours">
        {mos === null ? <Unknown>not rated</Unknown> : <span className="medium">{scoreText(mos)}</span>}
        {r !== null && <span className="ink-2">, R {scoreText(r)}</span>}
      </Pair>
      <Pair name={mos === null ? "Why not" : "Method"}>
        <span className="ink-2">{columns.mosMethod[index]}</span>
      </Pair>
      <Pair name="As gear says">
        {reported === null ? <Unknown>this gear cannot say</Unknown> : scoreText(reported)}
        {reported !== null && <span className="ink-2">, {columns.reportedMosMethod[index] ?? "method not told"}</span>}
      </Pair>
    </Group>
  );
}

function Counters({ row: { columns, index }, now }: { readonly row: LiveRow; readonly now: number }) {
  const countersAt = columns.countersAt[index] ?? null;
  const modelled = columns.modelled[index] === true;
  const count = (value: number | null | undefined, unit = ""): ReactNode =>
    value == null ? <Unknown>this gear cannot say</Unknown> : `${value % 1 === 0 ? formatCount(value) : value.toFixed(1)}${unit}`;
  return (
    <Group title={modelled ? "Counters, modelled: no real stream runs" : "Counters"}>
      <Pair name="Sent">{count(columns.packetsSent[index])}</Pair>
      <Pair name="Received">{count(columns.packetsReceived[index])}</Pair>
      <Pair name="Lost">{count(columns.packetsLost[index])}</Pair>
      <Pair name="Jitter">{count(columns.jitterMs[index], " ms")}</Pair>
      <Pair name="Round trip">{count(columns.rttMs[index], " ms")}</Pair>
      <Pair name="Counted">{countersAt === null ? <Unknown>never</Unknown> : `${formatAge(Math.max(0, now - countersAt))} ago`}</Pair>
    </Group>
  );
}

function Provenance({ row: { columns, index }, now }: { readonly row: LiveRow; readonly now: number }) {
  const stale = columns.stale[index] === true;
  const confirmedAt = columns.confirmedAt[index] ?? null;
  const zone = useZone();
  const why = isLastSeen(columns, index)
    ? `last seen ${formatTime(confirmedAt ?? columns.at, zone)}, its gear has told nothing of it since;`
    : "inherited, not confirmed yet;";
  return (
    <Group title="Told by">
      <Pair name="Row from">{tellerText(columns.provenance[index] ?? null)}</Pair>
      <Pair name="Confirmed">
        {stale && (
          <>
            <span className="swatch" aria-hidden="true" /> {why}{" "}
          </>
        )}
        {confirmedAt === null ? "never" : `${formatAge(Math.max(0, now - confirmedAt))} ago`}
      </Pair>
      <Pair name="As known by">
        <span className="mono">{columns.source}</span>
      </Pair>
    </Group>
  );
}
