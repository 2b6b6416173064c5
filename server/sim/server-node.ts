/** A call server of the virtual world: the unchanged control machine, its disk, and the host that performs its effects in order. */
import { mayCommand } from "../core/control/holding.ts";
import type { Fact, Member, MemberEffect, MemberEvent } from "../core/control/member-state.ts";
import { epochText, type NodeName } from "../core/identity.ts";
import type { Now } from "../core/time.ts";
import { unreachable } from "../core/unreachable.ts";
import { Alarm } from "./alarm.ts";
import { type ClusterPlan, memberConfig } from "./cluster.ts";
import { ServerDisk } from "./disk.ts";
import { factLine } from "./fact-line.ts";
import type { Received } from "./receiver.ts";
import { SimNode } from "./sim-node.ts";
import type { Surroundings } from "./surroundings.ts";
import type { ServerView } from "./views.ts";

/** How long half-finished work takes where no calls are played, in ms. */
const flushMs = 5;
const reportEveryMs = 1000;

export class ServerNode extends SimNode implements ServerView {
  readonly disk = new ServerDisk();
  member: Member;
  /** The next datagram leaves only this much later than it was stamped; null = at once. */
  stallMs: number | null = null;
  /** True while it does what it decided before it stood still. */
  late = false;
  /** When its control machine did its step before the present one. */
  awakeAt: Now;
  private steppedAt: Now;
  private readonly alarm: Alarm;

  constructor(around: Surroundings, plan: ClusterPlan, name: NodeName, cluster: number, number: number) {
    super(around, plan, name, cluster, number);
    this.steppedAt = this.awakeAt = this.clock.now();
    this.member = around.machines.startMember(memberConfig(plan, name, this.boot), this.disk.store, this.steppedAt);
    this.alarm = new Alarm({ mono: () => this.clock.mono(), sleepUntil: (mono, wake) => this.wakeAt(mono, this.boot, wake) }, () =>
      this.passDeadline(),
    );
  }

  override get wellNow(): boolean {
    return super.wellNow && this.stallMs === null;
  }

  /** The process begins to run. */
  start(): void {
    this.alarm.clear();
    this.alarm.set(this.around.machines.deadline(this.member));
    this.report();
  }

  crash(): void {
    this.die();
    this.disk.crash();
    this.stallMs = null;
    for (const checker of this.around.checkers.onCrash) checker.onCrash(this.around.view, this.name);
    this.around.plane?.onCrash(this.name);
  }

  restart(): void {
    this.bear();
    this.steppedAt = this.awakeAt = this.clock.now();
    this.member = this.around.machines.startMember(memberConfig(this.plan, this.name, this.boot), this.disk.store, this.steppedAt);
    this.around.plane?.onRestart(this.name, true);
    this.start();
  }

  clockChanged(): void {
    this.alarm.rearm();
  }

  receive(received: Received): void {
    if (received.message.kind !== "answer") this.tellReceived(received);
    const lateMs = received.message.kind === "keepalive" ? this.lateMs : 0;
    this.deliver(lateMs > 0 ? { ...received, lateMs } : received);
  }

  private tellReceived({ from, message }: Received): void {
    const { checkers, view } = this.around;
    for (const checker of checkers.onReceived) checker.onReceived(view, this, from, message);
  }

  /** Delivers an event to the machine and performs what it asks. */
  deliver(event: MemberEvent): void {
    const now = this.clock.now();
    const { machines, checkers, view } = this.around;
    this.wake(now);
    this.lookAtClocks(now);
    this.perform(machines.step(this.member, event, now), now, 0);
    if (this.alive) this.alarm.set(machines.deadline(this.member));
    for (const checker of checkers.onStep) checker.onStep(view);
  }

  /** Whether it may command this gateway now: asked before every command. */
  commands(gateway: NodeName): boolean {
    if (!this.alive || this.frozen || this.clock.suspended) return false;
    const now = this.clock.now();
    this.lookAtClocks(now);
    return mayCommand(this.member, gateway, now.mono);
  }

  private lookAtClocks(now: Now): void {
    if (!this.clock.takeDivergence()) return;
    this.wake(now);
    this.perform(this.around.machines.step(this.member, { kind: "clocks-diverged" }, now), now, 0);
  }

  private wake(now: Now): void {
    if (now === this.steppedAt) return;
    this.awakeAt = this.steppedAt;
    this.steppedAt = now;
  }

  private passDeadline(): void {
    const { machines } = this.around;
    const due = machines.deadline(this.member);
    const lateMs = this.clock.mono() - due;
    if (lateMs < 0) {
      this.alarm.set(due);
      return;
    }
    this.deliver({ kind: "deadline-passed", lateMs });
    if (this.alive && !this.frozen && lateMs > 0 && machines.deadline(this.member) <= due)
      throw new Error(`${this.name}: a handled deadline did not move on`);
  }

  private report(): void {
    const { plane } = this.around;
    const self = plane === null ? quietReport : plane.selfReport(this.name);
    if (self !== null) this.deliver({ kind: "self-reported", self });
    if (plane !== null) this.after(reportEveryMs, () => this.report());
  }

  private perform(effects: readonly MemberEffect[], now: Now, first: number): void {
    for (let i = first; i < effects.length; i += 1) {
      if (this.crashAfter !== null) {
        if (this.crashAfter === 0) {
          this.around.trace.note(this.name, "dies in the middle of a step");
          this.crash();
          return;
        }
        this.crashAfter -= 1;
      }
      const effect = effects[i] as MemberEffect;
      if (effect.kind === "send" && this.stallMs !== null) {
        this.stall(effects, now, i);
        return;
      }
      this.performOne(effect, now);
    }
  }

  /** The process stands still between stamping a datagram and sending it: a late datagram with an old stamp. */
  private stall(effects: readonly MemberEffect[], now: Now, first: number): void {
    const ms = this.stallMs ?? 0;
    const { boot } = this;
    this.stallMs = null;
    this.freeze();
    this.whenAwake(() => {
      this.late = true;
      this.perform(effects, now, first);
      this.late = false;
      if (this.alive) this.alarm.set(this.around.machines.deadline(this.member));
    });
    this.around.schedule.at(this.around.schedule.now + ms, () => {
      if (this.alive && this.boot === boot) this.thaw();
    });
  }

  private performOne(effect: MemberEffect, now: Now): void {
    const { trace, plane, checkers, view } = this.around;
    switch (effect.kind) {
      case "persist":
        this.disk.store = effect.store;
        return;
      case "record":
        this.record(effect.fact, effect.durable);
        return;
      case "send":
        this.send(effect, now);
        return;
      case "own":
        trace.note(this.name, `owns ${effect.client} at ${epochText(effect.epoch)}`);
        for (const checker of checkers.onOwn) checker.onOwn(view, this, effect.client);
        plane?.onOwn(this.name, effect.client, effect.epoch);
        return;
      case "disown":
        trace.note(this.name, `loses ${effect.client}: ${effect.because}`);
        plane?.onDisown(this.name, effect.client, effect.because);
        return;
      case "flush":
        if (plane) plane.onFlush(this.name, effect.switchover);
        else this.after(flushMs, () => this.deliver({ kind: "flushed", switchoverId: effect.switchover.id }));
        return;
      case "admit-calls":
        plane?.onAdmitCalls(this.name);
        return;
      case "promoted":
      case "demoted":
        trace.note(this.name, `${effect.kind} at ${epochText(effect.epoch)}`);
        return;
      default:
        unreachable(effect);
    }
  }

  private record(fact: Fact, durable: boolean): void {
    this.disk.record(fact, durable, this.around.schedule.now);
    const line = factLine(fact);
    if (line !== null) this.around.trace.note(this.name, line);
    for (const checker of this.around.checkers.onFact) checker.onFact(this.around.view, this, fact);
  }

  private send(effect: Extract<MemberEffect, { kind: "send" }>, now: Now): void {
    const { checkers, view } = this.around;
    for (const checker of checkers.onSend) checker.onSend(view, this, effect.to, effect.message);
    if (effect.message.kind === "claim") for (const checker of checkers.onClaim) checker.onClaim(view, this, effect.to, effect.message);
    this.sequence += 1;
    this.around.machines.noteDatagram(this.member, effect, this.sequence, now.mono);
    this.around.transmit(this, effect.to, effect.path, effect.message);
  }
}

const quietReport = {
  calls: 0,
  loadPercent: 1,
  digest: "0000000000000000",
  condition: "ok",
  ready: true,
  busy: new Set<NodeName>(),
} as const;
