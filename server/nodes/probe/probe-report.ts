/** What a probe found out about one protocol at one address; nothing in it is a secret, and texts of the gear are made plain. */
import type { Connection } from "../../core/calls/connection.ts";
import type { GearProfile } from "../../core/gear/gear-profile.ts";
import type { AuditFailureKind } from "../../core/polling/failure-kind.ts";
import type { GearAudit } from "../../core/site/gear.ts";
import type { AuditResult } from "../../drivers/auditor.ts";
import type { ProbeProtocol } from "./probe-plan.ts";

/** answered: it is there and speaks the protocol. unauthorized: it is there, and does not let us ask. silent: nothing came back. */
export type ProbeOutcome = "answered" | "unauthorized" | "silent";

export interface ProbeFact {
  readonly name: string;
  readonly value: string;
}

/** One audit, in figures. */
export interface AuditSummary {
  readonly complete: boolean;
  readonly incompleteBecause: string | null;
  readonly failureKind: AuditFailureKind | null;
  readonly connections: number;
  readonly packets: number;
  readonly durationMs: number;
  readonly rttMs: number | null;
}

export interface ProbeFinding {
  readonly protocol: ProbeProtocol;
  /** Address or URL. */
  readonly at: string;
  readonly outcome: ProbeOutcome;
  /** What came of it. */
  readonly sentence: string;
  /** What was asked. */
  readonly tried: string;
  /** What it told of itself. */
  readonly facts: readonly ProbeFact[];
  /** Null: nothing is known of what it can say. */
  readonly profile: GearProfile | null;
  readonly audit: AuditSummary | null;
  /** A few of its connections. */
  readonly rows: readonly Connection[];
  /** What to do next, a sentence each. */
  readonly advice: readonly string[];
  /** As the site would have it; null where it did not answer. */
  readonly gear: GearAudit | null;
}

export function summaryOf({ complete, incompleteBecause, failureKind, rows, packets, durationMs, rttMs }: AuditResult): AuditSummary {
  return {
    complete,
    incompleteBecause: incompleteBecause === null ? null : plainText(incompleteBecause),
    failureKind,
    connections: rows.length,
    packets,
    durationMs: Math.round(durationMs),
    rttMs: rttMs === null ? null : Math.round(rttMs * 10) / 10,
  };
}

const longestText = 300;

/** Gear may send anything, and a terminal obeys some of it. */
export function plainText(text: string): string {
  const plain = text.replace(/\p{C}+/gu, " ").trim();
  return plain.length > longestText ? `${plain.slice(0, longestText)}…` : plain;
}

/** Facts that were told; what was not is left out. */
export function factsOf(told: Readonly<Record<string, string | null>>): ProbeFact[] {
  return Object.entries(told).flatMap(([name, value]) => (value === null || value === "" ? [] : [{ name, value: plainText(value) }]));
}
