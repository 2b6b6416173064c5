/** What checkers may see of a world: everything, and nothing that they could change by accident. */
import type { Member, MemberStore } from "../core/control/member-state.ts";
import type { Voter, VoterStore } from "../core/control/voter-state.ts";
import type { BootId, NodeName } from "../core/identity.ts";
import type { Instant } from "../core/time.ts";
import type { NodeClock } from "./clock.ts";
import type { ClusterPlan } from "./cluster.ts";
import type { RecordedFact } from "./disk.ts";
import type { Trace } from "./trace.ts";

export interface NodeView {
  readonly name: NodeName;
  readonly cluster: number;
  readonly boot: BootId;
  readonly alive: boolean;
  readonly frozen: boolean;
  readonly clock: NodeClock;
}

export interface ServerView extends NodeView {
  readonly member: Member;
  readonly disk: { readonly store: Pick<MemberStore, "epochNumber" | "guard">; readonly facts: readonly RecordedFact[] };
  /** True while it does what it decided before it stood still. */
  readonly late: boolean;
}

export interface VoterView extends NodeView {
  readonly voter: Voter;
  readonly disk: { readonly stored: VoterStore };
}

export interface WorldView {
  readonly schedule: { readonly now: Instant; at(at: Instant, run: () => void): void };
  readonly servers: ReadonlyMap<NodeName, ServerView>;
  readonly voters: ReadonlyMap<NodeName, VoterView>;
  readonly clusters: readonly ClusterPlan[];
  readonly trace: Trace;
  /** Counts everything that was ever done to the world on purpose; while it stands still, nothing new went wrong. */
  readonly faultsDone: number;
  /** True while no link is cut, lossy or slow and every node of this one's cluster but itself runs. */
  undisturbedBut(node: NodeName): boolean;
  titled(cluster?: number): NodeName[];
  ownerOf(gateway: NodeName): NodeName | null;
}
