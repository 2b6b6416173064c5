"use client";
/** The pair as one drawing: primary up, standby down, from one axis; beside it how far each is from a takeover. */
import type { ConsoleSnapshot, ServerView } from "../../server/operations/console-view.ts";
import { useNow } from "../_trpc/use-live.ts";
import { formatAge, formatDuration } from "../_ui/format.ts";
import { serverState } from "../_ui/node-words.ts";
import { Facts, Region } from "../_ui/Region.tsx";
import { Relation } from "../_ui/Relation.tsx";
import { StatusGlyph } from "../_ui/StatusGlyph.tsx";
import { quarterHourMs } from "../_ui/strip/RowStrip.tsx";
import { StripView } from "../_ui/strip/StripView.tsx";
import { serverStrip } from "../_ui/strip/strip-source.ts";
import { type Heard, heardNow, pairOf, unheardReason } from "./pair.ts";

function Margin({ heard, limit }: { readonly heard: Heard | null; readonly limit: number }) {
  if (heard === null) return <div className="ink-3">nobody listens</div>;
  const bad = heard.missed >= limit;
  const late = heard.missed >= 2;
  return (
    <div>
      <span className={bad ? "red medium" : late ? "amber medium" : "medium"}>
        {Math.min(heard.missed, limit)} of {limit}
      </span>{" "}
      <span className={bad ? "red" : "ink-3"}>missed</span>
      <div className="ink-3">
        {heard.silentMs === null ? "never heard" : `last ${bad ? formatAge(heard.silentMs) : formatDuration(heard.silentMs)} ago`}
      </div>
    </div>
  );
}

function Name({ server, limit }: { readonly server: ServerView; readonly limit: number }) {
  const state = serverState(server, limit);
  return (
    <div>
      <StatusGlyph name={state.glyph} word={state.word.split(", ").at(-1) ?? state.word} reason={state.reason} />
      <div className="head mono">{server.name}</div>
    </div>
  );
}

function PhoneLine({
  server,
  heard,
  snapshot,
}: {
  readonly server: ServerView;
  readonly heard: Heard | null;
  readonly snapshot: ConsoleSnapshot;
}) {
  const limit = snapshot.timers.missLimit;
  const state = serverState(server, limit);
  const bad = heard !== null && heard.missed >= limit;
  return (
    <div className="pair-phone">
      <StatusGlyph name={state.glyph} word={state.word} reason={state.reason} />
      <span className="mono medium">{server.name}</span>
      {server.name === snapshot.primary && <span className="ink-2">epoch {snapshot.epoch.number}</span>}
      <span className={bad ? "red" : "ink-3"}>
        {heard === null ? "nobody listens" : `${Math.min(heard.missed, limit)} of ${limit} missed`}
      </span>
    </div>
  );
}

export function PairRegion({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const now = useNow();
  const [upper, lower] = pairOf(snapshot);
  if (upper === undefined || lower === undefined) return null;
  const limit = snapshot.timers.missLimit;
  const upperHeard = heardNow(snapshot, upper.name, now);
  const lowerHeard = heardNow(snapshot, lower.name, now);
  const rows = [
    { name: upper.name, source: serverStrip(snapshot, upper.name).source, gapText: unheardReason(snapshot, upper.name) },
    { name: lower.name, source: serverStrip(snapshot, lower.name).source, gapText: unheardReason(snapshot, lower.name) },
  ] as const;
  // What a server said before it fell silent is no news of the title.
  const held = answers(upper) ? (upper.status?.title ?? null) : null;
  return (
    <Region
      title="Pair"
      note={
        <>
          15 minutes
          <span className="note-more">; bar height = keepalives missed in a row, full height = {limit}: of the primary, a takeover</span>
        </>
      }
      className="overview-pair"
    >
      <div className="pair-drawing">
        <div className="pair-names">
          <Name server={upper} limit={limit} />
          <Name server={lower} limit={limit} />
        </div>
        <div className="pair-strip">
          <PhoneLine server={upper} heard={upperHeard} snapshot={snapshot} />
          <StripView rows={rows} limit={limit} windowMs={quarterHourMs} tickMs={180_000} />
          <PhoneLine server={lower} heard={lowerHeard} snapshot={snapshot} />
        </div>
        <div className="pair-margins">
          <Margin heard={upperHeard} limit={limit} />
          <Margin heard={lowerHeard} limit={limit} />
        </div>
      </div>
      <Facts
        className="overview-facts"
        items={[
          {
            label: "Lease left",
            value:
              held?.held !== true ? (
                <span className="ink-2">no title</span>
              ) : (
                `${Math.round(held.leaseLeftMs)} of ${snapshot.timers.leaseMs} ms`
              ),
          },
          {
            label: "Voters answering",
            value:
              held?.held !== true ? (
                <span className="ink-2">no title</span>
              ) : (
                `${held.votersAnswering} of ${held.voters}, needs ${held.votersNeeded}`
              ),
          },
          { label: "Calls each knows", value: <CallsKnown servers={[upper, lower]} /> },
          { label: "Configuration", value: <Relation left={configOf(upper)} right={configOf(lower)} /> },
        ]}
      />
    </Region>
  );
}

function answers(server: ServerView): boolean {
  return server.state === "up" || server.state === "suspect";
}

function callsOf(server: ServerView): number | null {
  return answers(server) ? (server.status?.calls.active ?? null) : null;
}

function configOf(server: ServerView): number | null {
  return answers(server) ? (server.status?.configVersion ?? null) : null;
}

/** Two numbers, no comparison: the standby's picture follows a few seconds behind while calls come and go. Readiness judges it. */
function CallsKnown({ servers }: { readonly servers: readonly ServerView[] }) {
  return (
    <>
      {servers.map((server, index) => (
        <span key={server.name}>
          {index > 0 && ", "}
          {callsOf(server) ?? <span className="ink-2">unknown</span>}
        </span>
      ))}
    </>
  );
}
