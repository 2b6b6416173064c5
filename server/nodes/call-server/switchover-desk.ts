/**
 * Where a switchover is asked for (B8): any server takes the request; the primary plans, decides and starts it, others pass it on.
 * The same request id is carried out once, however often it comes.
 */

import type { SwitchoverReply } from "../../core/control/link-message.ts";
import type { Switchover } from "../../core/control/member-state.ts";
import { switchoverPlan } from "../../core/control/preflight.ts";
import type { NodeName } from "../../core/identity.ts";
import type { SwitchoverPlan, SwitchoverResult } from "../../core/status/node-status.ts";
import { refusedSwitchover, type SwitchoverAsk, SwitchoverRelay } from "../switchover-relay.ts";
import { orderInput } from "./order-input.ts";
import type { ServerParts } from "./server-parts.ts";

const rememberedIds = 200;
const flushLookEveryMs = 20;
/** Below the control machine's own limit, so that a flush that takes too long is still told by us. */
const flushLimitMs = 1_200;

export class SwitchoverDesk {
  readonly #server: ServerParts;
  readonly #relay: SwitchoverRelay;
  readonly #results = new Map<string, SwitchoverResult>();
  #flushing: NodeJS.Timeout | null = null;

  constructor(server: ServerParts) {
    this.#server = server;
    this.#relay = new SwitchoverRelay(server.node.journal, (to, message) => server.control.send(to, message));
  }

  /** At this server's operator interface: carried out here, or passed on to the primary. */
  async ask(ask: SwitchoverAsk): Promise<SwitchoverResult> {
    const { control, node } = this.#server;
    if (ask.dryRun || control.titled()) return this.order(ask);
    const { primary } = control.member;
    if (primary === null || primary === node.name) return refusedSwitchover(ask, "Nobody holds the title now.");
    return this.#relay.ask(primary, ask);
  }

  replied(message: SwitchoverReply): void {
    this.#relay.reply(message);
  }

  /** As the primary. */
  order(ask: SwitchoverAsk): SwitchoverResult {
    const known = this.#results.get(ask.switchoverId);
    if (known && !ask.dryRun) return known;
    const to = ask.to ?? this.onlyStandby();
    if (to === null) return refusedSwitchover(ask, "Name the server that shall take over: there is more than one, or none.");
    const plan = this.#plan(to);
    const accepted = plan.blockers.length === 0 && !ask.dryRun;
    const result: SwitchoverResult = { accepted, switchoverId: ask.switchoverId, plan, blockers: plan.blockers };
    if (ask.dryRun) return result;
    this.#remember(ask.switchoverId, result);
    if (accepted) {
      const switchover = { id: ask.switchoverId, to, reason: ask.reason, by: ask.by, automatic: false, clients: null };
      this.#server.control.deliver({ kind: "switchover-accepted", switchover });
    }
    return result;
  }

  /** New calls are refused from now on; those being set up may finish, for a while. */
  flush(switchover: Switchover): void {
    const { calls, node, control } = this.#server;
    const until = node.clock.now().mono + flushLimitMs;
    if (this.#flushing) clearInterval(this.#flushing);
    this.#flushing = setInterval(() => {
      const { byPhase } = calls.control.state;
      const busy = byPhase["setting-up"] + byPhase.releasing;
      if (busy > 0 && node.clock.now().mono < until) return;
      if (this.#flushing) clearInterval(this.#flushing);
      this.#flushing = null;
      control.deliver({ kind: "flushed", switchoverId: switchover.id });
    }, flushLookEveryMs);
  }

  /** Whom a switchover that names nobody means. */
  onlyStandby(): NodeName | null {
    const { peers } = this.#server.control.member.config;
    return peers.length === 1 ? (peers[0] ?? null) : null;
  }

  close(): void {
    if (this.#flushing) clearInterval(this.#flushing);
    this.#relay.close();
  }

  #plan(to: NodeName): SwitchoverPlan {
    const { control, node } = this.#server;
    return switchoverPlan(control.member, { ...orderInput(this.#server), to }, node.clock.now().mono);
  }

  #remember(id: string, result: SwitchoverResult): void {
    this.#results.set(id, result);
    for (const old of this.#results.keys()) {
      if (this.#results.size <= rememberedIds) break;
      this.#results.delete(old);
    }
  }
}
