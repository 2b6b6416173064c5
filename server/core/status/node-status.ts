/** What each node says about itself on its operator interface (`GET /status`). Offsets are ms; instants are wall time. */
import type { CallPhase } from "../calls/call.ts";
import type { EndpointState } from "../calls/connection.ts";
import type { DisagreedLeg } from "../calls/disagreement.ts";
import type { Pause } from "../control/guard.ts";
import type { Role } from "../control/link-message.ts";
import type { BootId, Epoch, NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { FailoverReport } from "../timeline/failover-report.ts";
import type { MissedSwitchover, ScheduledSwitchover } from "./scheduled-switchover.ts";

/** A cut that fault injection enforces in the socket layer: datagrams from → to on that path are dropped. */
export interface Cut {
  readonly from: NodeName;
  readonly to: NodeName;
  readonly path: 1 | 2;
}

interface NodeCommon {
  readonly name: NodeName;
  readonly pid: number;
  readonly boot: BootId;
  readonly startedAt: WallTime;
  /** When this status was made. */
  readonly at: WallTime;
  readonly configVersion: number;
  readonly softwareVersion: string;
  readonly lastEventSequence: number;
  /** Event-loop delay over the last 10 s. */
  readonly loopDelayMs: { readonly p50: number; readonly p99: number; readonly max: number };
  readonly starved: boolean;
  /** Monotonic counters, for example `link.badMac`, `link.replayed`, `mgcp.refused`, `mgcp.malformed`. */
  readonly counters: Readonly<Record<string, number>>;
  readonly cuts: readonly Cut[];
}

export interface PeerHealth {
  readonly name: NodeName;
  readonly role: Role;
  readonly title: boolean;
  readonly epoch: Epoch;
  /** Since the last keepalive of any kind; null if none in this boot. */
  readonly silentMs: number | null;
  /** Keepalives missed in a row right now. */
  readonly missed: number;
  readonly ready: boolean;
  readonly digest: string | null;
  readonly calls: number | null;
  /** Round trip of the last query or keepalive exchange per path; null if unanswered. */
  readonly paths: readonly { readonly path: 1 | 2; readonly rttMs: number | null; readonly lastAnswerAgoMs: number | null }[];
}

export interface GatewayHealth {
  readonly name: NodeName;
  readonly voter: boolean;
  /** Owner as the gateway last told it. */
  readonly owner: NodeName | null;
  readonly epoch: Epoch;
  readonly silentMs: number | null;
  readonly missed: number;
  /** How long this server's lease on it still runs; 0 when not the owner. */
  readonly leaseLeftMs: number;
  readonly rttMs: number | null;
  readonly audit: {
    readonly state: "never" | "complete" | "partial" | "failed" | "running";
    readonly lastCompleteAt: WallTime | null;
    readonly lastAttemptAt: WallTime | null;
    readonly rows: number | null;
    readonly durationMs: number | null;
    readonly consecutiveFailures: number;
    readonly lastFailure: string | null;
    readonly nextAt: WallTime | null;
  };
  /** Connections that the gateway reports, from its last complete audit; null = never. */
  readonly reported: number | null;
  /** Connections that this server expects there. */
  readonly expected: number | null;
  /** On the gateway but not here, and the reverse, at the last complete audit. */
  readonly ghosts: number;
  readonly orphans: number;
  /** The oldest hundred of each; absent where the node is of an older version. */
  readonly ghostLegs?: readonly DisagreedLeg[];
  readonly orphanLegs?: readonly DisagreedLeg[];
}

export interface ServerStatus extends NodeCommon {
  readonly kind: "call-server";
  readonly role: Role;
  /** State of the control machine, for example `standby`, `suspicious`, `claiming`, `holding`, `resigned`. */
  readonly state: string;
  readonly epoch: Epoch;
  readonly title: {
    readonly held: boolean;
    readonly since: WallTime | null;
    readonly leaseLeftMs: number;
    readonly votersAnswering: number;
    readonly votersNeeded: number;
    readonly voters: number;
  };
  readonly peers: readonly PeerHealth[];
  readonly gateways: readonly GatewayHealth[];
  readonly witnesses: readonly { readonly name: NodeName; readonly silentMs: number | null; readonly granted: Epoch }[];
  /** `active`: calls under control, or as a standby those that its audits know. `byPhase`: only calls under control, so all 0 at a standby. */
  readonly calls: { readonly active: number; readonly byPhase: Readonly<Record<CallPhase, number>>; readonly capacity: number };
  readonly digest: string;
  readonly readiness: { readonly ready: boolean; readonly reasons: readonly string[] };
  readonly outbox: { readonly pending: number; readonly lastSequence: number };
  readonly automaticChanges: { readonly used: number; readonly limit: number };
  readonly guard: GuardStatus;
  readonly voterSet: {
    readonly version: number;
    readonly voters: readonly NodeName[];
    /** The set before, while a change is under way. */
    readonly previous: readonly NodeName[] | null;
  };
  /** As `tandem.yaml` names them; a set that was changed since is stored by the voters and wins. */
  readonly configuredVoters: readonly NodeName[];
  readonly holds: HoldsStatus | null;
  /** Gateways that this title holder gave to another server on request. */
  readonly lent: readonly { readonly gateway: NodeName; readonly to: NodeName }[];
  readonly scheduled: ScheduledSwitchover | null;
  /** The last one that did not happen, for a day or until another is scheduled here. */
  readonly missedSwitchover: MissedSwitchover | null;
  /** The site's rules, as this server has them. */
  readonly partition: "survive" | "strict";
  readonly merge: string;
  readonly failback: string;
  readonly takeover: "hot" | "cold";
  /** The last change of control that this server carried out, or carries out now. */
  readonly failover: FailoverReport | null;
}

/** The guard over automatic changes as this server knows it. */
export interface GuardStatus {
  /** In force now; null: automatic changes are allowed. */
  readonly pause: Pause | null;
  /** Rises with every pause and resume; 0 = there was none yet. */
  readonly pauseSetAt: WallTime;
  readonly used: number;
  readonly limit: number;
  readonly windowMs: number;
  /** Changes up to this epoch number were seen by an operator; 0 = none yet. */
  readonly acknowledgedEpoch: number;
  /** Voters that are known to know as much. */
  readonly votersThatKnow: number;
  readonly voters: number;
}

/** Under what right this server controls gateways: only `title` can be the title. */
export interface HoldsStatus {
  readonly basis: "title" | "fragment" | "override" | "lent";
  readonly epoch: Epoch;
  readonly gateways: readonly { readonly name: NodeName; readonly epoch: Epoch }[];
}

export interface GatewayStatus extends NodeCommon {
  readonly kind: "gateway";
  readonly gatewayKind: "trunk" | "interface" | "phone";
  readonly voter: boolean;
  readonly owner: NodeName | null;
  readonly epoch: Epoch;
  /** idle: no owner ever; owned: promise runs; orphaned: promise ran out. */
  readonly state: "idle" | "owned" | "orphaned" | "abstaining";
  readonly promiseLeftMs: number;
  readonly connections: number;
  readonly endpoints: Readonly<Record<EndpointState, number>>;
  readonly media: {
    readonly realStreams: number;
    readonly modelledStreams: number;
    readonly packetsReceived: number;
    readonly packetsLost: number;
    readonly maxJitterMs: number | null;
    readonly longestSilenceMs: number | null;
    /** Sequence gaps seen since the node started. */
    readonly sequenceGaps: number;
  };
}

export interface WitnessStatus extends NodeCommon {
  readonly kind: "witness";
  readonly owner: NodeName | null;
  readonly epoch: Epoch;
  readonly promiseLeftMs: number;
  readonly state: "idle" | "owned" | "orphaned" | "abstaining";
}

export type NodeStatus = ServerStatus | GatewayStatus | WitnessStatus;

/** `GET /strips`: heartbeat history, one worst value per bucket, oldest first; the last bucket ends at `endsAt`. */
export interface Strips {
  readonly bucketMs: number;
  readonly endsAt: WallTime;
  /** Keepalives missed in a row at worst; null = not measured. Key: node name. */
  readonly series: Readonly<Record<NodeName, readonly (number | null)[]>>;
}

/** One preflight check of a switchover. `unknown` blocks like `fail`. */
export interface PreflightCheck {
  readonly id: string;
  readonly check: string;
  readonly result: "pass" | "warn" | "fail" | "unknown";
  readonly found: string;
  readonly limit: string;
  readonly ageMs: number | null;
}

/** `POST /switchover` with `dryRun`, and the first half of a real one. */
export interface SwitchoverPlan {
  /** Hash of epoch, configuration and checks; valid for `validMs`. */
  readonly planId: string;
  readonly from: NodeName | null;
  readonly to: NodeName;
  readonly epoch: Epoch;
  readonly checks: readonly PreflightCheck[];
  /** One sentence each; empty = may go ahead. */
  readonly blockers: readonly string[];
  readonly effect: {
    readonly talking: number;
    readonly ringing: number;
    readonly settingUp: number;
    readonly unknown: number;
    /** Past interruptions in ms, newest first, from which the prediction is made. */
    readonly pastMs: readonly number[];
    readonly expectedMs: number | null;
    readonly worstMs: number | null;
  };
  readonly steps: readonly string[];
  readonly undo: string;
  readonly validMs: number;
}

export interface SwitchoverResult {
  readonly accepted: boolean;
  readonly switchoverId: string;
  readonly plan: SwitchoverPlan | null;
  readonly blockers: readonly string[];
}
