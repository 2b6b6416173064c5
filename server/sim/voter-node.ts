/** A gateway or witness of the virtual world: the unchanged voter, its disk, and the host that performs its effects in order. */
import { commissionedStore, noteCommand, type Voter, type VoterEffect } from "../core/control/voter-state.ts";
import { type BootId, type Epoch, epochText, type NodeName } from "../core/identity.ts";
import { Alarm } from "./alarm.ts";
import type { ClusterPlan } from "./cluster.ts";
import { VoterDisk } from "./disk.ts";
import type { Received } from "./receiver.ts";
import { SimNode } from "./sim-node.ts";
import type { Surroundings } from "./surroundings.ts";
import type { VoterView } from "./views.ts";

export class VoterNode extends SimNode implements VoterView {
  readonly disk: VoterDisk;
  voter: Voter;
  private readonly alarm: Alarm;

  constructor(around: Surroundings, plan: ClusterPlan, name: NodeName, cluster: number, number: number) {
    super(around, plan, name, cluster, number);
    this.disk = new VoterDisk(commissionedStore(1));
    this.voter = this.startVoter();
    this.alarm = new Alarm({ mono: () => this.clock.mono(), sleepUntil: (mono, wake) => this.wakeAt(mono, this.boot, wake) }, () =>
      this.passDeadline(),
    );
  }

  crash(): void {
    this.die();
    for (const checker of this.around.checkers.onCrash) checker.onCrash(this.around.view, this.name);
    this.around.plane?.onCrash(this.name);
  }

  restart(emptied: boolean): void {
    this.bear();
    this.voter = this.startVoter();
    this.alarm.clear();
    this.alarm.set(this.around.machines.voterDeadline(this.voter));
    this.around.plane?.onRestart(this.name, emptied);
  }

  clockChanged(): void {
    this.alarm.rearm();
  }

  receive(received: Received): void {
    const { machines } = this.around;
    this.perform(machines.receiveAtVoter(this.voter, received, received.message, this.clock.now()));
    if (this.alive) this.alarm.set(machines.voterDeadline(this.voter));
  }

  refusalOf(epoch: Epoch, boot: BootId): string | null {
    return this.around.machines.commandRefusal(this.voter, epoch, boot, this.clock.mono());
  }

  noteCommand(server: NodeName): void {
    noteCommand(this.voter, server, this.clock.mono());
  }

  private startVoter(): Voter {
    return this.around.machines.startVoter(this.name, this.plan, this.disk.stored, this.clock.now());
  }

  private passDeadline(): void {
    const { machines } = this.around;
    this.perform(machines.passDeadline(this.voter, this.clock.mono()));
    if (this.alive) this.alarm.set(machines.voterDeadline(this.voter));
  }

  private perform(effects: readonly VoterEffect[]): void {
    for (const effect of effects) {
      if (this.crashAfter !== null) {
        if (this.crashAfter === 0) {
          this.around.trace.note(this.name, "dies in the middle of a step");
          this.crash();
          return;
        }
        this.crashAfter -= 1;
      }
      this.performOne(effect);
    }
  }

  private performOne(effect: VoterEffect): void {
    const { trace, plane } = this.around;
    switch (effect.kind) {
      case "persist":
        this.disk.stored = effect.stored;
        return;
      case "reply":
        for (const checker of this.around.checkers.onReply) checker.onReply(this.around.view, this, effect.to, effect.message);
        this.sequence += 1;
        this.around.transmit(this, effect.to, 1, effect.message);
        return;
      case "granted":
        trace.note(this.name, `grants ${epochText(effect.epoch)}`);
        plane?.onControlChange(this.name, "granted", effect.epoch);
        return;
      case "renewed-after-orphan":
        trace.note(this.name, `renews ${epochText(effect.epoch)}`);
        plane?.onControlChange(this.name, "regained", effect.epoch);
        return;
      case "promise-ran-out":
        trace.note(this.name, `promise to ${epochText(effect.epoch)} ran out`);
        plane?.onControlChange(this.name, "ran-out", effect.epoch);
        return;
      case "released":
        trace.note(this.name, `released from ${epochText(effect.epoch)}`);
        plane?.onControlChange(this.name, "released", effect.epoch);
        return;
      case "admitted":
        trace.note(this.name, `admitted by ${effect.by} at ${epochText(effect.epoch)}`);
        return;
      case "guard-changed":
        trace.note(this.name, `stores a guard: ${effect.guard.pause === null ? "no pause" : "paused"}`);
        return;
      case "voter-set-changed":
        trace.note(this.name, `stores voter set ${effect.set.version}: ${effect.set.voters.join(", ")}`);
        return;
      case "refused":
        return;
    }
  }
}
