"use client";
/** Everything one call server says about itself, with how its peer hears it; old values say so. */
import type { ReactNode } from "react";
import type { ServerStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot, ServerView } from "../../../server/operations/console-view.ts";
import { heardNow } from "../../_overview/pair.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { Age, freshness } from "../../_ui/Age.tsx";
import { ActionLink } from "../../_ui/Button.tsx";
import { epochText } from "../../_ui/epoch.ts";
import { formatAge, formatTime } from "../../_ui/format.ts";
import { serverState } from "../../_ui/node-words.ts";
import { useZone } from "../../_ui/preferences.ts";
import { Facts } from "../../_ui/Region.tsx";
import { StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { quarterHourMs } from "../../_ui/strip/RowStrip.tsx";
import { StripView } from "../../_ui/strip/StripView.tsx";
import { serverStrip } from "../../_ui/strip/strip-source.ts";
import { ActionMenu } from "../../orders/_menu/ActionMenu.tsx";
import { serverActions } from "../../orders/_menu/actions.ts";
import { ServerRows } from "./ServerRows.tsx";

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

/** An old value is not shown as if it were one. */
function TitleFacts({
  status,
  snapshot,
  old,
}: {
  readonly status: ServerStatus;
  readonly snapshot: ConsoleSnapshot;
  readonly old: boolean;
}) {
  const role = status.role === status.state ? status.role : `${status.role}, ${status.state}`;
  const { held, since, leaseLeftMs } = status.title;
  const quiet = (text: string) => <span className="ink-2">{text}</span>;
  return (
    <Facts
      className="server-facts"
      items={[
        { label: "Role and state", value: old ? <Was>{role}</Was> : role },
        { label: "Epoch", value: old ? <Was>{epochText(status.epoch)}</Was> : <span className="mono">{epochText(status.epoch)}</span> },
        { label: "Title for", value: held && !old ? <Age at={since} /> : quiet(held ? "unknown" : "not held") },
        {
          label: "Lease left",
          value: held && !old ? <Lease leftMs={leaseLeftMs} ofMs={snapshot.timers.leaseMs} /> : quiet(held ? "ran out" : "none"),
        },
      ]}
    />
  );
}

interface ServerProps {
  readonly server: ServerView;
  readonly snapshot: ConsoleSnapshot;
}

function isOld(server: ServerView, now: number): boolean {
  return server.state === "unreachable" || server.state === "frozen" || freshness(server.observedAt, server.ttlMs, now) === "stale";
}

function HeadRegion({ server, snapshot }: ServerProps) {
  const now = useNow();
  const zone = useZone();
  const limit = snapshot.timers.missLimit;
  const state = serverState(server, limit, heardNow(snapshot, server.name, now)?.missed ?? null);
  const old = isOld(server, now);
  return (
    <div className="region">
      <div className="server-head">
        <h2 className="head mono">{server.name}</h2>
        <StatusGlyph name={state.glyph} word={state.word} reason={state.reason} />
        <span className="label ink-3">{server.rank === 0 ? "preferred" : `rank ${server.rank}`}</span>
        <span className="server-actions">
          {snapshot.standby === server.name && (
            <ActionLink href={`/switchover?to=${encodeURIComponent(server.name)}`}>Switch over to {server.name}</ActionLink>
          )}
          <ActionMenu label="Actions" name={`Actions of ${server.name}`} groups={serverActions(snapshot, server)} />
        </span>
      </div>
      {old && (
        <p className="ink-2">
          {server.name} does not answer the console{server.error === null ? "." : `: ${server.error}.`}{" "}
          {server.observedAt === null
            ? "Nothing is known of it."
            : `Shown: state of ${formatTime(server.observedAt, zone)}, ${formatAge(now - server.observedAt)} old.`}
        </p>
      )}
      {server.status !== null && <TitleFacts status={server.status} snapshot={snapshot} old={old} />}
    </div>
  );
}

/** "as cs-b hears them; 0 of 5 missed, 0.5 s from a takeover"; the loss of a standby brings none. */
function marginText(server: ServerView, snapshot: ConsoleSnapshot, listener: string | null, now: number): string {
  const heard = heardNow(snapshot, server.name, now);
  const { missLimit, keepaliveMs } = snapshot.timers;
  const who = `as ${listener ?? "nobody"} hears them`;
  if (heard === null) return who;
  if (heard.missed >= missLimit) return heard.silentMs === null ? who : `${who}; silent for ${formatAge(heard.silentMs)}`;
  const said = `${who}; ${heard.missed} of ${missLimit} missed`;
  if (server.name !== snapshot.primary) return said;
  return `${said}, ${(((missLimit - heard.missed) * keepaliveMs) / 1000).toFixed(1)} s from a takeover`;
}

function KeepaliveRegion({ server, snapshot }: ServerProps) {
  const now = useNow();
  const strip = serverStrip(snapshot, server.name);
  return (
    <div className="region">
      <div className="region-head">
        <h3>Keepalives</h3>
        <span className="label ink-3">{marginText(server, snapshot, strip.listener, now)}</span>
      </div>
      <div className="server-strip">
        <StripView
          rows={[{ name: server.name, source: strip.source }]}
          limit={snapshot.timers.missLimit}
          windowMs={quarterHourMs}
          tickMs={180_000}
          full={34}
        />
      </div>
    </div>
  );
}

export function ServerColumn({ server, snapshot }: ServerProps) {
  const { status } = server;
  const now = useNow();
  const old = isOld(server, now);
  return (
    <section className="server" id={server.name} aria-label={server.name}>
      <HeadRegion server={server} snapshot={snapshot} />
      <KeepaliveRegion server={server} snapshot={snapshot} />
      <div className="region">
        {status === null ? (
          <p className="ink-2">Still waiting for the first status of {server.name}.</p>
        ) : (
          <>
            {old && (
              <p className="ink-2">
                <span className="swatch" aria-hidden="true" /> What follows is old.
              </p>
            )}
            <ServerRows status={status} snapshot={snapshot} oldMs={old ? now - (server.observedAt ?? now) : null} />
          </>
        )}
      </div>
    </section>
  );
}

function Was({ children }: { readonly children: ReactNode }) {
  return (
    <span className="ink-2">
      <span className="swatch" aria-hidden="true" /> was {children}
    </span>
  );
}
