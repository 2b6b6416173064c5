/**
 * What Tandem's nodes say to each other over the link (failover.md 12), as plain values.
 * The datagram around a message carries sender, boot, sequence and the authentication code; see protocols/link.
 * A vote is numbers, never a yes or no; an answer always names what it answers.
 */
import type { BootId, Epoch, NodeName } from "../identity.ts";
import type { AutomaticChange, Guard, Hold } from "./guard.ts";
import type { VoterSet } from "./voter-set.ts";

export type Role = "primary" | "standby" | "none";

export type ServerCondition = "ok" | "starved" | "frozen-recently" | "starting";

/** Server → every gateway, witness and peer server; periodically, and at once upon a change (B1, B2). */
export interface Keepalive {
  readonly kind: "keepalive";
  readonly epoch: Epoch;
  readonly role: Role;
  /** Whether the sender asserts the title. A miss is the absence of a `title: true` keepalive. */
  readonly title: boolean;
  /** The lease for which the sender counts the answer, in ms. */
  readonly leaseMs: number;
  readonly votersVersion: number;
  /** Calls supported now, and the number that the sender is sized for. */
  readonly calls: number;
  readonly capacityCalls: number;
  /** Event-loop utilisation, 0..100 %. */
  readonly loadPercent: number;
  /** Digest of the call-state database: 16 hex digits. */
  readonly digest: string;
  readonly condition: ServerCondition;
  /** Whether the sender, as a standby, could take over now. */
  readonly ready: boolean;
  /** What the sender knows of the guard, so that whoever knows more tells it. */
  readonly pauseSetAt: number;
  readonly acknowledgedEpoch: number;
}

/** Server → voter or gateway: "be mine at this epoch". */
export interface Claim {
  readonly kind: "claim";
  readonly epoch: Epoch;
  readonly leaseMs: number;
  readonly votersVersion: number;
  /** What it is for: the title; a further client of a title holder; or an orphan, without any title. */
  readonly purpose: ClaimPurpose;
  /** Sent because an operator wants it, without the consent of the owner. */
  readonly forced: boolean;
  /** A change of role that nobody asked for: a paused voter, or one that saw too many of them, refuses it. */
  readonly automatic: boolean;
  /** Whether a refusal contests the voter: a title-less owner then cannot renew its promise. */
  readonly contests: boolean;
}

export type ClaimPurpose = "title" | "extend" | "fragment";

export const refusals = [
  "promised",
  "lower-epoch",
  "ungranted",
  "released",
  "other-boot",
  "abstaining",
  "restarted",
  "contested",
  "voters-version",
  "lease-too-long",
  "reserved",
  "paused",
  "held",
] as const;
export type Refusal = (typeof refusals)[number];

/** Voter → server: answers a keepalive or a claim. */
export interface Answer {
  readonly kind: "answer";
  /** What it answers: the server's boot and the datagram's sequence and epoch, echoed. */
  readonly toBoot: BootId;
  readonly toSequence: number;
  readonly epoch: Epoch;
  /** The promise now started, in ms; 0 with a refusal. */
  readonly promiseMs: number;
  readonly refusal: Refusal | null;
  /** With a refusal: ms until the voter could grant; null where time alone does not help. */
  readonly remainingMs: number | null;
  readonly granted: Epoch;
  readonly votersVersion: number;
  readonly pauseSetAt: number;
  readonly acknowledgedEpoch: number;
}

/** Standby → primary, on both paths: "I miss you; do you hold a live title?" (B3) */
export interface Query {
  readonly kind: "query";
  readonly missed: number;
  readonly missLimit: number;
}

export interface QueryReply {
  readonly kind: "query-reply";
  readonly toBoot: BootId;
  readonly toSequence: number;
  readonly title: boolean;
  readonly epoch: Epoch;
}

/** Standby → voter: "what do you know of that server?" */
export interface VoteRequest {
  readonly kind: "vote-request";
  readonly about: NodeName;
}

/** Voter → standby: numbers only. */
export interface Vote {
  readonly kind: "vote";
  readonly toBoot: BootId;
  readonly toSequence: number;
  readonly about: NodeName;
  /** ms since its last `title: true` keepalive; null if none in this boot of the voter. */
  readonly titleSilentMs: number | null;
  /** ms since its last keepalive of any kind; null if none. */
  readonly keepaliveSilentMs: number | null;
  /** ms since its last obeyed command; null if none (or no gateway). */
  readonly commandSilentMs: number | null;
  /** ms that the promise to the present owner still runs, or a restarted voter still waits. */
  readonly remainingMs: number;
  readonly granted: Epoch;
  /** Whether a promise runs to an owner whose last keepalive did not assert the title: a refused claim would end its renewals. */
  readonly contestable: boolean;
  readonly contested: boolean;
  readonly abstaining: boolean;
  readonly votersVersion: number;
  /** Why this voter would refuse an automatic change now; null where it would not. */
  readonly hold: Hold | null;
  /** Automatic changes that it granted; each one was granted by a majority, so a majority of votes knows them all. */
  readonly changes: readonly AutomaticChange[];
}

/** Server → voter: "I have resigned from this epoch; `successor` may claim." Repeated until acknowledged. */
export interface Release {
  readonly kind: "release";
  readonly epoch: Epoch;
  readonly successor: NodeName | null;
  /** False for a claim that came to nothing: no change of role happened, and none counts. */
  readonly titled: boolean;
}

export interface Released {
  readonly kind: "released";
  readonly toBoot: BootId;
  readonly toSequence: number;
  readonly epoch: Epoch;
}

/** Title holder, or any server by an operator's order → a voter without stored state: "you may take part again." */
export interface Admit {
  readonly kind: "admit";
  readonly epoch: Epoch;
  readonly votersVersion: number;
}

/** Resigned primary → successor: "claim now". Repeated until the successor's keepalive asserts a higher epoch. */
export interface Handover {
  readonly kind: "handover";
  readonly switchoverId: string;
  readonly epoch: Epoch;
  readonly reason: string;
  readonly by: string;
  /** The rule of the site asked for it, no person (failback at zero calls, or in a window). */
  readonly automatic: boolean;
  /** Only these gateways, without the title; null = everything. */
  readonly clients: readonly NodeName[] | null;
}

/** Any node → the primary: an authenticated operator asks for a switchover (B8). */
export interface SwitchoverRequest {
  readonly kind: "switchover-request";
  readonly switchoverId: string;
  readonly to: NodeName | null;
  readonly reason: string;
  readonly by: string;
}

export interface SwitchoverReply {
  readonly kind: "switchover-reply";
  readonly switchoverId: string;
  readonly accepted: boolean;
  /** Every blocker at once, each one sentence; empty when accepted. */
  readonly blockers: readonly string[];
}

/** Title holder → voter: "this is the set now"; voter → a server with an older one: "you are behind" (then `epoch` is none). */
export interface VoterSetMessage {
  readonly kind: "voter-set";
  readonly epoch: Epoch;
  readonly set: VoterSet;
}

/** Whoever knows more of the guard tells it to whoever knows less. */
export interface GuardMessage {
  readonly kind: "guard";
  readonly guard: Guard;
}

export type LinkMessage =
  | Keepalive
  | Claim
  | Answer
  | Query
  | QueryReply
  | VoteRequest
  | Vote
  | Release
  | Released
  | Admit
  | Handover
  | SwitchoverRequest
  | SwitchoverReply
  | VoterSetMessage
  | GuardMessage;

/** What surrounds a message on the wire. `sequence` rises by one with every datagram that this boot sends. */
export interface Envelope {
  readonly from: NodeName;
  readonly boot: BootId;
  readonly sequence: number;
}
