/**
 * RSIP of the gateways, performed: answered at once, its meaning told to the calls once it was gathered, and one audit for each gateway
 * that needs one, in its turn (see core/calls/announcement-book).
 */
import { AnnouncementBook, type AnnouncementEffect } from "../../core/calls/announcement-book.ts";
import type { NodeName } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { GatewayReport } from "../../protocols/mgcp/notification.ts";
import type { TandemNode } from "../node.ts";
import type { CallHost } from "./call-host.ts";

export interface AnnouncementHooks {
  /** Read the gateway's connections now. */
  audit(gateway: NodeName): void;
  /** When the gateway was surely alive last, before it restarted; null where nobody knows. */
  aliveBefore(gateway: NodeName): WallTime | null;
}

export class AnnouncementDesk {
  readonly #node: TandemNode;
  readonly #calls: CallHost;
  readonly #hooks: AnnouncementHooks;
  readonly #book: AnnouncementBook;
  #timer: NodeJS.Timeout | null = null;

  constructor(node: TandemNode, calls: CallHost, hooks: AnnouncementHooks) {
    this.#node = node;
    this.#calls = calls;
    this.#hooks = hooks;
    this.#book = new AnnouncementBook(new Map(node.site.gateways.map(({ name, endpoints }) => [name, { name, ...endpoints }])));
  }

  /** True for whoever owns the gateway: a server that gains it a moment later must not take its events for those of calls before. */
  heard({ gateway, endpoint, method }: Extract<GatewayReport, { kind: "restart" }>): number {
    this.#node.counters.add("rsip.heard");
    const code = this.#book.heard(gateway, { endpoint, method }, this.#node.clock.now());
    this.#pass();
    return code;
  }

  /** An event of this gateway is about to be delivered: what was announced before it comes first. */
  before(gateway: NodeName): void {
    this.#perform(this.#book.before(gateway));
  }

  close(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }

  #pass(): void {
    const { mono } = this.#node.clock.now();
    this.#perform(this.#book.tick(mono));
    this.close();
    const due = this.#book.deadline();
    if (due !== null) this.#timer = setTimeout(() => this.#pass(), Math.max(1, Math.ceil(due - mono)));
  }

  #perform(effects: readonly AnnouncementEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "connections-lost":
          this.#lose(effect);
          break;
        case "service-changed":
          this.#changeService(effect);
          break;
        case "audit":
          this.#hooks.audit(effect.gateway);
          break;
        case "announced":
          this.#tell(effect);
          break;
        default:
          unreachable(effect);
      }
    }
  }

  #lose({ gateway, endpoints, at }: Extract<AnnouncementEffect, { kind: "connections-lost" }>): void {
    if (endpoints === null) {
      const lastSeenAt = this.#hooks.aliveBefore(gateway) ?? this.#node.startedAt;
      this.#calls.deliver({ kind: "gateway-restarted", gateway, lastSeenAt, restartedAt: at });
      return;
    }
    // The rest of the gateway goes on; these were surely there when it was read last.
    const lastSeenAt = this.#calls.control.freshness(gateway).lastCompleteAt ?? this.#node.startedAt;
    this.#calls.deliver({ kind: "gateway-restarted", gateway, lastSeenAt: Math.min(lastSeenAt, at), restartedAt: at, endpoints });
  }

  /** Most announcements change nothing: every endpoint was in service before. */
  #changeService({ gateway, endpoints, inService }: Extract<AnnouncementEffect, { kind: "service-changed" }>): void {
    const table = this.#calls.control.state.endpoints;
    const rows = endpoints === null ? table.ofGateway(gateway) : endpoints.flatMap((endpoint) => table.find(gateway, endpoint) ?? []);
    for (const { endpoint } of rows.filter((row) => row.inService !== inService))
      this.#calls.deliver({ kind: "service-changed", gateway, endpoint, inService });
  }

  #tell({ gateway, method, messages, whole }: Extract<AnnouncementEffect, { kind: "announced" }>): void {
    const text = whole ? `${gateway} announced ${method}.` : `${gateway} announced ${method} of ${messages} endpoints.`;
    this.#node.journal.append("gateway-registered", "note", text, { gateway, method, messages, whole });
  }
}
