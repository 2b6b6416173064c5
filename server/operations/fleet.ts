/**
 * What operations may ask of the nodes: one method per line of the node's operator interface.
 * The console and the command line use the same implementation (http-fleet.ts); tests bring their own.
 */
import type { OutboxEntry } from "../core/calls/call-record.ts";
import type { NodeName } from "../core/identity.ts";
import type { PollMode } from "../core/polling/poll-event.ts";
import type { GearDetail, PollTranscript } from "../core/status/gear-status.ts";
import type { NodeStatus, Strips, SwitchoverResult } from "../core/status/node-status.ts";
import type { OrderAsk, OrderResult } from "../core/status/order.ts";
import type { FailoverReport } from "../core/timeline/failover-report.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";
import type { ConnectionColumns } from "./console-view.ts";

/**
 * Why a node did not answer. `silent`: the connection stands but nothing comes back (a frozen process looks like this);
 * `unreachable`: nobody accepts the connection; `refused`: an HTTP error; `garbled`: the answer does not read as one.
 */
export type FleetFailure = "silent" | "unreachable" | "refused" | "garbled";

export class FleetError extends Error {
  readonly failure: FleetFailure;
  readonly node: NodeName;
  /** HTTP status with `refused`. */
  readonly status: number | null;

  constructor(node: NodeName, failure: FleetFailure, message: string, status: number | null = null) {
    super(message);
    this.name = "FleetError";
    this.node = node;
    this.failure = failure;
    this.status = status;
  }
}

export interface SwitchoverOrder {
  /** Makes a repeated order harmless: a node carries out each id once. */
  readonly switchoverId: string;
  readonly to: NodeName | null;
  readonly reason: string;
  readonly by: string;
  readonly dryRun: boolean;
}

export interface EventPage {
  readonly events: readonly JournalEvent[];
  readonly last: number;
}

export interface OutboxPage {
  readonly entries: readonly OutboxEntry[];
  readonly last: number;
}

/** Every method rejects with a FleetError and nothing else. */
export interface Fleet {
  status(node: NodeName): Promise<NodeStatus>;
  strips(node: NodeName): Promise<Strips>;
  events(node: NodeName, after: number, limit: number): Promise<EventPage>;
  connections(node: NodeName): Promise<ConnectionColumns>;
  records(node: NodeName, after: number, limit: number): Promise<OutboxPage>;
  acknowledgeRecords(node: NodeName, through: number): Promise<void>;
  failovers(node: NodeName): Promise<FailoverReport[]>;
  switchover(node: NodeName, order: SwitchoverOrder): Promise<SwitchoverResult>;
  /** Every other verb; with `dryRun` only its plan. */
  order(node: NodeName, ask: OrderAsk): Promise<OrderResult>;
  /** How a call server's audits of one gateway or gear go, and what they found. */
  gear(node: NodeName, name: NodeName): Promise<GearDetail>;
  /** One audit now; answers when it is over. */
  pollGear(node: NodeName, name: NodeName, mode: PollMode): Promise<PollTranscript>;
}
