/**
 * A simulated gateway's notifications, as a gateway node sends them: one event at a time for each endpoint, in order, with its age,
 * until somebody in control has taken it; without an owner they wait, and with one until it knows of a restart.
 */
import type { Endpoint } from "../../core/gateway/endpoint.ts";
import { eventDelivered, eventUndelivered, type QueuedEvent, takeEvent } from "../../core/gateway/event-queue.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";
import type { NodeName } from "../../core/identity.ts";
import type { Answered, Mgcp } from "./mgcp-body.ts";
import type { PlanePorts } from "./plane-ports.ts";
import type { Outcome } from "./transactions.ts";

const retryMs = 500;
const notifyDeadlineMs = 5_000;
const restartDeadlineMs = 10_000;

export class Notifier {
  readonly #ports: PlanePorts;
  readonly #gateway: Gateway;
  readonly #mgcp: Mgcp;
  readonly #stuck = new Set<Endpoint>();
  readonly #restartAnswered = new Set<NodeName>();
  /** The newest announcement of the restart that is under way to a server. */
  readonly #announcing = new Map<NodeName, number>();
  #announced = 0;
  #retrying = false;
  /** Rises with every change of control: what is under way for an earlier one no longer counts. */
  #reign = 0;

  constructor(ports: PlanePorts, gateway: Gateway, mgcp: Mgcp) {
    this.#ports = ports;
    this.#gateway = gateway;
    this.#mgcp = mgcp;
  }

  pump(endpoint: Endpoint): void {
    const to = this.#destination(endpoint);
    const queued = to === null ? null : takeEvent(endpoint.queue);
    if (to === null || queued === null) return;
    const reign = this.#reign;
    const body = () => ({
      kind: "notify" as const,
      endpoint: endpoint.name,
      event: queued.event,
      ageMs: this.#ports.now(this.#gateway.name).mono - queued.at,
      sentAt: this.#ports.trueNow(),
    });
    this.#mgcp.ask(to, { body, deadlineMs: notifyDeadlineMs, permit: () => this.#reign === reign }, (outcome) => {
      if (this.#reign === reign) this.#settled(endpoint, queued, outcome);
    });
  }

  #settled(endpoint: Endpoint, queued: QueuedEvent, outcome: Outcome<Answered>): void {
    const code = outcome.kind === "answered" ? outcome.answer.code : null;
    if (code !== null && (code < 400 || (code >= 500 && code !== 521))) {
      eventDelivered(endpoint.queue);
      this.pump(endpoint);
      return;
    }
    eventUndelivered(endpoint.queue);
    if (queued !== endpoint.queue.waiting[0]) this.pump(endpoint);
    this.#stuck.add(endpoint);
    if (this.#retrying) return;
    this.#retrying = true;
    this.#ports.after(this.#gateway.name, retryMs, () => {
      this.#retrying = false;
      const again = [...this.#stuck];
      this.#stuck.clear();
      for (const one of again) this.pump(one);
    });
  }

  /** The owner, as far as the endpoint was pointed to it; null = nobody may be told now. */
  #destination(endpoint: Endpoint): NodeName | null {
    const { name, notifiedEntity } = this.#gateway;
    if (this.#ports.condition(name) !== "owned") return null;
    const owner = this.#ports.ownerOf(name);
    const entity = endpoint.notifiedEntity ?? notifiedEntity;
    if (owner === null || (this.#announcing.has(owner) && this.#hasNeverHadConnections())) return null;
    return entity === null || entity === owner ? owner : null;
  }

  /** Control changed, or the gateway was pointed anew: what was under way is sent anew, to whom it now belongs. */
  tellAnew(): void {
    this.#reign += 1;
    for (const endpoint of this.#gateway.endpoints.values()) {
      eventUndelivered(endpoint.queue);
      this.pump(endpoint);
    }
  }

  #pumpAll(): void {
    for (const endpoint of this.#gateway.endpoints.values()) this.pump(endpoint);
  }

  announceRestart(to: readonly NodeName[]): void {
    for (const server of to) {
      if (this.#restartAnswered.has(server)) continue;
      this.#announced += 1;
      const announcement = this.#announced;
      this.#announcing.set(server, announcement);
      const permit = (): boolean => this.#announcing.get(server) === announcement && this.#hasNeverHadConnections();
      this.#mgcp.ask(server, { body: () => ({ kind: "restarted" as const }), deadlineMs: restartDeadlineMs, permit }, (outcome) => {
        if (outcome.kind === "answered" && outcome.answer.code < 400) this.#restartAnswered.add(server);
        if (this.#announcing.get(server) !== announcement) return;
        this.#announcing.delete(server);
        this.#pumpAll();
      });
    }
  }

  #hasNeverHadConnections(): boolean {
    const { table, history } = this.#gateway;
    return table.rows.length === 0 && history.nextIndex === 1;
  }
}
