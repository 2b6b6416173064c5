/**
 * The state of a call server's control machine, and the facts and effects that it produces.
 * One union says where the server stands; what it knows of others lies beside it. Only the functions of `member.ts` change it.
 */
import type { BootId, Epoch, NodeName } from "../identity.ts";
import type { Timers } from "../site/timers.ts";
import type { Instant, WallTime } from "../time.ts";
import type { Cause, ReportedVerdict } from "../timeline/failover-report.ts";
import { unreachable } from "../unreachable.ts";
import type { ChangeRule } from "./change-rule.ts";
import { type AutomaticLimit, type Guard, type GuardChange, noGuard, type Pause } from "./guard.ts";
import type { QueryOutcome, ReceivedVote } from "./jury.ts";
import type { KeepaliveJudge } from "./keepalive-judge.ts";
import type { Keepalive, LinkMessage, Refusal, ServerCondition, Vote } from "./link-message.ts";
import type { SettledTitle } from "./settled-title.ts";
import type { Leases } from "./title.ts";
import type { VoterChange, VoterSet } from "./voter-set.ts";

export interface MemberConfig {
  readonly name: NodeName;
  readonly boot: BootId;
  /** 0 = preferred primary. */
  readonly rank: number;
  readonly peers: readonly NodeName[];
  /** Every gateway and witness, most important first. */
  readonly clients: readonly NodeName[];
  /** The voter set as configured; one that was changed since is in the store and wins. */
  readonly voters: readonly NodeName[];
  readonly votersVersion: number;
  readonly timers: Timers;
  readonly capacityCalls: number;
  readonly automaticChanges: AutomaticLimit;
  /** survive: without the title go on with the gateways that still promise, and adopt orphans; strict: let go. */
  readonly partition: "survive" | "strict";
  /** When a title holder takes over gateways that somebody else still controls without a title. */
  readonly merge: ChangeRule;
  /** Peers that are preferred to this server, the most preferred first. */
  readonly betterRanked: readonly NodeName[];
  /** When control goes back to the preferred server. */
  readonly failback: ChangeRule;
}

/** What must survive the server's death. */
export interface MemberStore {
  /** The highest epoch number it ever used. */
  readonly epochNumber: number;
  /** Null: the configured one. */
  readonly voterSet: VoterSet | null;
  readonly guard: Guard;
  /** Gateways that the title holder gave to another server on request, by name. */
  readonly lent: Readonly<Record<NodeName, NodeName>>;
}

export const emptyStore: MemberStore = { epochNumber: 0, voterSet: null, guard: noGuard, lent: {} };

/** What the rest of the node tells the machine about itself, for its keepalives. */
export interface SelfReport {
  readonly calls: number;
  readonly loadPercent: number;
  readonly digest: string;
  readonly condition: ServerCondition;
  readonly ready: boolean;
  /** Gateways on which this server's audits know calls; null = not known. */
  readonly busy: ReadonlySet<NodeName> | null;
}

/** Who asked for something, and why; the id makes it happen once. */
export interface Order {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
}

export interface Switchover extends Order {
  readonly to: NodeName;
  /** The site's failback rule asked for it, no person. */
  readonly automatic: boolean;
  /** Only these gateways, without the title; null = everything. */
  readonly clients: readonly NodeName[] | null;
}

/**
 * title: a majority granted it. fragment: orphans adopted without a majority. override: the same, by an operator's order.
 * lent: named gateways that the title holder gave on request. Only the first can be the title.
 */
export type Basis = "title" | "fragment" | "override" | "lent";

export interface Held {
  readonly epoch: Epoch;
  readonly basis: Basis;
}

export type MemberState =
  /** Just started: hears who is in control before it may act. */
  | { readonly kind: "listening"; readonly until: Instant }
  | { readonly kind: "standby" }
  /** Keepalives are missing; the primary and the jury are being asked. */
  | Suspicious
  | Claiming
  | { readonly kind: "backing-off"; readonly until: Instant }
  /** Owns gateways at this epoch; `titled` = a majority of voters answers. */
  | { readonly kind: "holding"; readonly epoch: Epoch; readonly basis: Basis; titled: boolean; titleSince: WallTime | null }
  /** Still in control, admits no new calls, flushes. */
  | {
      readonly kind: "handing-over";
      readonly epoch: Epoch;
      readonly titleSince: WallTime | null;
      readonly switchover: Switchover;
      readonly until: Instant;
    }
  /** Has let go for ever of this epoch; waits for the successor's title. */
  | Resigned;

export interface Suspicious {
  readonly kind: "suspicious";
  readonly since: Instant;
  /** What a holder without the title goes on with. */
  holds: Held | null;
  query: QueryOutcome;
  rounds: number;
  nextRoundAt: Instant;
  /** The reading last put on record, so that an unchanged one is not repeated. */
  said: string;
  /** Missed keepalives already put on record. */
  counted: number;
  /** When it may claim: a better ranked standby goes first. Null while the evidence does not suffice. */
  claimAt: Instant | null;
  /** Since when too few voters answer for any title; null while enough do. */
  aloneSince: Instant | null;
}

export interface Claiming {
  readonly kind: "claiming";
  readonly epoch: Epoch;
  readonly since: Instant;
  readonly until: Instant;
  nextTryAt: Instant;
  readonly cause: Cause;
  readonly order: Order | null;
  readonly automatic: boolean;
  readonly granted: Set<NodeName>;
  /** Voters that granted another server's claim of the same number. */
  readonly lost: Set<NodeName>;
}

export interface Resigned {
  readonly kind: "resigned";
  readonly epoch: Epoch;
  readonly switchover: Switchover;
  /** The epochs of clients that had another than `epoch`. */
  readonly epochs: ReadonlyMap<NodeName, Epoch>;
  readonly released: Set<NodeName>;
  readonly until: Instant;
  nextTryAt: Instant;
}

/** The epoch at which this server controls gateways now; null = none. A resigned or merely claimed epoch controls nothing. */
export function heldEpoch(state: MemberState): Epoch | null {
  return heldBy(state)?.epoch ?? null;
}

export function heldBy(state: MemberState): Held | null {
  switch (state.kind) {
    case "holding":
      return state;
    case "handing-over":
      return { epoch: state.epoch, basis: "title" };
    case "suspicious":
      return state.holds;
    case "listening":
    case "standby":
    case "claiming":
    case "backing-off":
    case "resigned":
      return null;
    default:
      return unreachable(state);
  }
}

export interface PeerHeard {
  readonly boot: BootId;
  readonly keepalive: Keepalive;
  readonly judge: KeepaliveJudge;
  readonly at: Instant;
  /** Since when each of its keepalives in this boot said that it is ready; null while the last one did not. */
  readonly readySince: Instant | null;
}

export interface PathHealth {
  askedAt: Instant | null;
  askedSequence: number;
  rttMs: number | null;
  answeredAt: Instant | null;
}

/** What a client (gateway or witness) last said, whatever it answered. Changed in place: ten answers a second come from each. */
export interface ClientHeard {
  /** The epoch that it answered about. */
  asked: Epoch;
  granted: Epoch;
  at: Instant;
  /** When the newest datagram that it answered was sent: its answer may have been long on its way. Null where none is known. */
  aliveAt: Instant | null;
  readonly judge: KeepaliveJudge;
  rttMs: number | null;
  /** The slowest round trip of late, ms: each answer takes a tenth off it. What was sent on a link that was slow may still be on its way. */
  slowestMs: number;
  refusal: Refusal | null;
  /** What its promise to another server still ran then, ms; null where time alone does not help. */
  remainingMs: number | null;
  votersVersion: number;
  pauseSetAt: number;
  acknowledgedEpoch: number;
}

export interface Member {
  readonly config: MemberConfig;
  store: MemberStore;
  /** The voter set in force: the stored one, else the configured. */
  voterSet: VoterSet;
  /** What the operator wants changed in it; done step by step while the title lasts. */
  wantedVoters: VoterChange | null;
  state: MemberState;
  /** Clients held at another epoch than the state's: they had obeyed a higher one, or had been released. */
  readonly epochs: Map<NodeName, Epoch>;
  /** Voters being admitted, and at which epoch. */
  readonly admitting: Map<NodeName, Epoch>;
  /** Epochs at which single clients were let go: never used there again. */
  readonly letGo: Map<NodeName, Epoch>;
  /** Gateways let go for another server, whose release is not confirmed yet. */
  readonly lending: Map<NodeName, Lending>;
  /** Clients that an order named, to be claimed without a title until they obey. */
  readonly wanted: Set<NodeName>;
  /** Clients that a person wants back here, whatever the rule of merging says, until they obey. */
  readonly recalled: Set<NodeName>;
  /** Whether this server was told to be promoted (takeover actions). */
  acting: boolean;
  lastChange: { readonly cause: Cause; readonly reason: string | null; readonly from: NodeName | null } | null;
  readonly leases: Leases;
  /** Clients owned at the present epoch, as told to the rest of the node. */
  readonly owned: Set<NodeName>;
  /** The configured clients, to be looked up. */
  readonly known: ReadonlySet<NodeName>;
  /** Counts `title: true` keepalives of the cluster's primary; its start is the start of listening. */
  titleJudge: KeepaliveJudge;
  primary: NodeName | null;
  primaryEpoch: Epoch;
  /** Receive time of the last `title: true` keepalive; null if none in this boot. */
  lastTitleAt: Instant | null;
  readonly settledTitle: SettledTitle;
  /** Highest epoch number heard of anywhere. */
  highestEpoch: number;
  readonly votes: Map<NodeName, ReceivedVote>;
  readonly askedVotes: Map<number, Instant>;
  readonly peers: Map<NodeName, PeerHeard>;
  readonly clients: Map<NodeName, ClientHeard>;
  readonly paths: Map<NodeName, readonly [PathHealth, PathHealth]>;
  /** Clients that refused a claim of the present title for a time that they told, and when to claim again. */
  readonly claimAgainAt: Map<NodeName, Instant>;
  self: SelfReport;
  nextBeatAt: Instant;
  nextProbeAt: Instant;
  nextFailbackAt: Instant;
  /** State of the seeded generator for back-off jitter. */
  seed: number;
}

export interface Lending {
  readonly epoch: Epoch;
  readonly switchover: Switchover;
  readonly until: Instant;
  released: boolean;
}

/** Something that happened, for the journal and the timeline. */
export type Fact =
  | { readonly what: "listening-ended" }
  | { readonly what: "keepalive-missed"; readonly primary: NodeName | null; readonly count: number }
  | { readonly what: "primary-suspected"; readonly primary: NodeName | null; readonly missed: number }
  | { readonly what: "suspicion-cleared"; readonly primary: NodeName | null; readonly missed: number }
  | { readonly what: "primary-queried"; readonly primary: NodeName; readonly path: 1 | 2 }
  | { readonly what: "query-answered"; readonly primary: NodeName; readonly title: boolean; readonly path: 1 | 2 }
  | { readonly what: "jury-asked"; readonly round: number; readonly voters: number }
  | { readonly what: "vote-received"; readonly voter: NodeName; readonly vote: Vote; readonly ageMs: number }
  | { readonly what: "verdict-reached"; readonly verdict: ReportedVerdict; readonly cause: Cause | null }
  | {
      readonly what: "claim-sent";
      readonly epoch: Epoch;
      readonly cause: Cause;
      readonly order: Order | null;
      readonly to: number;
    }
  | { readonly what: "claim-answered"; readonly client: NodeName; readonly refusal: Refusal | null; readonly epoch: Epoch }
  | { readonly what: "claim-failed"; readonly epoch: Epoch; readonly grants: number; readonly needed: number }
  | { readonly what: "title-gained"; readonly epoch: Epoch; readonly grants: number; readonly voters: number }
  | { readonly what: "title-lost"; readonly epoch: Epoch; readonly because: string }
  | { readonly what: "stepped-down"; readonly epoch: Epoch; readonly to: Epoch }
  | { readonly what: "switchover-started"; readonly switchover: Switchover; readonly epoch: Epoch }
  | { readonly what: "resigned"; readonly epoch: Epoch; readonly switchover: Switchover }
  | { readonly what: "release-confirmed"; readonly client: NodeName; readonly epoch: Epoch }
  | { readonly what: "handover-received"; readonly switchover: Switchover; readonly from: NodeName }
  | { readonly what: "switchover-aborted"; readonly switchover: Switchover; readonly because: string }
  | { readonly what: "automation-held"; readonly used: number; readonly limit: number }
  | { readonly what: "automation-paused"; readonly pause: Pause | null }
  | { readonly what: "guard-changed"; readonly guard: Guard; readonly by: string | null; readonly reason: string | null }
  | { readonly what: "voters-changed"; readonly set: VoterSet; readonly by: string | null }
  | { readonly what: "fragment-began"; readonly epoch: Epoch; readonly basis: Basis; readonly because: string }
  | { readonly what: "order-refused"; readonly order: Order; readonly because: string }
  | { readonly what: "gateways-lent"; readonly clients: readonly NodeName[]; readonly switchover: Switchover }
  | { readonly what: "gateways-recalled"; readonly clients: readonly NodeName[]; readonly order: Order }
  | { readonly what: "epoch-raised"; readonly epoch: Epoch; readonly client: NodeName }
  | {
      readonly what: "client-admitted";
      readonly client: NodeName;
      /** Null where a title holder did it by itself. */
      readonly order: Order | null;
    };

export type MemberEffect =
  /** Durable before anything that follows in the list. */
  | { readonly kind: "persist"; readonly store: MemberStore }
  /** `durable` facts are on stable storage before anything that follows. */
  | { readonly kind: "record"; readonly fact: Fact; readonly durable: boolean }
  | { readonly kind: "send"; readonly to: NodeName; readonly path: 1 | 2; readonly message: LinkMessage }
  /** The client obeys this server from now on, at this epoch. `again` = it had run out of promise for a while. */
  | { readonly kind: "own"; readonly client: NodeName; readonly epoch: Epoch }
  | {
      readonly kind: "disown";
      readonly client: NodeName;
      readonly because: "lease-ran-out" | "title-lost" | "stepped-down" | "resigned" | "lent";
    }
  /** Stop admitting new calls, finish what is half done, then tell `flushed`. */
  | { readonly kind: "flush"; readonly switchover: Switchover }
  | { readonly kind: "admit-calls" }
  /** Once per real change of role: what else must move with it, moves now (failover.md 11). */
  | {
      readonly kind: "promoted";
      readonly epoch: Epoch;
      readonly cause: Cause;
      readonly reason: string | null;
      readonly from: NodeName | null;
    }
  | { readonly kind: "demoted"; readonly epoch: Epoch };

export type MemberEvent =
  | {
      readonly kind: "received";
      readonly from: NodeName;
      readonly boot: BootId;
      readonly sequence: number;
      readonly message: LinkMessage;
      readonly path: 1 | 2;
      /** How long it may have waited to be looked at, ms; left out where it did not wait. */
      readonly lateMs?: number;
    }
  /** The deadline passed; `lateMs` is how much later than asked the host got to it. */
  | { readonly kind: "deadline-passed"; readonly lateMs: number }
  | { readonly kind: "self-reported"; readonly self: SelfReport }
  /** Wall and monotonic clock moved apart: the machine may have been suspended. */
  | { readonly kind: "clocks-diverged" }
  | { readonly kind: "switchover-accepted"; readonly switchover: Switchover }
  | { readonly kind: "flushed"; readonly switchoverId: string }
  | { readonly kind: "switchover-cancelled"; readonly switchoverId: string; readonly by: string }
  /** Take the title without the owner's consent: its promises still run out first. */
  | { readonly kind: "failover-ordered"; readonly order: Order }
  /** No majority to be had: control what grants it, without a title. */
  | { readonly kind: "override-ordered"; readonly order: Order }
  | { readonly kind: "guard-ordered"; readonly change: GuardChange; readonly order: Order }
  | { readonly kind: "voters-ordered"; readonly change: VoterChange; readonly order: Order }
  /** A voter without stored state may take part again, although nobody holds the title. */
  | { readonly kind: "admission-ordered"; readonly client: NodeName; readonly order: Order }
  /** Gateways on loan come back to the title holder. */
  | { readonly kind: "gateways-recalled"; readonly clients: readonly NodeName[]; readonly order: Order };
