/** Nodes that answer from memory: what they say is what a test has put there. */
import type { OutboxEntry } from "../../core/calls/call-record.ts";
import type { PollMode } from "../../core/polling/poll-event.ts";
import type { GearDetail, PollTranscript } from "../../core/status/gear-status.ts";
import type { NodeStatus, SwitchoverResult } from "../../core/status/node-status.ts";
import type { OrderAsk, OrderResult } from "../../core/status/order.ts";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";
import type { JournalEvent } from "../../core/timeline/journal-event.ts";
import { noConnections } from "../connection-columns.ts";
import type { ConnectionColumns } from "../console-view.ts";
import { type Fleet, FleetError, type FleetFailure, type SwitchoverOrder } from "../fleet.ts";

export interface FakeNode {
  status: NodeStatus | null;
  /** Set: every request fails so. */
  failure: FleetFailure | null;
  outbox: OutboxEntry[];
  acknowledged: number;
  events: JournalEvent[];
  reports: FailoverReport[];
  connections: ConnectionColumns;
}

export class FakeFleet implements Fleet {
  readonly nodes = new Map<string, FakeNode>();
  readonly orders: SwitchoverOrder[] = [];
  answerSwitchover: (order: SwitchoverOrder) => SwitchoverResult = (order) => ({
    accepted: false,
    switchoverId: order.switchoverId,
    plan: null,
    blockers: ["nothing is set up"],
  });

  readonly asked: { readonly node: string; readonly ask: OrderAsk }[] = [];
  answerOrder: (ask: OrderAsk) => OrderResult = (ask) => ({
    id: ask.id,
    verb: ask.request.verb,
    accepted: false,
    settled: false,
    outcome: null,
    plan: null,
    blockers: ["nothing is set up"],
    stored: null,
    askInstead: null,
  });

  answerGear: (node: string, name: string) => GearDetail = (node, name) => {
    throw new FleetError(node, "refused", `${node} refused: ${name} is not audited by this server`, 404);
  };
  answerPoll: (node: string, name: string, mode: PollMode) => PollTranscript = (node, name) => {
    throw new FleetError(node, "refused", `${node} refused: ${name} is not audited by this server`, 404);
  };

  put(name: string, status: NodeStatus | null, changed: Partial<FakeNode> = {}): FakeNode {
    const node: FakeNode = {
      status,
      failure: null,
      outbox: [],
      acknowledged: 0,
      events: [],
      reports: [],
      connections: noConnections(0),
      ...changed,
    };
    this.nodes.set(name, node);
    return node;
  }

  #node(name: string): FakeNode {
    const node = this.nodes.get(name);
    if (!node) throw new FleetError(name, "unreachable", `${name} is not reachable (ECONNREFUSED)`);
    if (node.failure) throw new FleetError(name, node.failure, `${name} fails on purpose: ${node.failure}`);
    return node;
  }

  async status(name: string): Promise<NodeStatus> {
    const { status } = this.#node(name);
    if (!status) throw new FleetError(name, "garbled", `${name} has no status`);
    return status;
  }

  async strips(name: string) {
    this.#node(name);
    return { bucketMs: 1000, endsAt: 0, series: {} };
  }

  async events(name: string, after: number, limit: number) {
    const { events } = this.#node(name);
    return { events: events.filter((event) => event.sequence > after).slice(0, limit), last: events[events.length - 1]?.sequence ?? 0 };
  }

  async connections(name: string) {
    return this.#node(name).connections;
  }

  async records(name: string, after: number, limit: number) {
    const { outbox, acknowledged } = this.#node(name);
    const left = outbox.filter((entry) => entry.sequence > after && entry.sequence > acknowledged);
    return { entries: left.slice(0, limit), last: Math.max(acknowledged, outbox[outbox.length - 1]?.sequence ?? 0) };
  }

  async acknowledgeRecords(name: string, through: number) {
    const node = this.#node(name);
    node.acknowledged = Math.max(node.acknowledged, through);
  }

  async failovers(name: string) {
    return this.#node(name).reports;
  }

  async switchover(name: string, order: SwitchoverOrder) {
    this.#node(name);
    this.orders.push(order);
    return this.answerSwitchover(order);
  }

  async order(name: string, ask: OrderAsk) {
    this.#node(name);
    this.asked.push({ node: name, ask });
    return this.answerOrder(ask);
  }

  async gear(node: string, name: string) {
    this.#node(node);
    return this.answerGear(node, name);
  }

  async pollGear(node: string, name: string, mode: PollMode) {
    this.#node(node);
    return this.answerPoll(node, name, mode);
  }
}
