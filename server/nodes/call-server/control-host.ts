/**
 * Hosts the control machine (core/control/member) on real sockets, one timer and a durable store:
 * performs its effects in order, a persist before the datagram that depends on it, and tells the rest of the node what it owns.
 */
import { join } from "node:path";
import { isTitled, mayCommand } from "../../core/control/holding.ts";
import type { Answer, Envelope, Keepalive, LinkMessage } from "../../core/control/link-message.ts";
import { deadline, noteDatagram, startMember, step } from "../../core/control/member.ts";
import {
  emptyStore,
  type Fact,
  type Member,
  type MemberConfig,
  type MemberEffect,
  type MemberEvent,
  type MemberStore,
  type Switchover,
} from "../../core/control/member-state.ts";
import { titleUntil } from "../../core/control/title.ts";
import { type Epoch, type NodeName, sameEpoch } from "../../core/identity.ts";
import { type ServerSpec, voterNames } from "../../core/site/site.ts";
import type { Instant, Now, WallTime } from "../../core/time.ts";
import { factText } from "../../core/timeline/fact-text.ts";
import { unreachable } from "../../core/unreachable.ts";
import { readDurable, writeDurably } from "../../runtime/durable-file.ts";
import { createLinkOrigin, type LinkSocket, openLinkSocket } from "../../runtime/link-socket.ts";
import type { TandemNode } from "../node.ts";

export interface ControlHooks {
  onFact(fact: Fact, now: Now): void;
  onOwn(client: NodeName, epoch: Epoch): void;
  onDisown(client: NodeName, because: string): void;
  onFlush(switchover: Switchover): void;
  onAdmitCalls(): void;
  /** Once per real change of role: takeover actions. */
  onChangeOfRole(change: Extract<MemberEffect, { kind: "promoted" | "demoted" }>): void;
  /** A title at an epoch not heard of before, this server's own included. */
  onEpoch(epoch: Epoch, at: WallTime): void;
  /** Every accepted keepalive and answer, for the heartbeat strips. */
  onHeard(envelope: Envelope, message: Keepalive | Answer, now: Now): void;
  onSwitchoverMessage(from: NodeName, message: Extract<LinkMessage, { kind: "switchover-request" | "switchover-reply" }>): void;
}

export class ControlHost {
  readonly member: Member;
  /** Both clocks at the last titled keepalive of another server; null if none in this boot. */
  lastTitle: Now | null = null;
  readonly #node: TandemNode;
  readonly #hooks: ControlHooks;
  readonly #storePath: string;
  readonly #sockets: LinkSocket[] = [];
  #timer: NodeJS.Timeout | null = null;
  #epoch: Epoch | null = null;
  #closed = false;
  #due: Instant = 0;
  #heldUntil: Instant | null = null;
  #steppedAt: Now;
  #awakeAt: Now;

  constructor(node: TandemNode, spec: ServerSpec, hooks: ControlHooks) {
    this.#node = node;
    this.#hooks = hooks;
    this.#storePath = join(node.options.data, "member.json");
    this.#steppedAt = node.clock.now();
    this.#awakeAt = this.#steppedAt;
    this.member = startMember(memberConfig(node, spec), readStore(this.#storePath), this.#steppedAt);
  }

  async open(spec: ServerSpec): Promise<void> {
    const { site, name } = this.#node;
    const origin = createLinkOrigin(this.#node.boot);
    const others = site.servers.filter((server) => server.name !== name);
    const clients = [...site.gateways, ...site.witnesses];
    const path1 = new Map([
      ...others.map((server) => [server.name, server.link.path1] as const),
      ...clients.map((client) => [client.name, client.link] as const),
    ]);
    const path2 = new Map(others.map((server) => [server.name, server.link.path2] as const));
    for (const [path, bind, nodes] of [[1, spec.link.path1, path1] as const, [2, spec.link.path2, path2] as const]) {
      const { keys, clock, faults, counters, log } = this.#node;
      this.#sockets.push(
        await openLinkSocket({
          self: name,
          cluster: site.cluster,
          path,
          bind,
          keys,
          clock,
          origin,
          nodes,
          faults,
          counters,
          onMessage: (envelope, message, receivedAt) => this.#receive(envelope, message, receivedAt, path),
          onProblem: (text) => log.warn(text),
        }),
      );
    }
    this.#arm();
  }

  /** The step before the present one. A process that stood still loses its leases late: what it had, it looked after until here. */
  get awakeAt(): Now {
    return this.#awakeAt;
  }

  /** True while this server may lead and command gear that cannot fence. */
  titled(): boolean {
    const now = this.#node.clock.now();
    this.#lookAtClocks(now);
    return isTitled(this.member, now.mono);
  }

  /** Asked before every command: the lease on this gateway still runs, on clocks that agree. */
  commands(gateway: NodeName): boolean {
    const now = this.#node.clock.now();
    this.#lookAtClocks(now);
    return mayCommand(this.member, gateway, now.mono);
  }

  deliver(event: MemberEvent, now: Now = this.#node.clock.now()): void {
    if (this.#closed) return;
    this.#wake(now);
    // A lease that ran out ends the title at its own instant, however late this process gets to notice: after the step nobody knows it any more.
    this.#heldUntil = now.mono >= this.#due ? titleUntil(this.member.leases, this.member.voterSet) : null;
    this.#lookAtClocks(now);
    this.#perform(step(this.member, event, now), now);
    this.#arm();
  }

  /** Before anything else: a machine that was suspended wakes with a title that is over, and its first datagram must not meet it. */
  #lookAtClocks(now: Now): void {
    if (this.#closed || !this.#node.watchdog.diverged(now)) return;
    this.#wake(now);
    this.#perform(step(this.member, { kind: "clocks-diverged" }, now), now);
  }

  #wake(now: Now): void {
    // A look at the clocks, and the event before which they were looked at, are one step.
    if (now === this.#steppedAt) return;
    this.#awakeAt = this.#steppedAt;
    this.#steppedAt = now;
  }

  send(to: NodeName, message: LinkMessage): void {
    this.#sockets[0]?.send(to, message);
  }

  async close(): Promise<void> {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
    await Promise.all(this.#sockets.map((socket) => socket.close()));
  }

  #receive(envelope: Envelope, message: LinkMessage, now: Now, path: 1 | 2): void {
    if (message.kind === "switchover-request" || message.kind === "switchover-reply") {
      this.#hooks.onSwitchoverMessage(envelope.from, message);
      return;
    }
    if (message.kind === "keepalive" || message.kind === "answer") this.#hooks.onHeard(envelope, message, now);
    if (message.kind === "keepalive" && message.title) {
      this.lastTitle = now;
      this.#noteEpoch(message.epoch, now.wall);
    }
    const lateMs = message.kind === "keepalive" ? this.#node.watchdog.lateMs() : 0;
    this.deliver({ kind: "received", from: envelope.from, boot: envelope.boot, sequence: envelope.sequence, message, path, lateMs }, now);
  }

  #noteEpoch(epoch: Epoch, at: WallTime): void {
    if (this.#epoch !== null && sameEpoch(this.#epoch, epoch)) return;
    this.#epoch = epoch;
    this.#hooks.onEpoch(epoch, at);
  }

  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const due = deadline(this.member);
    this.#due = due;
    const wait = Math.max(0, Math.ceil(due - this.#node.clock.now().mono));
    this.#timer = setTimeout(() => {
      const now = this.#node.clock.now();
      if (now.mono >= due) this.deliver({ kind: "deadline-passed", lateMs: now.mono - due }, now);
      else this.#arm();
    }, wait);
  }

  #perform(effects: readonly MemberEffect[], now: Now): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "persist":
          writeDurably(this.#storePath, `${JSON.stringify(effect.store)}\n`);
          break;
        case "record":
          this.#record(effect.fact, effect.durable, now);
          break;
        case "send": {
          const sent = this.#sockets[effect.path - 1]?.send(effect.to, effect.message);
          if (sent) noteDatagram(this.member, effect, sent.sequence, sent.sentAt);
          break;
        }
        case "own":
          this.#hooks.onOwn(effect.client, effect.epoch);
          break;
        case "disown":
          this.#hooks.onDisown(effect.client, effect.because);
          break;
        case "flush":
          this.#hooks.onFlush(effect.switchover);
          break;
        case "admit-calls":
          this.#hooks.onAdmitCalls();
          break;
        case "promoted":
        case "demoted":
          this.#hooks.onChangeOfRole(effect);
          break;
        default:
          unreachable(effect);
      }
    }
  }

  #record(fact: Fact, durable: boolean, now: Now): void {
    const { what, ...told } = fact;
    const lapsed = what === "title-lost" && this.#heldUntil !== null && this.#heldUntil <= now.mono;
    const data = lapsed ? { ...told, heldUntilMono: this.#heldUntil } : told;
    const { severity, text } = factText(fact);
    if (durable) this.#node.journal.appendDurably(what, severity, text, data);
    else this.#node.journal.append(what, severity, text, data);
    if (fact.what === "title-gained") this.#noteEpoch(fact.epoch, now.wall);
    this.#hooks.onFact(fact, now);
  }
}

function memberConfig(node: TandemNode, spec: ServerSpec): MemberConfig {
  const { site } = node;
  const gateways = [...site.gateways].sort((a, b) => a.priority - b.priority);
  return {
    name: node.name,
    boot: node.boot,
    rank: spec.rank,
    peers: site.servers.filter((server) => server.name !== node.name).map((server) => server.name),
    clients: [...gateways.map((gateway) => gateway.name), ...site.witnesses.map((witness) => witness.name)],
    voters: voterNames(site),
    votersVersion: site.votersVersion,
    timers: site.timers,
    capacityCalls: spec.capacityCalls,
    automaticChanges: { limit: site.automaticChanges.limit, windowMs: site.automaticChanges.windowSeconds * 1000 },
    partition: site.partition,
    merge: site.merge,
    betterRanked: site.servers
      .filter((server) => server.rank < spec.rank)
      .sort((a, b) => a.rank - b.rank)
      .map((server) => server.name),
    failback: site.failback,
  };
}

/** A server without a store has never claimed: it learns from voters how far the epochs went. */
function readStore(path: string): MemberStore {
  const octets = readDurable(path);
  if (octets === null) return emptyStore;
  const value = JSON.parse(Buffer.from(octets).toString("utf8")) as Partial<MemberStore>;
  if (!Number.isSafeInteger(value.epochNumber))
    throw new Error(`${path}: not a member's store; remove it only if this server never held a title`);
  return { ...emptyStore, ...value };
}
