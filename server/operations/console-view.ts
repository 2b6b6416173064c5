/** What the console's live subscription carries: everything that every page's frame needs, each part with its age and source. */
import type { CallRecord } from "../core/calls/call-record.ts";
import type { RecordQuery } from "../core/calls/record-query.ts";
import type { Pause } from "../core/control/guard.ts";
import type { AuditProtocol } from "../core/gear/gear-profile.ts";
import type { Epoch, NodeName } from "../core/identity.ts";
import type { GearHealth } from "../core/status/gear-status.ts";
import type { LabStatus } from "../core/status/lab-status.ts";
import type { GatewayHealth, GatewayStatus, PreflightCheck, ServerStatus, Strips, WitnessStatus } from "../core/status/node-status.ts";
import type { MissedSwitchover, ScheduledSwitchover } from "../core/status/scheduled-switchover.ts";
import type { WallTime } from "../core/time.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";

/** up: answers and moves; suspect: its peers miss keepalives; frozen: its process exists but nothing moves; unreachable: no answer. */
export type NodeState = "up" | "suspect" | "frozen" | "unreachable";

/** The guard over automatic changes across the cluster: the newest that any server knows. */
export interface GuardView {
  readonly state: "armed" | "paused" | "held" | "unknown";
  readonly pause: Pause | null;
  readonly used: number;
  readonly limit: number;
  readonly windowMs: number;
  /** Changes up to this epoch number were seen by an operator; null = none yet. */
  readonly acknowledgedEpoch: number | null;
  /** Whose knowledge this is; null where no server answers. */
  readonly source: NodeName | null;
  readonly votersThatKnow: number;
  readonly voters: number;
  /** One sentence where servers know different things. */
  readonly conflict: string | null;
}

/** A server that controls gateways without the title: `title` = it lost it and goes on with what still promises to it. */
export interface UntitledHolder {
  readonly server: NodeName;
  readonly basis: "title" | "fragment" | "override";
  readonly epoch: Epoch;
  readonly gateways: readonly NodeName[];
}

/** A node as the console sees it: its last status, when the console received it, and why there is no newer one. */
export interface Seen<Status> {
  readonly name: NodeName;
  readonly state: NodeState;
  readonly status: Status | null;
  readonly observedAt: WallTime | null;
  readonly ttlMs: number;
  readonly error: string | null;
}

export interface ServerView extends Seen<ServerStatus> {
  readonly rank: number;
}

export type GatewayCondition = "ok" | "disagrees" | "suspect" | "orphaned" | "no-data" | "failed" | "changing";

export interface GatewayView extends Seen<GatewayStatus> {
  readonly kind: "trunk" | "interface" | "phone";
  readonly voter: boolean;
  readonly priority: number;
  readonly pollSeconds: number;
  readonly localTo: NodeName | null;
  readonly endpoints: number;
  readonly snmp: { readonly host: string; readonly port: number };
  readonly mgcp: { readonly host: string; readonly port: number };
  readonly condition: GatewayCondition;
  /** One sentence why, for `disagrees` and worse. */
  readonly reason: string | null;
  readonly owner: NodeName | null;
  /** The owner's view of it (audits, expected against reported); null while there is no owner in reach. */
  readonly health: GatewayHealth | null;
  /** The server whose view `health` is. */
  readonly healthSource: NodeName | null;
}

/**
 * disabled: it is not to be asked. never: nobody asked yet. suspect: one audit unanswered. answered: it is there, yet no audit is complete.
 * late: no failure, and yet nothing new. no-data: no server tells.
 */
export type GearCondition =
  | "ok"
  | "stuck"
  | "disabled"
  | "never"
  | "suspect"
  | "unreachable"
  | "refused"
  | "unauthorized"
  | "answered"
  | "late"
  | "no-data";

/** Gear that Tandem did not make: it has no owner and no promise, it is read by every server and follows the title. */
export interface GearView {
  readonly name: NodeName;
  readonly own: false;
  readonly kind: "trunk" | "interface" | "phone";
  readonly protocol: AuditProtocol;
  readonly control: "mgcp" | "none";
  readonly pollSeconds: number;
  /** At most so many requests a second from each call server. */
  readonly packetsPerSecond: number;
  readonly condition: GearCondition;
  /** A clause that follows its name; null where all is well. */
  readonly reason: string | null;
  /** The primary's view of it, else that of any server that answers. */
  readonly health: GearHealth | null;
  /** The server whose view `health` is. */
  readonly healthSource: NodeName | null;
}

export interface Verdict {
  readonly sentence: string;
  readonly tone: "well" | "look" | "bad";
  /** "Two gateways need a look: …", each with the page that shows it. */
  readonly look: readonly { readonly text: string; readonly href: string }[];
  /** The rules and inputs behind the sentence. */
  readonly why: readonly string[];
}

export interface Survivability {
  readonly losing: NodeName | null;
  readonly answer: "yes" | "reservations" | "no" | "unknown";
  readonly sentence: string;
  readonly checks: readonly PreflightCheck[];
  readonly expected: string;
}

export interface ConsoleSnapshot {
  readonly sequence: number;
  readonly at: WallTime;
  readonly site: string;
  readonly cluster: string;
  readonly consoleStartedAt: WallTime;
  readonly buildId: string;
  readonly timers: { readonly keepaliveMs: number; readonly missLimit: number; readonly promiseMs: number; readonly leaseMs: number };
  readonly epoch: { readonly number: number; readonly server: NodeName | null };
  readonly primary: NodeName | null;
  readonly standby: NodeName | null;
  readonly automation: { readonly state: "armed" | "paused" | "held" | "unknown"; readonly used: number; readonly limit: number };
  readonly guard: GuardView;
  /** The switchover that is to happen next, and the server that keeps it. */
  readonly scheduled: (ScheduledSwitchover & { readonly keptBy: NodeName }) | null;
  /** A scheduled one that did not happen, and is still wanting. */
  readonly missedSwitchover: MissedSwitchover | null;
  readonly untitled: readonly UntitledHolder[];
  /** Calls in control now; null where no server answers. */
  readonly calls: number | null;
  /** Active calls over the last 15 minutes: [wall ms, calls or null], at most 300 points. */
  readonly callsHistory: readonly (readonly [WallTime, number | null])[];
  readonly servers: readonly ServerView[];
  readonly gateways: readonly GatewayView[];
  /** Gear of others, in configured order. */
  readonly gear: readonly GearView[];
  readonly witnesses: readonly Seen<WitnessStatus>[];
  readonly verdict: Verdict;
  readonly survivability: Survivability;
  /** The newest change of control, in progress or past. */
  readonly failover: FailoverReport | null;
  /** The same in one line, as the list of failovers has it. */
  readonly failoverSummary: FailoverSummary | null;
  /** Heartbeats as each server heard them; key: the listening server. */
  readonly strips: Readonly<Record<NodeName, Strips>>;
  /** Newest first, without the evidence for decisions; always with the newest change of control. */
  readonly events: readonly JournalEvent[];
  readonly records: { readonly stored: number; readonly completeTo: WallTime | null; readonly waiting: number };
  /** Null outside the lab. */
  readonly lab: LabStatus | null;
}

/** Live connections, by column; row i is made of element i of each column. `total` counts before `limit`. */
export interface ConnectionColumns {
  readonly at: WallTime;
  readonly source: NodeName | null;
  readonly total: number;
  readonly callId: readonly string[];
  readonly gateway: readonly NodeName[];
  readonly endpoint: readonly (string | null)[];
  readonly localNumber: readonly (string | null)[];
  readonly peerNumber: readonly (string | null)[];
  readonly origin: readonly (string | null)[];
  /** unknown: of gear that cannot say whether anybody answered. */
  readonly phase: readonly string[];
  readonly continuity: readonly string[];
  readonly codec: readonly (string | null)[];
  readonly qos: readonly (string | null)[];
  readonly localAddress: readonly (string | null)[];
  readonly remoteAddress: readonly (string | null)[];
  readonly carries: readonly (string | null)[];
  readonly setupAt: readonly (WallTime | null)[];
  readonly connectAt: readonly (WallTime | null)[];
  readonly clockErrorMs: readonly number[];
  readonly packetsLost: readonly (number | null)[];
  readonly jitterMs: readonly (number | null)[];
  readonly modelled: readonly boolean[];
  /** Where the row comes from: signalling, snmp, mgcp, sip, rpc. */
  readonly provenance: readonly string[];
  /** When it was last confirmed. */
  readonly confirmedAt: readonly WallTime[];
  /** Of our calls: inherited and not confirmed yet. Of others': two polls of their gear are overdue. */
  readonly stale: readonly boolean[];
  /** The gear's own name of the leg: a channel, a dialog, an RTP session. */
  readonly legName: readonly (string | null)[];
  /** DiffServ code point, 0..63. */
  readonly dscp: readonly (number | null)[];
  readonly rttMs: readonly (number | null)[];
  readonly packetsSent: readonly (number | null)[];
  readonly packetsReceived: readonly (number | null)[];
  /** When loss, jitter and packets were counted. */
  readonly countersAt: readonly (WallTime | null)[];
  /** Where the instants come from: TimingSource. */
  readonly setupFrom: readonly (string | null)[];
  readonly connectFrom: readonly (string | null)[];
  /** Where the numbers come from: signalling, or the audit. */
  readonly numbersFrom: readonly string[];
  /** G.107, with the method named; null with the reason as the method. */
  readonly r: readonly (number | null)[];
  readonly mos: readonly (number | null)[];
  readonly mosMethod: readonly string[];
  /** As the gear itself reckons; never mixed with the above. */
  readonly reportedMos: readonly (number | null)[];
  readonly reportedMosMethod: readonly (string | null)[];
  /** False: on gear that Tandem did not make, whose calls it only observes. */
  readonly own: readonly boolean[];
}

export type { RecordQuery };

export interface RecordPage {
  readonly records: readonly CallRecord[];
  /** Opaque keyset cursor (start, callId) of the next page; null at the end. */
  readonly next: string | null;
  readonly matched: { readonly count: number; readonly exact: boolean };
  readonly stored: number;
  readonly completeTo: WallTime | null;
}

export interface RecordHistogram {
  readonly bucketMs: number;
  readonly from: WallTime;
  readonly buckets: readonly {
    readonly at: WallTime;
    readonly answered: number;
    readonly adopted: number;
    readonly history: number;
    readonly lost: number;
  }[];
  readonly failovers: readonly { readonly id: string; readonly at: WallTime; readonly number: number; readonly to: NodeName }[];
}

export interface FailoverSummary {
  readonly id: string;
  readonly kind: "failover" | "switchover";
  readonly number: number;
  readonly from: NodeName | null;
  readonly to: NodeName;
  readonly cause: string;
  /** True where gateways were reset: their calls ended. */
  readonly cold: boolean;
  readonly state: "in-progress" | "done" | "abandoned";
  readonly startedAt: WallTime;
  readonly totalMs: number | null;
  readonly callsAdopted: number;
  readonly callsReleased: number;
  readonly recordsRecovered: number;
  readonly by: string | null;
  readonly reason: string | null;
  readonly sentence: string;
}

export interface AuditEntry {
  readonly id: number;
  readonly at: WallTime;
  readonly actor: string;
  readonly action: string;
  readonly target: string;
  readonly reason: string;
  readonly outcome: string;
  readonly detail: string;
}
