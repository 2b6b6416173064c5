"use client";
/** Everything one call server says about itself, with how its peer hears it; old values say so. */
import type { ReactNode } from "react";
import type { PeerHealth, ServerStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot, ServerView } from "../../../server/operations/console-view.ts";
import { heardNow } from "../../_overview/pair.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { Age } from "../../_ui/Age.tsx";
import { ActionLink } from "../../_ui/Button.tsx";
import { epochText } from "../../_ui/epoch.ts";
import { formatAge, formatCount, formatDuration, formatTime } from "../../_ui/format.ts";
import { serverState } from "../../_ui/node-words.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Facts } from "../../_ui/Region.tsx";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { quarterHourMs } from "../../_ui/strip/RowStrip.tsx";
import { StripView } from "../../_ui/strip/StripView.tsx";
import { serverStrip } from "../../_ui/strip/strip-source.ts";

function Lease({ leftMs, ofMs }: { readonly leftMs: number; readonly ofMs: number }) {
  const share = Math.max(0, Math.min(1, leftMs / Math.max(1, ofMs)));
  return (
    <>
      {Math.round(leftMs)} of {ofMs} ms
      <span className="lease" aria-hidden="true">
        <i style={{ width: `${Math.round(share * 100)}%` }} />
      </span>
    </>
  );
}

function PathWords({ peer }: { readonly peer: PeerHealth }) {
  return (
    <>
      {peer.paths.map((path, index) => (
        <span key={path.path}>
          {index > 0 && <span className="ink-3"> · </span>}
          path {path.path}:{" "}
          {path.lastAnswerAgoMs === null ? (
            <span className="ink-2">no answer yet</span>
          ) : (
            <>
              {path.rttMs === null ? "" : `${formatDuration(path.rttMs)}, `}
              {formatDuration(path.lastAnswerAgoMs)} ago
            </>
          )}
        </span>
      ))}
    </>
  );
}

function PeerWords({ peer, limit }: { readonly peer: PeerHealth; readonly limit: number }) {
  const tone = peer.missed >= limit ? "red" : peer.missed >= 2 ? "amber" : undefined;
  return (
    <span className={tone}>
      {Math.min(peer.missed, limit)} of {limit} missed,{" "}
      {peer.silentMs === null ? "never heard in this boot" : `last ${formatDuration(peer.silentMs)} ago`}
    </span>
  );
}

function Readiness({ status }: { readonly status: ServerStatus }) {
  if (status.title.held) return <>carries the calls</>;
  if (status.readiness.ready) return <>ready to take over</>;
  return (
    <ul>
      {status.readiness.reasons.map((reason) => (
        <li key={reason} className="amber">
          {reason}
        </li>
      ))}
      {status.readiness.reasons.length === 0 && <li className="amber">not ready, no reason told</li>}
    </ul>
  );
}

function EventLoop({ status }: { readonly status: ServerStatus }) {
  const { p50, p99, max } = status.loopDelayMs;
  const text = `${formatDuration(p50)} median, ${formatDuration(p99)} p99, ${formatDuration(max)} worst of 10 s`;
  if (!status.starved) return <>{text}</>;
  return (
    <span className="amber">
      <StatusGlyph name="degraded" word="STARVED" />: {text}
    </span>
  );
}

function Counters({ counters }: { readonly counters: Readonly<Record<string, number>> }) {
  const entries = Object.entries(counters).sort(([a], [b]) => a.localeCompare(b));
  return (
    <details className="server-counters">
      <summary>
        {entries.length} counters <span className="ink-3">since this boot</span>
      </summary>
      <table className="table" aria-label="Counters">
        <tbody>
          {entries.map(([name, value]) => (
            <tr key={name}>
              <td className="mono">{name}</td>
              <td className="right">{formatCount(value)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </details>
  );
}

function rowsOf(status: ServerStatus, snapshot: ConsoleSnapshot): readonly (readonly [string, ReactNode])[] {
  const { byPhase } = status.calls;
  const audited = status.gateways.filter((gateway) => gateway.audit.lastCompleteAt !== null).length;
  return [
    ["Readiness", <Readiness key="readiness" status={status} />],
    ...status.peers.flatMap((peer): (readonly [string, ReactNode])[] => [
      [`Hears ${peer.name}`, <PeerWords key="peer" peer={peer} limit={snapshot.timers.missLimit} />],
      [`Paths to ${peer.name}`, <PathWords key="paths" peer={peer} />],
    ]),
    [
      "Calls",
      <>
        {formatCount(status.calls.active)} <span className="ink-2">of {formatCount(status.calls.capacity)}</span>: {byPhase.talking}{" "}
        talking, {byPhase.ringing} ringing, {byPhase["setting-up"]} setting up, {byPhase.releasing} releasing
      </>,
    ],
    [
      "Call state digest",
      <span key="digest" className="mono">
        {status.digest}
      </span>,
    ],
    ["Gateways audited", `${audited} of ${status.gateways.length}`],
    ["Call records", `${formatCount(status.outbox.pending)} wait for the console, last number ${formatCount(status.outbox.lastSequence)}`],
    ["Automatic changes", `${status.automaticChanges.used} of ${status.automaticChanges.limit} used`],
    ["Event loop", <EventLoop key="loop" status={status} />],
    ["Configuration", `version ${status.configVersion}`],
    [
      "Process",
      <>
        {status.pid}, up for <Age at={status.startedAt} />, software {status.softwareVersion}
      </>,
    ],
  ];
}

export function ServerColumn({ server, snapshot }: { readonly server: ServerView; readonly snapshot: ConsoleSnapshot }) {
  const now = useNow();
  const zone = useZone();
  const { status } = server;
  const limit = snapshot.timers.missLimit;
  const heard = heardNow(snapshot, server.name, now);
  const state = serverState(server, limit, heard?.missed ?? null);
  const strip = serverStrip(snapshot, server.name);
  const old = server.state === "unreachable" || server.state === "frozen";
  const margin = heard === null ? null : Math.max(0, (limit - heard.missed) * snapshot.timers.keepaliveMs);
  const mayTake = snapshot.standby === server.name;
  return (
    <section className="server" id={server.name} aria-label={server.name}>
      <div className="region">
        <div className="server-head">
          <h2 className="head mono">{server.name}</h2>
          <StatusGlyph name={state.glyph} word={state.word} reason={state.reason} />
          <span className="label ink-3">{server.rank === 0 ? "preferred" : `rank ${server.rank}`}</span>
          <span>
            {mayTake && <ActionLink href={`/switchover?to=${encodeURIComponent(server.name)}`}>Switch over to {server.name}</ActionLink>}
          </span>
        </div>
        {old && (
          <p className="ink-2">
            {server.name} does not answer the console{server.error === null ? "." : `: ${server.error.replace(/\.$/, "")}.`}{" "}
            {server.observedAt === null
              ? "Nothing is known of it."
              : `Shown: state of ${formatTime(server.observedAt, zone)}, ${formatAge(now - server.observedAt)} old.`}
          </p>
        )}
        {status !== null && (
          <Facts
            className="server-facts"
            items={[
              { label: "Role and state", value: old ? <Was>{`${status.role}, ${status.state}`}</Was> : `${status.role}, ${status.state}` },
              { label: "Epoch", value: <span className="mono">{epochText(status.epoch)}</span> },
              {
                label: "Title for",
                value:
                  status.title.held && !old ? (
                    <Age at={status.title.since} />
                  ) : (
                    <span className="ink-2">{old && status.title.held ? "unknown" : "not held"}</span>
                  ),
              },
              {
                label: "Lease left",
                value: old ? (
                  <span className="ink-2">{status.title.held ? "ran out" : "none"}</span>
                ) : status.title.held ? (
                  <Lease leftMs={status.title.leaseLeftMs} ofMs={snapshot.timers.leaseMs} />
                ) : (
                  <span className="ink-2">none</span>
                ),
              },
            ]}
          />
        )}
      </div>
      <div className="region">
        <div className="region-head">
          <h3>Keepalives</h3>
          <span className="label ink-3">
            as {strip.listener ?? "nobody"} hears them
            {heard !== null &&
              margin !== null &&
              heard.missed < limit &&
              `; ${heard.missed} of ${limit} missed, ${(margin / 1000).toFixed(1)} s from a takeover`}
            {heard !== null && heard.missed >= limit && heard.silentMs !== null && `; silent for ${formatAge(heard.silentMs)}`}
          </span>
        </div>
        <div className="server-strip">
          <StripView
            rows={[{ name: server.name, source: strip.source }]}
            limit={limit}
            windowMs={quarterHourMs}
            tickMs={180_000}
            full={34}
          />
        </div>
      </div>
      <div className="region">
        {status === null ? (
          <p className="ink-2">Still waiting for the first status of {server.name}.</p>
        ) : (
          <>
            {old && (
              <p>
                <span className="swatch" aria-hidden="true" /> <span className="ink-2">What follows is old.</span>
              </p>
            )}
            <dl className="server-list" data-stale={old}>
              {rowsOf(status, snapshot).map(([label, value]) => (
                <Row key={label} label={label} value={value} old={old} />
              ))}
            </dl>
            <Counters counters={status.counters} />
          </>
        )}
      </div>
    </section>
  );
}

function Row({ label, value, old }: { readonly label: string; readonly value: ReactNode; readonly old: boolean }) {
  return (
    <>
      <dt>{label}</dt>
      <dd className={old ? "ink-2" : undefined}>{value}</dd>
    </>
  );
}

function Was({ children }: { readonly children: ReactNode }) {
  return (
    <span className="ink-2">
      <span className="swatch" aria-hidden="true" /> was {children}
    </span>
  );
}
