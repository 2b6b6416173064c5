/**
 * A world for the plane of calls alone: exact clocks, a network with delay and loss, and control that a test hands from server to server
 * by word. Promises run out as long after a server's death as a voter's would.
 */
import type { VoterCondition } from "../../../core/control/voter-state.ts";
import { type BootId, type Epoch, type NodeName, sameEpoch } from "../../../core/identity.ts";
import type { Instant, Now, WallTime } from "../../../core/time.ts";
import { forkRandom, type Random } from "../../random.ts";
import { Schedule } from "../../schedule.ts";
import type { CallsPlane } from "../calls-plane.ts";
import type { PlanePorts } from "../plane-ports.ts";

const bootWall = 1_790_000_000_000;
const promiseMs = 500;

interface Grant {
  readonly epoch: Epoch;
  readonly boot: BootId;
  /** Null while it is renewed for ever. */
  until: Instant | null;
}

export class SmallWorld implements PlanePorts {
  readonly schedule = new Schedule();
  readonly lines: string[] = [];
  readonly grants = new Map<NodeName, Grant>();
  readonly cuts = new Set<string>();
  plane: CallsPlane | null = null;
  loss = 0;
  delayMs: readonly [number, number] = [0.2, 2];
  readonly #random: Random;
  readonly #boots = new Map<NodeName, BootId>();
  readonly #dead = new Set<NodeName>();
  #epoch = 0;
  #lastTitle: { readonly server: NodeName; readonly at: Now } | null = null;

  constructor(seed: number) {
    this.#random = forkRandom(seed, "network");
  }

  now(): Now {
    return { mono: this.schedule.now, wall: bootWall + this.schedule.now };
  }

  lateMs(): number {
    return 0;
  }

  pathMs(): number {
    return 0;
  }

  trueNow(): Instant {
    return this.schedule.now;
  }

  boot(node: NodeName): BootId {
    return this.#boots.get(node) ?? bootWall;
  }

  after(node: NodeName, ms: number, job: () => void): void {
    const boot = this.boot(node);
    this.schedule.at(this.schedule.now + ms, () => {
      if (this.boot(node) === boot && !this.#dead.has(node)) job();
    });
  }

  carry(from: NodeName, to: NodeName, _path: 1 | 2, job: () => void): void {
    const [low, high] = this.delayMs;
    const delay = low + this.#random.next() * (high - low);
    if (this.#random.next() < this.loss || this.cuts.has(`${from}>${to}`)) return;
    this.schedule.at(this.schedule.now + delay, () => {
      if (!this.#dead.has(to)) job();
    });
  }

  note(who: NodeName, what: string): void {
    this.lines.push(`${this.schedule.now.toFixed(1).padStart(8)}  ${who.padEnd(6)} ${what}`);
  }

  commands(server: NodeName, gateway: NodeName): boolean {
    const grant = this.grants.get(gateway);
    return grant?.epoch.server === server && grant.boot === this.boot(server) && grant.until === null;
  }

  refusalOf(gateway: NodeName, epoch: Epoch, boot: BootId): string | null {
    const grant = this.grants.get(gateway);
    if (!grant || !sameEpoch(grant.epoch, epoch) || grant.boot !== boot) return "not the owner";
    return this.condition(gateway) === "owned" ? null : "the promise ran out";
  }

  noteCommand(): void {}

  condition(gateway: NodeName): VoterCondition {
    const grant = this.grants.get(gateway);
    if (!grant) return "idle";
    return grant.until === null || grant.until > this.schedule.now ? "owned" : "orphaned";
  }

  ownerOf(gateway: NodeName): NodeName | null {
    return this.grants.get(gateway)?.epoch.server ?? null;
  }

  holds(server: NodeName): boolean {
    return [...this.grants.keys()].some((gateway) => this.commands(server, gateway));
  }

  awakeAt(): Now {
    return this.now();
  }

  settledTitle(server: NodeName): Now | null {
    return this.#lastTitle === null || this.#lastTitle.server === server ? null : this.#lastTitle.at;
  }

  lastAnswerAt(): WallTime | null {
    return bootWall + this.schedule.now;
  }

  flushed(): void {}

  /** The server gains every gateway that nobody else holds. */
  take(server: NodeName, gateways: Iterable<NodeName>): void {
    this.#epoch += 1;
    const epoch = { number: this.#epoch, server };
    this.note(server, `takes over at epoch ${this.#epoch}`);
    for (const gateway of gateways) {
      this.grants.set(gateway, { epoch, boot: this.boot(server), until: null });
      this.plane?.onControlChange(gateway, "granted");
      this.plane?.onOwn(server, gateway, epoch);
    }
    this.plane?.onAdmitCalls(server);
  }

  kill(node: NodeName): void {
    this.note(node, "dies");
    this.#dead.add(node);
    this.#lastTitle = { server: node, at: this.now() };
    this.plane?.onCrash(node);
    const kept = this.grants.get(node);
    // A gateway is lost to its owner when its answers stay away.
    if (kept) this.after(kept.epoch.server, 450, () => this.plane?.onDisown(kept.epoch.server, node, "lease-ran-out"));
    for (const [gateway, grant] of this.grants) {
      if (grant.epoch.server !== node || grant.until !== null) continue;
      grant.until = this.schedule.now + promiseMs;
      this.schedule.at(grant.until, () => {
        if (this.grants.get(gateway) === grant) this.plane?.onControlChange(gateway, "ran-out");
      });
    }
  }

  restart(node: NodeName): void {
    this.note(node, "starts");
    this.#dead.delete(node);
    this.#boots.set(node, this.boot(node) + 10_000);
    this.plane?.onRestart(node);
    // A gateway remembers its grant, and its owner's next keepalive renews the promise.
    const kept = this.grants.get(node);
    if (!kept) return;
    this.schedule.at(this.schedule.now + 600, () => {
      if (this.grants.get(node) !== kept || kept.until !== null) return;
      this.plane?.onControlChange(node, "regained");
      this.plane?.onOwn(kept.epoch.server, node, kept.epoch);
    });
  }

  resign(server: NodeName): void {
    this.note(server, "resigns");
    this.#lastTitle = { server, at: this.now() };
    for (const [gateway, grant] of [...this.grants]) {
      if (grant.epoch.server !== server) continue;
      this.grants.delete(gateway);
      this.plane?.onControlChange(gateway, "released");
      this.plane?.onDisown(server, gateway, "resigned");
    }
  }

  run(ms: number): void {
    this.schedule.runUntil(this.schedule.now + ms);
  }
}
