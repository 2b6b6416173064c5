/**
 * The link's agent at a gateway or witness: hosts the voter (core/control/voter), performs its effects in order,
 * and journals every change of control, so that the journals alone prove whom this node obeyed and when.
 */
import type { Envelope, LinkMessage } from "../../core/control/link-message.ts";
import { receiveAtVoter } from "../../core/control/voter.ts";
import {
  commandRefusal,
  noteCommand,
  ownerOf,
  passDeadline,
  promiseLeftMs,
  startVoter,
  type Voter,
  type VoterCondition,
  type VoterEffect,
  voterCondition,
  voterDeadline,
} from "../../core/control/voter-state.ts";
import { type BootId, type Epoch, epochText, type NodeName } from "../../core/identity.ts";
import type { HostPort } from "../../core/site/site.ts";
import type { SwitchoverResult } from "../../core/status/node-status.ts";
import type { OrderAsk, OrderResult } from "../../core/status/order.ts";
import type { Now } from "../../core/time.ts";
import { unreachable } from "../../core/unreachable.ts";
import { createLinkOrigin, type LinkSocket, openLinkSocket } from "../../runtime/link-socket.ts";
import { HeartbeatStrip } from "../heartbeat-strip.ts";
import type { TandemNode } from "../node.ts";
import { elsewhere } from "../order-answers.ts";
import { RateLimit } from "../rate-limit.ts";
import { refusedSwitchover, type SwitchoverAsk, SwitchoverRelay } from "../switchover-relay.ts";
import { openVoterFile, type VoterFile } from "./voter-file.ts";

/** What the gateway around the agent must know at once. */
export type ControlChange =
  | { readonly kind: "granted"; readonly epoch: Epoch; readonly before: Epoch }
  | { readonly kind: "regained"; readonly epoch: Epoch }
  | { readonly kind: "ran-out"; readonly epoch: Epoch }
  | { readonly kind: "released"; readonly epoch: Epoch };

export class LinkAgent {
  readonly strip: HeartbeatStrip;
  private readonly node: TandemNode;
  private readonly voter: Voter;
  private readonly file: VoterFile;
  private readonly onChange: (change: ControlChange, now: Now) => void;
  private readonly refusals = new RateLimit(20, 1_000);
  private readonly relay: SwitchoverRelay;
  private socket: LinkSocket | null = null;
  private timer: NodeJS.Timeout | null = null;
  private titleHeard: NodeName | null = null;

  constructor(node: TandemNode, onChange: (change: ControlChange, now: Now) => void) {
    this.node = node;
    this.onChange = onChange;
    const { timers, votersVersion, automaticChanges } = node.site;
    const limit = { limit: automaticChanges.limit, windowMs: automaticChanges.windowSeconds * 1000 };
    this.strip = new HeartbeatStrip(timers.keepaliveMs);
    this.file = openVoterFile(node.options.data, votersVersion, process.env.TANDEM_COMMISSION === "1");
    this.voter = startVoter(node.name, { timers, automaticChanges: limit }, this.file.stored, node.clock.now());
    this.relay = new SwitchoverRelay(node.journal, (to, message) => this.send(to, message));
    const { found, stored } = this.file;
    const severity = found === "lost" || found === "damaged" ? "alarm" : "note";
    node.journal.append("voter-started", severity, startText[found], {
      found,
      granted: stored.granted,
      grantedBoot: stored.grantedBoot,
      released: stored.released,
      admitted: stored.admitted,
      votersVersion: stored.votersVersion,
      waitMs: stored.largestPromiseMs,
    });
  }

  async open(bind: HostPort): Promise<void> {
    const { site, name, keys, clock, faults, counters, boot, log } = this.node;
    const nodes = new Map<NodeName, HostPort>(site.servers.map((server) => [server.name, server.link.path1]));
    this.socket = await openLinkSocket({
      self: name,
      cluster: site.cluster,
      path: 1,
      bind,
      keys,
      clock,
      origin: createLinkOrigin(boot),
      nodes,
      faults,
      counters,
      onMessage: (envelope, message, receivedAt) => this.receive(envelope, message, receivedAt),
      onProblem: (text) => log.warn(text),
    });
  }

  private receive(envelope: Envelope, message: LinkMessage, now: Now): void {
    if (message.kind === "keepalive") {
      this.strip.heard(envelope.from, now.mono);
      if (message.title) this.titleHeard = envelope.from;
    }
    if (message.kind === "switchover-reply") {
      this.relay.reply(message);
      return;
    }
    const before = { stored: this.voter.stored, promiseUntil: this.voter.promiseUntil };
    const effects = receiveAtVoter(this.voter, envelope, message, now);
    try {
      for (const effect of effects) this.perform(effect, envelope, now);
    } catch (error) {
      // Not stored, so not promised: forget it and answer nothing.
      this.voter.stored = before.stored;
      this.voter.promiseUntil = before.promiseUntil;
      this.node.counters.add("voter.storeFailed");
      this.node.log.error("the voter's state could not be stored", error);
    }
    this.schedule();
  }

  private perform(effect: VoterEffect, envelope: Envelope | null, now: Now): void {
    const { journal, counters } = this.node;
    switch (effect.kind) {
      case "persist":
        this.file.write(effect.stored);
        return;
      case "reply":
        this.send(effect.to, effect.message);
        return;
      case "granted": {
        const { epoch, before } = effect;
        counters.add("voter.granted");
        journal.append("epoch-granted", "note", `Granted epoch ${epochText(epoch)}; before it ${epochText(before)}.`, {
          epoch,
          before,
          boot: envelope?.boot ?? null,
          promiseMs: this.voter.timers.promiseMs,
          grantedAtMono: now.mono,
        });
        this.onChange({ kind: "granted", epoch, before }, now);
        return;
      }
      case "renewed-after-orphan":
        journal.append("promise-renewed", "note", `${epochText(effect.epoch)} renewed its promise after it had run out.`, {
          epoch: effect.epoch,
        });
        this.onChange({ kind: "regained", epoch: effect.epoch }, now);
        return;
      case "promise-ran-out":
        this.ranOut(effect.epoch, effect.at, now);
        return;
      case "released":
        journal.append("epoch-released", "note", `${epochText(effect.epoch)} let go; successor ${effect.successor ?? "not named"}.`, {
          epoch: effect.epoch,
          successor: effect.successor,
        });
        this.onChange({ kind: "released", epoch: effect.epoch }, now);
        return;
      case "refused":
        this.refused(effect, now);
        return;
      case "admitted":
        journal.append("voter-admitted", "note", `${effect.by} admitted this voter again.`, {
          by: effect.by,
          epoch: effect.epoch,
          admittedAtMono: now.mono,
        });
        return;
      case "guard-changed": {
        const { pause } = effect.guard;
        const text = pause === null ? "Automatic changes are allowed." : `Automatic changes are paused by ${pause.by}: ${pause.reason}.`;
        journal.append("guard-changed", "note", text, { guard: effect.guard });
        return;
      }
      case "voter-set-changed":
        journal.append("voter-set-changed", "note", `Voter set ${effect.set.version}: ${effect.set.voters.join(", ")}.`, {
          set: effect.set,
        });
        return;
      default:
        unreachable(effect);
    }
  }

  private refused({ from, epoch, refusal }: Extract<VoterEffect, { kind: "refused" }>, now: Now): void {
    const { journal, counters } = this.node;
    counters.add("voter.refused");
    if (!this.refusals.allows(now.mono)) return;
    journal.append("claim-refused", "note", `Refused ${from} the epoch ${epochText(epoch)}: ${refusal}.`, {
      from,
      epoch,
      refusal,
      granted: this.voter.stored.granted,
      promiseLeftMs: Math.round(promiseLeftMs(this.voter, now.mono)),
    });
  }

  private ranOut(epoch: Epoch, at: number, now: Now): void {
    const silentMs = this.voter.heard.get(epoch.server)?.keepaliveAt;
    this.node.counters.add("voter.promiseRanOut");
    this.node.journal.append(
      "promise-ran-out",
      "warn",
      `The promise to ${epochText(epoch)} ran out: no keepalive of it in time. Calls go on, commands are refused.`,
      { epoch, ranOutAtMono: at, keepaliveSilentMs: silentMs === undefined ? null : Math.round(now.mono - silentMs) },
    );
    this.onChange({ kind: "ran-out", epoch }, now);
  }

  /** One timer for the promise's end; renewals only move the deadline, the timer finds out when it fires. */
  private schedule(): void {
    const deadline = voterDeadline(this.voter);
    if (deadline === null || this.timer !== null) return;
    const now = this.node.clock.now();
    this.timer = setTimeout(
      () => {
        this.timer = null;
        const at = this.node.clock.now();
        for (const effect of passDeadline(this.voter, at.mono)) this.perform(effect, null, at);
        this.schedule();
      },
      Math.max(1, Math.ceil(deadline - now.mono)),
    );
  }

  private send(to: NodeName, message: LinkMessage): void {
    this.socket?.send(to, message);
  }

  get owner(): NodeName | null {
    return ownerOf(this.voter);
  }
  get epoch(): Epoch {
    return this.voter.stored.granted;
  }
  condition(): VoterCondition {
    return voterCondition(this.voter, this.node.clock.now().mono);
  }
  promiseLeftMs(): number {
    return Math.round(promiseLeftMs(this.voter, this.node.clock.now().mono));
  }
  /** Why a command of this epoch and boot must not be obeyed now; null = obey. */
  refusalOf(epoch: Epoch, boot: BootId): string | null {
    return commandRefusal(this.voter, epoch, boot, this.node.clock.now().mono);
  }
  noteObeyed(server: NodeName, now: Now): void {
    noteCommand(this.voter, server, now.mono);
  }

  /** An operator asks here for a switchover: pass it on to the primary (B8). */
  async switchover(ask: SwitchoverAsk): Promise<SwitchoverResult> {
    const primary = this.titleHeard ?? this.owner;
    if (ask.dryRun) return refusedSwitchover(ask, "Ask a call server for the preview: this node only passes requests on.");
    if (primary === null) return refusedSwitchover(ask, "This node has not heard of a primary yet.");
    return this.relay.ask(primary, ask);
  }

  /** Any other order: this node names the server to ask. */
  order(ask: OrderAsk): OrderResult {
    return elsewhere(ask, this.titleHeard ?? this.owner ?? this.node.site.servers[0]?.name ?? null);
  }

  async close(): Promise<void> {
    if (this.timer !== null) clearTimeout(this.timer);
    this.relay.close();
    await this.socket?.close();
  }
}

const startText = {
  stored: "The voter goes on from its stored state.",
  commissioned: "The voter was commissioned: it may vote from now on.",
  lost: "No stored state: the voter abstains until it is admitted.",
  damaged: "The stored state is damaged: the voter abstains until it is admitted.",
} as const;
