"use client";
/** What a call server says of itself, one line each, in the same order for every server, and its counters. */
import type { ReactNode } from "react";
import type { PeerHealth, ServerStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot } from "../../../server/operations/console-view.ts";
import { Age } from "../../_ui/Age.tsx";
import { formatAge, formatCount, formatDuration, withCapital } from "../../_ui/format.ts";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { Controls, Guard, Lent, Rules, Scheduled, VoterSet } from "./ControlWords.tsx";

/** `ageMs` everywhere: how old the status is; silences have grown by that much since. */
function PathWords({ peer, ageMs }: { readonly peer: PeerHealth; readonly ageMs: number }) {
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
              {formatDuration(path.lastAnswerAgoMs + ageMs)} ago
            </>
          )}
        </span>
      ))}
    </>
  );
}

function PeerWords({ peer, limit, ageMs }: { readonly peer: PeerHealth; readonly limit: number; readonly ageMs: number }) {
  const tone = peer.missed >= limit ? "red" : peer.missed >= 2 ? "amber" : undefined;
  return (
    <span className={tone}>
      {Math.min(peer.missed, limit)} of {limit} missed,{" "}
      {peer.silentMs === null ? "never heard in this boot" : `last ${formatDuration(peer.silentMs + ageMs)} ago`}
    </span>
  );
}

function Readiness({ status, old }: { readonly status: ServerStatus; readonly old: boolean }) {
  if (status.title.held) return <>{old ? "carried the calls" : "carries the calls"}</>;
  if (status.readiness.ready) return <>{old ? "was ready to take over" : "ready to take over"}</>;
  return (
    <ul>
      {status.readiness.reasons.map((reason) => (
        <li key={reason} className="amber">
          {withCapital(reason)}
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

/** Phases are known to the server that controls the calls; a standby has established ones from its audits and nothing else. */
function CallsWords({ role, calls }: Pick<ServerStatus, "role" | "calls">) {
  const { talking, ringing, releasing, "setting-up": settingUp } = calls.byPhase;
  const controls = role === "primary" || talking + ringing + settingUp + releasing > 0;
  return (
    <>
      {formatCount(calls.active)} <span className="ink-2">of {formatCount(calls.capacity)}</span>
      {controls
        ? `: ${talking} talking, ${ringing} ringing, ${settingUp} setting up, ${releasing} releasing`
        : ", established, known from its audits"}
    </>
  );
}

function rowsOf(status: ServerStatus, snapshot: ConsoleSnapshot, oldMs: number | null): readonly (readonly [string, ReactNode])[] {
  const ageMs = oldMs ?? 0;
  const audited = status.gateways.filter((gateway) => gateway.audit.lastCompleteAt !== null).length;
  return [
    ["Readiness", <Readiness key="readiness" status={status} old={oldMs !== null} />],
    ...status.peers.flatMap((peer): (readonly [string, ReactNode])[] => [
      [`Hears ${peer.name}`, <PeerWords key="peer" peer={peer} limit={snapshot.timers.missLimit} ageMs={ageMs} />],
      [`Paths to ${peer.name}`, <PathWords key="paths" peer={peer} ageMs={ageMs} />],
    ]),
    ["Calls", <CallsWords key="calls" role={status.role} calls={status.calls} />],
    [
      "Call state digest",
      <span key="digest" className="mono">
        {status.digest}
      </span>,
    ],
    ["Gateways audited", `${audited} of ${status.gateways.length}`],
    ["Call records", `${formatCount(status.outbox.pending)} wait for the console, last number ${formatCount(status.outbox.lastSequence)}`],
    ["Controls", <Controls key="controls" status={status} />],
    ...(status.lent.length === 0 ? [] : [["Lent to others", <Lent key="lent" status={status} />] as const]),
    ["Automatic changes", <Guard key="guard" status={status} />],
    ["Voter set", <VoterSet key="voters" status={status} />],
    ...(status.scheduled === null ? [] : [["Scheduled", <Scheduled key="scheduled" status={status} />] as const]),
    ["Rules", <Rules key="rules" status={status} />],
    ["Event loop", <EventLoop key="loop" status={status} />],
    ["Configuration", `version ${status.configVersion}`],
    [
      "Process",
      <>
        {status.pid}, {oldMs === null ? "up for" : "started"} <Age at={status.startedAt} {...(oldMs === null ? {} : { suffix: "ago" })} />,
        software {status.softwareVersion}
      </>,
    ],
  ];
}

function Row({ label, value, oldMs }: { readonly label: string; readonly value: ReactNode; readonly oldMs: number | null }) {
  return (
    <>
      <dt>{label}</dt>
      {oldMs === null ? (
        <dd>{value}</dd>
      ) : (
        <dd className="server-was">
          <span className="swatch" aria-hidden="true" />
          <div>{value}</div>
          <span className="label">{formatAge(oldMs)} old</span>
        </dd>
      )}
    </>
  );
}

interface ServerRowsProps {
  readonly status: ServerStatus;
  readonly snapshot: ConsoleSnapshot;
  /** How old the status is; null while it is of now. */
  readonly oldMs: number | null;
}

export function ServerRows({ status, snapshot, oldMs }: ServerRowsProps) {
  return (
    <>
      <dl className="server-list" data-stale={oldMs !== null}>
        {rowsOf(status, snapshot, oldMs).map(([label, value]) => (
          <Row key={label} label={label} value={value} oldMs={oldMs} />
        ))}
      </dl>
      <Counters counters={status.counters} />
    </>
  );
}
