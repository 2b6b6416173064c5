/**
 * Whether a standby could take over now; every reason why not at once. A standby that is not ready is an alarm.
 * A reason is a clause of which "it" is the standby: it is read after "cs-b could not take over now:", or alone with a capital.
 */
import type { NodeName } from "../identity.ts";
import type { Instant, WallTime } from "../time.ts";
import type { AuditFreshness } from "./complete-poll.ts";
import type { PrimaryDigests } from "./primary-digests.ts";

export interface ReadinessInput {
  readonly wall: WallTime;
  /** When the oldest audit began from which this server's picture is made. */
  readonly auditedFrom: Instant;
  readonly gateways: readonly { readonly name: NodeName; readonly pollMs: number; readonly freshness: Readonly<AuditFreshness> }[];
  readonly own: {
    readonly digest: string;
    readonly calls: number;
    readonly configVersion: number /** How late its event loop runs; null = on time. */;
    readonly lateMs: number | null;
  };
  /** Null while no primary is heard. `configVersion` null = not known. */
  readonly primary: {
    readonly name: NodeName;
    readonly digests: PrimaryDigests;
    readonly configVersion: number | null;
    /** Since its last keepalive. */
    readonly silentMs: number;
    /** Whether a majority of the voters still hears it. */
    readonly votersHear: boolean;
  } | null;
  readonly voters: { readonly answering: number; readonly needed: number; readonly all: number };
}

export interface Readiness {
  readonly ready: boolean;
  readonly reasons: readonly string[];
}

/** Audits may be this many intervals old. */
const freshIntervals = 3;
/** ms. An older answer on a path counts as none: paths are probed once a second, and a few lost answers are no reason. */
export const pathAnsweredWithinMs = 5_000;
/** Keepalives of the primary older than this say nothing of it, and are a reason themselves. */
const heardWithinMs = 1_000;
/** Calls come and go between two audits: the numbers may differ by this many, and by this part. */
const callsSlack = 3;
const callsSlackFraction = 0.1;

/** Whether a standby's audits and the primary can mean the same calls. */
export function callsAgree(audited: number, primary: { readonly fewest: number; readonly most: number }): boolean {
  const few = primary.fewest - callsSlack - primary.fewest * callsSlackFraction;
  const many = primary.most + callsSlack + primary.most * callsSlackFraction;
  return audited >= few && audited <= many;
}

/** As a limit beside a check. */
export const callsSlackText = `± ${callsSlack} calls and ${callsSlackFraction * 100} %`;

export function readinessOf(input: ReadinessInput): Readiness {
  const reasons = [...silenceReasons(input), ...auditReasons(input), ...primaryReasons(input)];
  const { answering, needed, all } = input.voters;
  if (answering < needed) reasons.push(`only ${answering} of ${all} voters answer it, a majority is ${needed}`);
  const { lateMs } = input.own;
  if (lateMs !== null) reasons.push(`its event loop runs late, by up to ${Math.round(lateMs)} ms`);
  return { ready: reasons.length === 0, reasons };
}

/** The title is safe with the voters; a standby that does not hear the primary still cannot say when it would be needed. */
function silenceReasons({ primary }: ReadinessInput): string[] {
  if (!primary || primary.silentMs <= heardWithinMs) return [];
  const although = primary.votersHear ? ", although the voters do" : "";
  return [`it has not heard ${primary.name} for ${seconds(primary.silentMs)}${although}`];
}

function auditReasons({ gateways, wall }: ReadinessInput): string[] {
  const reasons: string[] = [];
  for (const { name, pollMs, freshness } of gateways) {
    const why = freshness.lastFailure === null ? "" : ` (${freshness.lastFailure})`;
    if (freshness.lastCompleteAt === null) {
      reasons.push(`${name} has never been audited completely${why}`);
      continue;
    }
    const ageMs = wall - freshness.lastCompleteAt;
    if (ageMs > freshIntervals * pollMs) {
      reasons.push(`${name} was last audited completely ${seconds(ageMs)} ago, the limit is ${seconds(freshIntervals * pollMs)}${why}`);
    }
  }
  return reasons;
}

function primaryReasons({ primary, own, auditedFrom }: ReadinessInput): string[] {
  if (!primary) return [];
  const reasons: string[] = [];
  const { name, digests, configVersion } = primary;
  if (configVersion !== null && configVersion !== own.configVersion) {
    reasons.push(`its configuration is version ${own.configVersion}, ${name} runs version ${configVersion}`);
  }
  // What the primary last said of its calls is no longer true once it is not heard.
  if (primary.silentMs > heardWithinMs) return reasons;
  if (digests.compare(own.digest, auditedFrom) === "differs") {
    reasons.push(`its digest of the calls differs from ${name}'s, although none of ${name}'s calls changed during its audits`);
  }
  const theirs = digests.callsSince(auditedFrom);
  if (theirs && !callsAgree(own.calls, theirs)) {
    const range = theirs.fewest === theirs.most ? `${theirs.most}` : `${theirs.fewest} to ${theirs.most}`;
    reasons.push(`its audits know ${own.calls} calls, ${name} carries ${range}`);
  }
  return reasons;
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(ms < 10_000 ? 1 : 0)} s`;
}
