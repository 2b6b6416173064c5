"use client";
/** Every voter, whom it obeys and until when: the voters' own word decides who is primary, not the servers'. */
import type { Epoch } from "../../../server/core/identity.ts";
import type { GatewayStatus, WitnessStatus } from "../../../server/core/status/node-status.ts";
import type { ConsoleSnapshot, Seen } from "../../../server/operations/console-view.ts";
import { useNow } from "../../_trpc/use-live.ts";
import { Age, freshness } from "../../_ui/Age.tsx";
import { type Column, DataTable } from "../../_ui/DataTable.tsx";
import { epochText } from "../../_ui/epoch.ts";
import { Region } from "../../_ui/Region.tsx";
import { type GlyphName, StatusGlyph } from "../../_ui/StatusGlyph.tsx";
import { unreachable } from "../../_ui/unreachable.ts";

interface Voter {
  readonly name: string;
  readonly kind: string;
  readonly seen: Seen<GatewayStatus | WitnessStatus>;
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

function votersOf(snapshot: ConsoleSnapshot): readonly Voter[] {
  const voter = (seen: Seen<GatewayStatus | WitnessStatus>, kind: string): Voter => ({
    name: seen.name,
    kind,
    seen,
    owner: seen.status?.owner ?? null,
    epoch: seen.status?.epoch ?? null,
    promiseLeftMs: seen.status?.promiseLeftMs ?? null,
  });
  return [
    ...snapshot.gateways.filter((gateway) => gateway.voter).map((gateway) => voter(gateway, `${gateway.kind} gateway`)),
    ...snapshot.witnesses.map((witness) => voter(witness, "witness")),
  ];
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
  const stale = (voter: Voter) => ["stale", "never"].includes(freshness(voter.seen.observedAt, voter.seen.ttlMs, now));
  const columns: readonly Column<Voter>[] = [
    { key: "state", head: "State", phone: "plain", cell: (voter) => <VoterState voter={voter} stale={stale(voter)} /> },
    { key: "name", head: "Voter", phone: "plain", className: "name mono medium", cell: (voter) => voter.name },
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
  const voters = votersOf(snapshot);
  const majority = Math.floor(voters.length / 2) + 1;
  return (
    <Region title="Voters" note={`${voters.length}; ${majority} must grant an epoch, and none obeys two servers at once`}>
      <div style={{ marginTop: 8 }}>
        <DataTable stack label="Voters" columns={columns} rows={voters} rowKey={(voter) => voter.name} stale={stale} />
      </div>
    </Region>
  );
}
