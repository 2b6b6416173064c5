/** Invariants of failover.md 9 that can be seen from outside, checked after every job of the world. */
import { isTitled } from "../core/control/member.ts";
import { heldEpoch, type Member } from "../core/control/member-state.ts";
import { leaseLeftMs } from "../core/control/title.ts";
import { commandRefusal, type Voter } from "../core/control/voter.ts";
import { type BootId, type Epoch, epochText, type NodeName } from "../core/identity.ts";
import type { Instant } from "../core/time.ts";

/** What of a world is checked. */
export interface CheckedWorld {
  readonly schedule: { readonly now: Instant };
  readonly servers: ReadonlyMap<NodeName, { readonly boot: BootId; readonly member: Member }>;
  readonly voters: ReadonlyMap<NodeName, { readonly voter: Voter }>;
  readonly options: { readonly seed: number };
  readonly trace: readonly string[];
}

export class Invariants {
  private readonly world: CheckedWorld;
  /** The highest epoch number that each gateway has obeyed. */
  private readonly obeyed = new Map<NodeName, number>();

  constructor(world: CheckedWorld) {
    this.world = world;
  }

  /** Runs after every job, so it builds no lists. */
  check(): void {
    this.checkTitle();
    for (const [gateway, { voter }] of this.world.voters) this.checkGateway(gateway, voter);
  }

  /** 2: at most one title at any instant, counted by what each server itself believes. */
  private checkTitle(): void {
    const { servers, schedule } = this.world;
    let titled: NodeName | null = null;
    for (const [name, { member }] of servers) {
      if (!isTitled(member, schedule.now)) continue;
      if (titled !== null) throw this.violation(`two titles: ${titled}, ${name}`);
      titled = name;
    }
  }

  /** 1: a gateway obeys at most one server, and never a lower epoch than before. */
  private checkGateway(gateway: NodeName, voter: Voter): void {
    const { servers, schedule } = this.world;
    let commander: { server: NodeName; epoch: Epoch; refused: boolean } | null = null;
    for (const [server, { member, boot }] of servers) {
      const epoch = heldEpoch(member.state);
      if (epoch === null || leaseLeftMs(member.leases, gateway, schedule.now) <= 0) continue;
      const refused = commandRefusal(voter, epoch, boot, schedule.now) !== null;
      if (commander !== null) throw this.violation(`${gateway} is commanded by ${told(commander)} and ${told({ server, epoch, refused })}`);
      commander = { server, epoch, refused };
    }
    if (commander === null || commander.refused) return;
    const highest = this.obeyed.get(gateway) ?? 0;
    if (commander.epoch.number < highest) throw this.violation(`${gateway} obeys epoch ${commander.epoch.number} after ${highest}`);
    if (commander.epoch.number > highest) this.obeyed.set(gateway, commander.epoch.number);
  }

  private violation(what: string): Error {
    const { schedule, options, trace } = this.world;
    return new Error(`invariant violated at ${schedule.now.toFixed(1)} ms, seed ${options.seed}: ${what}\n${trace.slice(-40).join("\n")}`);
  }
}

function told({ server, epoch, refused }: { server: NodeName; epoch: Epoch; refused: boolean }): string {
  return `${server}${refused ? " (refused)" : ""} ${epochText(epoch)}`;
}
