/**
 * A small deterministic world for the control core: virtual clock, lossy network with cuts, crashes, freezes, restarts.
 * It hosts the very machines that the nodes host, performs their effects in order, and checks the invariants after every job.
 */

import type { LinkMessage } from "../core/control/link-message.ts";
import { deadline, isTitled, noteDatagram, startMember, step } from "../core/control/member.ts";
import type { Fact, Member, MemberConfig, MemberEffect, MemberEvent, MemberStore } from "../core/control/member-state.ts";
import {
  commissionedStore,
  passDeadline,
  receiveAtVoter,
  startVoter,
  type Voter,
  type VoterEffect,
  type VoterStore,
} from "../core/control/voter.ts";
import { epochText, type NodeName } from "../core/identity.ts";
import { defaultTimers, type Timers } from "../core/site/timers.ts";
import type { Now } from "../core/time.ts";
import { Invariants } from "./invariants.ts";
import { type Random, seededRandom } from "./random.ts";
import { Schedule } from "./schedule.ts";

export interface WorldOptions {
  readonly seed: number;
  readonly servers: readonly NodeName[];
  readonly voters: readonly NodeName[];
  /** Share of datagrams lost, 0..1. */
  readonly loss?: number;
  readonly duplication?: number;
  /** Network delay in ms, uniform between the two. */
  readonly delayMs?: readonly [number, number];
  readonly timers?: Timers;
}

interface Node {
  readonly name: NodeName;
  boot: number;
  alive: boolean;
  /** Jobs of a frozen node wait until it is thawed. */
  frozen: (() => void)[] | null;
  sequence: number;
}

export interface ServerNode extends Node {
  member: Member;
  store: MemberStore;
  alarm: number;
}

export interface TandemNode extends Node {
  voter: Voter;
  store: VoterStore;
}

const bootWall = 1_790_000_000_000;

export class World {
  readonly schedule = new Schedule();
  readonly servers = new Map<NodeName, ServerNode>();
  readonly voters = new Map<NodeName, TandemNode>();
  readonly trace: string[] = [];
  readonly options: WorldOptions;
  readonly timers: Timers;
  private readonly random: Random;
  private readonly invariants = new Invariants(this);
  private readonly cuts = new Set<string>();

  constructor(options: WorldOptions) {
    this.options = options;
    this.timers = options.timers ?? defaultTimers;
    this.random = seededRandom(options.seed);
    for (const name of options.voters) {
      const store = commissionedStore(1);
      this.voters.set(name, {
        name,
        boot: 1,
        alive: true,
        frozen: null,
        sequence: 0,
        store,
        voter: startVoter(name, this.timers, store, 0),
      });
    }
    for (const [rank, name] of options.servers.entries()) {
      const store: MemberStore = { epochNumber: 0, automaticChanges: [] };
      const member = startMember(this.memberConfig(name, rank, rank + 1), store, this.now());
      const node: ServerNode = { name, boot: rank + 1, alive: true, frozen: null, sequence: 0, store, member, alarm: 0 };
      this.servers.set(name, node);
      // Real nodes never start at the same instant.
      this.schedule.at(this.random.next() * 40, () => this.wake(node));
    }
  }

  now(): Now {
    return { mono: this.schedule.now, wall: bootWall + this.schedule.now };
  }

  run(ms: number): void {
    this.schedule.runUntil(this.schedule.now + ms, () => this.invariants.check());
  }

  titled(): NodeName[] {
    return [...this.servers.values()].filter((node) => node.alive && isTitled(node.member, this.schedule.now)).map((node) => node.name);
  }

  cut(from: NodeName, to: NodeName, path: 1 | 2 | "both" = "both"): void {
    for (const each of path === "both" ? [1, 2] : [path]) this.cuts.add(`${from}>${to}/${each}`);
  }

  cutBothWays(a: NodeName, b: NodeName): void {
    this.cut(a, b);
    this.cut(b, a);
  }

  healAll(): void {
    this.cuts.clear();
  }

  crash(name: NodeName): void {
    const node = this.node(name);
    node.alive = false;
    node.frozen = null;
    this.note(name, "crashed");
  }

  freeze(name: NodeName): void {
    this.node(name).frozen = [];
    this.note(name, "frozen");
  }

  thaw(name: NodeName): void {
    const node = this.node(name);
    const waiting = node.frozen ?? [];
    node.frozen = null;
    this.note(name, "thawed");
    for (const job of waiting) job();
  }

  restart(name: NodeName): void {
    const node = this.node(name);
    node.alive = true;
    node.frozen = null;
    node.boot += 10;
    node.sequence = 0;
    this.note(name, "restarted");
    const server = this.servers.get(name);
    if (server) {
      server.member = startMember(this.memberConfig(name, server.member.config.rank, node.boot), server.store, this.now());
      this.wake(server);
    }
    const voter = this.voters.get(name);
    if (voter) voter.voter = startVoter(name, this.timers, voter.store, this.schedule.now);
  }

  /** Delivers an event to a server's machine and performs what it asks. */
  deliver(node: ServerNode, event: MemberEvent): void {
    this.perform(node, step(node.member, event, this.now()));
    this.setAlarm(node);
  }

  note(who: string, what: string): void {
    this.trace.push(`${this.schedule.now.toFixed(1).padStart(8)}  ${who.padEnd(6)} ${what}`);
  }

  private memberConfig(name: NodeName, rank: number, boot: number): MemberConfig {
    return {
      name,
      boot,
      rank,
      peers: this.options.servers.filter((other) => other !== name),
      clients: this.options.voters,
      voters: this.options.voters,
      votersVersion: 1,
      timers: this.timers,
      capacityCalls: 1000,
      automaticChanges: { limit: 1000, windowMs: 3_600_000 },
    };
  }

  private node(name: NodeName): Node {
    const node = this.servers.get(name) ?? this.voters.get(name);
    if (!node) throw new Error(`no node ${name}`);
    return node;
  }

  private wake(node: ServerNode): void {
    if (!node.alive) return;
    const due = deadline(node.member);
    if (this.schedule.now >= due) {
      this.deliver(node, { kind: "deadline-passed", lateMs: this.schedule.now - due });
      if (deadline(node.member) <= due && this.schedule.now > due) throw new Error(`${node.name}: a handled deadline did not move on`);
    }
    this.setAlarm(node);
  }

  private setAlarm(node: ServerNode): void {
    node.alarm += 1;
    const alarm = node.alarm;
    const boot = node.boot;
    this.schedule.at(deadline(node.member), () =>
      this.whenAwake(node, () => {
        if (node.alarm === alarm && node.boot === boot) this.wake(node);
      }),
    );
  }

  private whenAwake(node: Node, job: () => void): void {
    if (!node.alive) return;
    if (node.frozen) node.frozen.push(job);
    else job();
  }

  private perform(node: ServerNode, effects: readonly MemberEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "persist":
          node.store = effect.store;
          break;
        case "send": {
          node.sequence += 1;
          noteDatagram(node.member, effect, node.sequence, this.schedule.now);
          this.transmit(node, effect.to, effect.path, effect.message, node.sequence);
          break;
        }
        case "record":
          this.record(node.name, effect.fact);
          break;
        case "own":
          this.note(node.name, `owns ${effect.client} at ${epochText(effect.epoch)}`);
          break;
        case "disown":
          this.note(node.name, `loses ${effect.client}: ${effect.because}`);
          break;
        case "flush":
          this.schedule.at(this.schedule.now + 5, () =>
            this.whenAwake(node, () => this.deliver(node, { kind: "flushed", switchoverId: effect.switchover.id })),
          );
          break;
        case "admit-calls":
          break;
      }
    }
  }

  private record(name: NodeName, fact: Fact): void {
    if (fact.what === "vote-received" || fact.what === "release-confirmed" || fact.what === "claim-answered") return;
    const detail =
      fact.what === "verdict-reached"
        ? `: ${fact.verdict.sentence}`
        : "epoch" in fact
          ? ` ${epochText(fact.epoch)}`
          : "count" in fact
            ? ` ${fact.count}`
            : "";
    this.note(name, `${fact.what}${detail}`);
  }

  private transmit(from: Node, to: NodeName, path: 1 | 2, message: LinkMessage, sequence: number): void {
    const { loss = 0, duplication = 0, delayMs = [0.2, 0.6] } = this.options;
    const boot = from.boot;
    const copies = this.random.next() < duplication ? 2 : 1;
    for (let copy = 0; copy < copies; copy += 1) {
      const delay = delayMs[0] + this.random.next() * (delayMs[1] - delayMs[0]);
      const lost = this.random.next() < loss;
      if (lost || this.cuts.has(`${from.name}>${to}/${path}`)) continue;
      this.schedule.at(this.schedule.now + delay, () => this.arrive(from.name, boot, to, path, message, sequence));
    }
  }

  private arrive(from: NodeName, boot: number, to: NodeName, path: 1 | 2, message: LinkMessage, sequence: number): void {
    const server = this.servers.get(to);
    if (server) this.whenAwake(server, () => this.deliver(server, { kind: "received", from, boot, sequence, message, path }));
    const voter = this.voters.get(to);
    if (voter)
      this.whenAwake(voter, () =>
        this.performVoter(voter, receiveAtVoter(voter.voter, { from, boot, sequence }, message, this.schedule.now)),
      );
  }

  private performVoter(node: TandemNode, effects: readonly VoterEffect[]): void {
    for (const effect of effects) {
      switch (effect.kind) {
        case "persist":
          node.store = effect.stored;
          break;
        case "reply":
          node.sequence += 1;
          this.transmit(node, effect.to, 1, effect.message, node.sequence);
          break;
        case "granted":
          this.note(node.name, `grants ${epochText(effect.epoch)}`);
          this.wakeVoter(node);
          break;
        case "renewed-after-orphan":
          this.note(node.name, `renews ${epochText(effect.epoch)}`);
          this.wakeVoter(node);
          break;
        case "promise-ran-out":
          this.note(node.name, `promise to ${epochText(effect.epoch)} ran out`);
          break;
        case "released":
        case "refused":
        case "admitted":
          break;
      }
    }
  }

  private wakeVoter(node: TandemNode): void {
    const until = node.voter.promiseUntil;
    if (until === null) return;
    const { boot } = node;
    this.schedule.at(until, () =>
      this.whenAwake(node, () => {
        if (node.boot !== boot) return;
        this.performVoter(node, passDeadline(node.voter, this.schedule.now));
        this.wakeVoter(node);
      }),
    );
  }
}
