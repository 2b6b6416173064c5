/**
 * Reports events to the notified entity by NTFY: one at a time for each endpoint, in order, with its age, until it is answered.
 * Without an owner events wait; they go to whoever owns the gateway next, once it has pointed the endpoint to itself (`N:`).
 * It also announces a restart (RSIP), to every configured server and to each new owner that has not answered it yet; nobody is told
 * events before that (RFC 3435: the RSIP comes first), who might take them for those of a call from before the restart.
 */
import type { Endpoint } from "../../core/gateway/endpoint.ts";
import { eventDelivered, eventUndelivered, type QueuedEvent, takeEvent } from "../../core/gateway/event-queue.ts";
import type { Gateway } from "../../core/gateway/gateway.ts";
import type { NodeName } from "../../core/identity.ts";
import { command } from "../../protocols/mgcp/encode.ts";
import { parseNotifiedEntity } from "../../protocols/mgcp/endpoint-name.ts";
import { encodeObservedEvents } from "../../protocols/mgcp/endpoint-package.ts";
import type { Destination, MgcpResult, MgcpSocket } from "../../runtime/mgcp-socket.ts";
import type { TandemNode } from "../node.ts";
import type { LinkAgent } from "../witness/link-agent.ts";

const retryMs = 500;
const notifyDeadlineMs = 5_000;
const restartDeadlineMs = 10_000;

export class Notifier {
  private readonly node: TandemNode;
  private readonly gateway: Gateway;
  private readonly agent: LinkAgent;
  private readonly socket: () => MgcpSocket | null;
  /** Rises with every change of control: what is under way for an earlier one no longer counts. */
  private reign = 0;
  private readonly restartAnswered = new Set<NodeName>();
  /** The newest announcement of the restart that is under way to a server. */
  private readonly announcing = new Map<NodeName, number>();
  private announced = 0;
  private retry: NodeJS.Timeout | null = null;
  private readonly stuck = new Set<Endpoint>();

  constructor(node: TandemNode, gateway: Gateway, agent: LinkAgent, socket: () => MgcpSocket | null) {
    this.node = node;
    this.gateway = gateway;
    this.agent = agent;
    this.socket = socket;
  }

  /** Sends what waits at this endpoint, if it may be sent now. */
  pump(endpoint: Endpoint): void {
    const socket = this.socket();
    const to = this.destinationOf(endpoint);
    if (socket === null || to === null) return;
    const queued = takeEvent(endpoint.queue);
    if (queued === null) return;
    const { reign } = this;
    const parameters = {
      notifiedEntity: endpoint.notifiedEntity ?? this.gateway.notifiedEntity ?? to.node,
      requestId: queued.requestId,
      observedEvents: encodeObservedEvents([queued.event]),
    };
    void socket
      .request(to, command("NTFY", endpoint.name, parameters), {
        deadlineMs: notifyDeadlineMs,
        permit: () => this.reign === reign,
        eventAgeMs: () => this.node.clock.now().mono - queued.at,
      })
      .then((result) => {
        if (this.reign === reign) this.settled(endpoint, queued, result);
      });
  }

  private settled(endpoint: Endpoint, queued: QueuedEvent, result: MgcpResult): void {
    const { counters } = this.node;
    const code = result.kind === "response" ? result.response.code : null;
    if (code !== null && (code < 400 || (code >= 500 && code !== 521))) {
      counters.add(code < 400 ? "ntfy.delivered" : "ntfy.refused");
      eventDelivered(endpoint.queue);
      this.pump(endpoint);
      return;
    }
    counters.add(`ntfy.${result.kind === "response" ? "putOff" : "unanswered"}`);
    eventUndelivered(endpoint.queue);
    if (queued !== endpoint.queue.waiting[0]) this.pump(endpoint);
    this.stuck.add(endpoint);
    this.retry ??= setTimeout(() => {
      this.retry = null;
      const again = [...this.stuck];
      this.stuck.clear();
      for (const one of again) this.pump(one);
    }, retryMs);
  }

  /** The owner, as far as the endpoint was pointed to it; null = nobody may be told now. */
  private destinationOf(endpoint: Endpoint): Destination | null {
    if (this.agent.condition() !== "owned") return null;
    const owner = this.node.site.servers.find((server) => server.name === this.agent.owner);
    if (owner === undefined || (this.announcing.has(owner.name) && this.hasNeverHadConnections())) return null;
    const entity = endpoint.notifiedEntity ?? this.gateway.notifiedEntity;
    if (entity !== null && entity !== "") {
      const parsed = parseNotifiedEntity(entity);
      const named = parsed?.local.toLowerCase() === owner.name.toLowerCase();
      const there = parsed?.host === owner.mgcp.host && (parsed.port ?? 2727) === owner.mgcp.port;
      if (!named && !there) return null;
    }
    return { node: owner.name, ...owner.mgcp };
  }

  /**
   * Control changed: what was under way is sent anew, to whom it now belongs. So it is when the gateway is pointed anew: its owner lost the
   * lease and has it again, was silent meanwhile, and must not hear late, in seconds, what is sent again ever more rarely.
   */
  tellAnew(): void {
    this.reign += 1;
    for (const endpoint of this.gateway.endpoints.values()) {
      eventUndelivered(endpoint.queue);
      this.pump(endpoint);
    }
  }

  private pumpAll(): void {
    for (const endpoint of this.gateway.endpoints.values()) this.pump(endpoint);
  }

  /** "I restarted: I have no connections." Told to everybody at the start, and to a new owner that has not answered it. */
  announceRestart(to: readonly NodeName[]): void {
    const socket = this.socket();
    if (socket === null) return;
    for (const server of this.node.site.servers) {
      if (!to.includes(server.name) || this.restartAnswered.has(server.name)) continue;
      this.announced += 1;
      const announcement = this.announced;
      this.announcing.set(server.name, announcement);
      void socket
        .request(
          { node: server.name, ...server.mgcp },
          command("RSIP", `*@${this.gateway.name}`, { restartMethod: "restart", restartDelay: 0 }),
          {
            deadlineMs: restartDeadlineMs,
            // A server that hears it late, because it was down or cut off, would take calls set up meanwhile for lost.
            permit: () => this.announcing.get(server.name) === announcement && this.hasNeverHadConnections(),
          },
        )
        .then((result) => {
          if (result.kind === "response" && result.response.code < 400) this.restartAnswered.add(server.name);
          if (this.announcing.get(server.name) !== announcement) return;
          this.announcing.delete(server.name);
          this.pumpAll();
        });
    }
  }

  private hasNeverHadConnections(): boolean {
    const { table, history } = this.gateway;
    return table.rows.length === 0 && history.nextIndex === 1;
  }

  close(): void {
    this.reign += 1;
    this.announcing.clear();
    if (this.retry !== null) clearTimeout(this.retry);
  }
}
