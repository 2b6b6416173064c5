"use client";
/** Every voter, whom it obeys and until when: the voters' own word decides who is primary, not the servers'. */
import Link from "next/link";
import type { Epoch } from "../../../server/core/identity.ts";
import type { GatewayStatus, WitnessStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot, Seen } from "../../../server/operations/console-view.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { Age, freshness } from "../../_ui/Age.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { epochText } from "../../_ui/epoch.ts";
import { withCapital } from "../../_ui/format.ts";
import { Region } from "../../_ui/Region.tsx";
import { type GlyphName, StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { unreachable } from "../../_ui/unreachable.ts";
import { changeText, driftText, type VotersNow, votersOf } from "../../orders/_sheet/voters-now.ts";

interface Voter {
  readonly name: string;
  readonly kind: string;
  readonly seen: Seen<GatewayStatus | WitnessStatus>;
  readonly votes: boolean;
  /** Joins or leaves in a change under way. */
  readonly joins: boolean;
  readonly owner: string | null;
  readonly epoch: Epoch | null;
  readonly promiseLeftMs: number | null;
}

type VoterState = (GatewayStatus | WitnessStatus)["state"];

function stateWords(state: VoterState): { readonly glyph: GlyphName; readonly word: string } {
  switch (state) {
    case "owned":
      return { glyph: "ok", word: "PROMISED" };
    case "idle":
      return { glyph: "off", word: "NO OWNER YET" };
    case "orphaned":
      return { glyph: "degraded", word: "PROMISE RAN OUT" };
    case "abstaining":
      return { glyph: "maint", word: "ABSTAINS" };
    default:
      return unreachable(state);
  }
}

/** Every node that could vote: those in force first, in the order of the configuration. */
function rowsOf(snapshot: ConsoleSnapshot, set: VotersNow): readonly Voter[] {
  const row = (seen: Seen<GatewayStatus | WitnessStatus>, kind: string): Voter => ({
    name: seen.name,
    kind,
    seen,
    votes: set.voters.includes(seen.name),
    joins: set.previous !== null && set.voters.includes(seen.name) !== set.previous.includes(seen.name),
    owner: seen.status?.owner ?? null,
    epoch: seen.status?.epoch ?? null,
    promiseLeftMs: seen.status?.promiseLeftMs ?? null,
  });
  const rows = [
    ...snapshot.gateways.map((gateway) => row(gateway, `${gateway.kind} gateway`)),
    ...snapshot.witnesses.map((witness) => row(witness, "witness")),
  ];
  return [...rows.filter((one) => one.votes), ...rows.filter((one) => !one.votes)];
}

function VoterState({ voter, stale }: { readonly voter: Voter; readonly stale: boolean }) {
  if (voter.seen.state === "unreachable" || voter.seen.state === "frozen") {
    return <StatusGlyph name="failed" word={voter.seen.state === "frozen" ? "FROZEN" : "FAILED"} reason={voter.seen.error} />;
  }
  if (voter.seen.status === null || stale) return <StatusGlyph name="unknown" word="NO DATA" reason={voter.seen.error} />;
  const { glyph, word } = stateWords(voter.seen.status.state);
  return <StatusGlyph name={glyph} word={word} />;
}

export function VotersRegion({ snapshot }: { readonly snapshot: ConsoleSnapshot }) {
  const now = useNow();
  const set = votersOf(snapshot);
  const stale = (voter: Voter) => ["stale", "never"].includes(freshness(voter.seen.observedAt, voter.seen.ttlMs, now));
  const columns: readonly Column<Voter>[] = [
    { key: "state", head: "State", phone: "plain", cell: (voter) => <VoterState voter={voter} stale={stale(voter)} /> },
    { key: "name", head: "Voter", phone: "plain", className: "name mono medium", cell: (voter) => voter.name },
    { key: "votes", head: "Vote", cell: (voter) => <Vote voter={voter} known={set.source !== null} /> },
    { key: "kind", head: "Kind", phone: "plain", className: "ink-2", cell: (voter) => voter.kind },
    {
      key: "owner",
      head: "Obeys",
      className: "mono",
      cell: (voter) => (stale(voter) && voter.owner !== null ? `was ${voter.owner}` : (voter.owner ?? "nobody")),
    },
    {
      key: "epoch",
      head: "Granted epoch",
      className: "mono",
      cell: (voter) => (voter.epoch === null ? "unknown" : epochText(voter.epoch)),
    },
    {
      key: "promise",
      head: "Promise left",
      align: "right",
      cell: (voter) =>
        voter.promiseLeftMs === null || stale(voter) ? <span className="ink-2">unknown</span> : `${Math.round(voter.promiseLeftMs)} ms`,
    },
    { key: "age", head: "Told", align: "right", className: "ink-2", cell: (voter) => <Age at={voter.seen.observedAt} suffix="ago" /> },
  ];
  const majority = Math.floor(set.voters.length / 2) + 1;
  return (
    <Region
      title="Voters"
      note={
        set.source === null
          ? "which ones are in force is not known: no server answers"
          : `${set.voters.length} in force, version ${set.version}; ${majority} must grant an epoch, and none obeys two servers at once`
      }
    >
      <SetWords set={set} />
      <div id="voters" className="voters">
        <DataTable stack label="Voters" columns={columns} rows={rowsOf(snapshot, set)} rowKey={(voter) => voter.name} stale={stale} />
      </div>
    </Region>
  );
}

/** A change under way, and how the set in force differs from the configuration. */
function SetWords({ set }: { readonly set: VotersNow }) {
  const change = changeText(set);
  const drift = driftText(set);
  return (
    <>
      {change !== null && (
        <p>
          <StatusGlyph name="transit" word="CHANGING" /> {change}. Until a majority has stored the new set, the title needs a majority of
          both.
        </p>
      )}
      {drift !== null && (
        <p className="ink-2">
          <b>Not as configured.</b> {withCapital(drift)}
        </p>
      )}
    </>
  );
}

function Vote({ voter, known }: { readonly voter: Voter; readonly known: boolean }) {
  if (!known) return <span className="ink-2">unknown</span>;
  const act = voter.votes ? "remove" : "add";
  return (
    <span className="voter-act">
      <span className={voter.votes ? "" : "ink-2"}>
        {voter.votes ? "votes" : "does not vote"}
        {voter.joins && (voter.votes ? ", joins" : ", leaves")}
      </span>
      {voter.seen.status?.state === "abstaining" && (
        <Link
          className="label ink-2"
          href={`/orders/admit-voter?voter=${encodeURIComponent(voter.name)}`}
          aria-label={`Admit ${voter.name}`}
        >
          Admit
        </Link>
      )}
      <Link
        className="label ink-2"
        href={`/orders/${act}-voter?voter=${encodeURIComponent(voter.name)}`}
        aria-label={`${act === "add" ? "Add" : "Remove"} ${voter.name}`}
      >
        {act === "add" ? "Add" : "Remove"}
      </Link>
    </span>
  );
}
