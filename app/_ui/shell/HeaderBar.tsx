"use client";
/** The header of every page: who is in control, who stands by, automation, calls, alarms, clock, and how old all of it is. */
import Link from "next/link";
import type { ReactNode } from "react";
import type { ConsoleSnapshot, ServerView } from "../../../server/operations/console-view.ts";
import { useLive } from "../../_trpc/use-live.ts";
import { ActionMenu } from "../../orders/_menu/ActionMenu.tsx";
import { clusterActions } from "../../orders/_menu/actions.ts";
import { formatAge, formatCount, formatTime, formatWeekday, formatWhen, zoneName } from "../format.ts";
import { serverState } from "../node-words.ts";
import { setZone, useZone } from "../preferences.ts";
import { Glyph } from "../StatusGlyph.tsx";
import { Mark } from "./Mark.tsx";

function Fact({
  label,
  children,
  dateLabel = false,
}: {
  readonly label: ReactNode;
  readonly children: ReactNode;
  readonly dateLabel?: boolean;
}) {
  return (
    <div className="fact">
      <span className={dateLabel ? "fact-label clock-date" : "fact-label"}>{label}</span>
      <span className="fact-value">{children}</span>
    </div>
  );
}

function ServerFact({
  label,
  server,
  more,
  none,
}: {
  readonly label: string;
  readonly server: ServerView | undefined;
  readonly more: string;
  readonly none: string;
}) {
  if (server === undefined) {
    return (
      <Fact label={label}>
        <Glyph name="failed" />
        <span className="red medium">{none}</span>
      </Fact>
    );
  }
  const state = serverState(server);
  return (
    <Fact label={label}>
      <Glyph name={state.glyph} />
      <span className="mono medium">{server.name}</span>
      {state.glyph === "ok" ? <span className="ink-2 fact-more">{more}</span> : <span className={state.tone}>{state.word}</span>}
    </Fact>
  );
}

function primaryMore(snapshot: ConsoleSnapshot, server: ServerView | undefined, now: number): string {
  const since = server?.status?.title.since ?? null;
  return `epoch ${snapshot.epoch.number}${since === null ? "" : `, ${formatAge(now - since)}`}`;
}

/** How far the standby's picture is behind: the age of what it last said about the same state. */
function standbyMore(server: ServerView | undefined): string {
  if (server?.status === null || server?.status === undefined) return "";
  return server.status.readiness.ready ? "ready" : "not ready";
}

function AutomationFact({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const { state, used, limit } = snapshot.guard;
  const held = state === "paused" || state === "held";
  // Armed means nothing while there is nobody to fail over to.
  const alone = state === "armed" && snapshot.standby === null;
  return (
    <Fact label="Automatic failover">
      {held && <Glyph name="hold" />}
      {alone && <Glyph name="degraded" />}
      {state === "unknown" && <Glyph name="unknown" />}
      <span className={held || alone ? "amber medium" : state === "unknown" ? "ink-2" : "medium"}>
        {state.toUpperCase()}
        {alone && ", no standby"}
      </span>
      <span
        className="ink-2 fact-more"
        title="Titles that the server took without being asked, within the window; a cold start's counts too."
      >
        {state === "paused" ? <PauseEnd snapshot={snapshot} /> : `${used} of ${limit} changes used`}
      </span>
    </Fact>
  );
}

/** "until 14:00:00", "until resumed": who and why stand in the notice. */
function PauseEnd({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const zone = useZone();
  const { pause } = snapshot.guard;
  return <>{pause?.until == null ? "until resumed" : `until ${formatWhen(pause.until, snapshot.at, zone).replace("today ", "")}`}</>;
}

function CallsFact({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  return (
    <Fact label="Calls">
      {snapshot.calls === null ? (
        <>
          <span className="swatch" aria-hidden="true" />
          <span className="ink-2">unknown</span>
        </>
      ) : (
        <span className="medium">{formatCount(snapshot.calls)}</span>
      )}
    </Fact>
  );
}

function AlarmsFact({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const count = snapshot.verdict.look.length;
  if (count === 0) {
    return (
      <Fact label="Alarms">
        <span>none</span>
      </Fact>
    );
  }
  const bad = snapshot.verdict.tone === "bad";
  return (
    <Fact label="Alarms">
      <Glyph name={bad ? "failed" : "degraded"} size={11} />
      <span className={bad ? "red medium" : "amber medium"}>{count}</span>
      <Link href="/" className="ink-2 fact-more">
        to look at
      </Link>
    </Fact>
  );
}

function LinkFact() {
  const { link } = useLive();
  const age = link.ageMs === null ? "" : formatAge(link.ageMs);
  return (
    <Fact label="Link">
      <span data-testid="link" data-phase={link.phase} className="fact-value">
        {link.phase === "lost" && (
          <>
            <Glyph name="failed" size={11} />
            <span className="red medium">LOST</span> {age}
          </>
        )}
        {link.phase === "late" && (
          <>
            <Glyph name="suspect" size={11} />
            <span className="amber">LATE</span> {age}
          </>
        )}
        {link.phase === "live" && (
          <>
            <Glyph name="ok" size={10} label="link up" /> {age}
          </>
        )}
        {link.phase === "connecting" && (
          <>
            <Glyph name="unknown" size={11} />
            <span className="ink-2">WAITING</span>
          </>
        )}
      </span>
    </Fact>
  );
}

function Clock({ now }: { readonly now: number }) {
  const zone = useZone();
  return (
    <Fact label={now === 0 ? "\u00a0" : formatWeekday(now, zone)} dateLabel>
      <button type="button" onClick={() => setZone(zone === "UTC" ? "local" : "UTC")} title="UTC or local time (u)">
        <span className="mono medium" data-testid="clock">
          {now === 0 ? "--:--:--" : formatTime(now, zone)}
        </span>{" "}
        <span className="ink-2">{zoneName(now, zone)}</span>
      </button>
    </Fact>
  );
}

export function HeaderBar({ menu }: { readonly menu: ReactNode }) {
  const { snapshot, now } = useLive();
  const primary = snapshot?.servers.find((server) => server.name === snapshot.primary);
  const standby = snapshot?.servers.find((server) => server.name === snapshot.standby);
  return (
    <header className="header">
      <Link href="/" className="brand" aria-label="Tandem, overview">
        <Mark />
        <span>
          <span className="brand-product brand-name">Tandem</span>
          <span className="brand-site label ink-3" style={{ display: "block" }}>
            {snapshot?.site ?? "\u00a0"}
          </span>
        </span>
      </Link>
      <div className="header-facts">
        {snapshot !== null && (
          <>
            <ServerFact label="Primary" server={primary} more={primaryMore(snapshot, primary, now)} none="NONE" />
            <ServerFact label="Standby" server={standby} more={standbyMore(standby)} none="NONE" />
            <AutomationFact snapshot={snapshot} />
            <CallsFact snapshot={snapshot} />
            <AlarmsFact snapshot={snapshot} />
          </>
        )}
      </div>
      <div className="header-end">
        {snapshot !== null && (
          <div className="header-actions">
            <ActionMenu buttonId="cluster-actions" label="Actions" name="Actions of the cluster" groups={clusterActions(snapshot)} />
          </div>
        )}
        <Clock now={now} />
        <LinkFact />
        {menu}
      </div>
    </header>
  );
}
