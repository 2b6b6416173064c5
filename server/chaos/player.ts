/** Carries out the steps of a scenario on the played site, one after another, and writes down what was done and when. */
import type { NodeName } from "../core/identity.ts";
import type { GatewayStatus, ServerStatus, WitnessStatus } from "../core/status/node-status.ts";
import type { CallBooks } from "./call-books.ts";
import type { FaultEntry, FaultLog } from "./fault-log.ts";
import { type Loss, withLoss } from "./link-faults.ts";
import { type Lane, lanesOf } from "./machines.ts";
import type { Observer } from "./observer.ts";
import { giveOrder, type OrderStep, switchOver } from "./orders.ts";
import type { PacketFilter } from "./packet-filter.ts";
import type { PlayedSite } from "./played-site.ts";
import type { RelayRule } from "./relay.ts";
import type { RelayProcess } from "./relay-process.ts";
import type { Expectation, Pair, Step } from "./step.ts";

export interface PlayerParts {
  readonly site: PlayedSite;
  readonly filter: PacketFilter;
  /** Null where the site was made without it. */
  readonly relay: RelayProcess | null;
  readonly observer: Observer;
  readonly books: CallBooks;
  readonly log: FaultLog;
  readonly ordersMayFail: boolean;
  say(text: string): void;
  /** True once the run is to end early. */
  stopped(): boolean;
}

/** An expectation of the simulator holds at an instant; of real processes it must come true within this. */
export const expectationToleranceMs = 600;
const askEveryMs = 40;
/** What a switchover may wait for calls that are half set up. */
const flushMs = 1300;
/** How long a starved process gets between two stops. */
const starvedRunsMs = 10;

export class Player {
  /** Expectations that did not come true, in words. */
  readonly unmet: string[] = [];
  private readonly parts: PlayerParts;
  private readonly lanes: readonly Lane[];
  private losses: readonly Loss[] = [];
  private readonly delays = new Map<Lane, RelayRule>();
  private orders = 0;
  /** A switchover was accepted, and nothing was expected since. */
  private switching = false;

  constructor(parts: PlayerParts) {
    this.parts = parts;
    this.lanes = lanesOf(parts.site.machines);
  }

  /** @param text the step as it was written */
  async play(step: Step, text: string): Promise<void> {
    const { site } = this.parts;
    switch (step.verb) {
      case "run":
        return this.pass(step.ms);
      case "crash":
        return this.crash(step.node, text);
      case "restart":
        return site.state(step.node) === "down" ? this.start(step.node, text) : undefined;
      case "reboot":
        await this.crash(step.node, text);
        return this.start(step.node, text);
      case "freeze":
        if (site.state(step.node) !== "running") return;
        return this.note("freeze", text, step.node, () => void site.freeze(step.node));
      case "thaw":
        if (site.state(step.node) !== "frozen") return;
        return this.note("thaw", text, step.node, () => void site.thaw(step.node));
      case "wipe":
        await this.crash(step.node, text);
        await this.note("wipe", text, step.node, () => site.wipe(step.node));
        return this.start(step.node, text);
      case "starve":
        return this.starve(step.node, step.forMs, step.lagMs, text);
      case "cut":
        return this.lose(this.between(step.from, step.to, step.bothWays, step.path), 100, text);
      case "isolate":
        return this.lose(
          this.lanes.filter(({ from, to }) => from.name === step.node || to.name === step.node),
          100,
          text,
        );
      case "loss":
        return this.lose(this.pairs(step.between), step.percent, text);
      case "heal":
        if (step.between === null) return this.mend();
        await this.delay(this.pairs(step.between), null, text);
        return this.lose(this.pairs(step.between), 0, text);
      case "delay":
        return this.delay(this.pairs(step.between), { minMs: step.minMs, maxMs: step.maxMs }, text);
      case "duplicate":
        return this.delay(this.pairs(step.between), { duplicatePercent: step.percent }, text);
      case "switchover":
      case "recall":
      case "failover-now":
      case "override":
      case "pause":
      case "cancel":
      case "resume":
      case "acknowledge":
      case "voters":
        return this.order(step, text);
      case "admit":
        return this.admit(text);
      case "expect":
        return this.await(step.what, expectationToleranceMs, text);
      case "until":
        return this.await(step.what, step.withinMs + expectationToleranceMs, text);
    }
  }

  /** Every network fault off, every frozen node thawed, every dead one started. */
  async mend(): Promise<void> {
    const { site } = this.parts;
    await this.delay(this.lanes, null, "heal");
    await this.lose(this.lanes, 0, "heal");
    for (const name of site.names())
      if (site.state(name) === "frozen") await this.note("thaw", `thaw ${name}`, name, () => void site.thaw(name));
    await Promise.all(
      site
        .names()
        .filter((name) => site.state(name) === "down")
        .map((name) => this.start(name, `restart ${name}`)),
    );
  }

  private async crash(node: NodeName, text: string): Promise<void> {
    if (this.parts.site.state(node) === "down") return;
    await this.note("end", text, node, () => this.parts.site.kill(node));
    this.parts.books.gatewayRestarts(node);
  }

  /** It is not there until it serves; what it does before it says so is its own. */
  private start(node: NodeName, text: string): Promise<void> {
    return this.note("start", text, node, () => this.parts.site.start(node));
  }

  private async lose(lanes: readonly Lane[], percent: number, text: string): Promise<void> {
    this.losses = withLoss(this.losses, lanes, percent);
    const quiet = this.losses.length === 0 && this.delays.size === 0;
    await this.note(quiet ? "heal" : "network", text, null, () => this.parts.filter.apply(this.losses));
  }

  /** Null = at once again; what is not named stays as it was. */
  private async delay(lanes: readonly Lane[], change: Partial<RelayRule> | null, text: string): Promise<void> {
    const { relay } = this.parts;
    if (change === null && this.delays.size === 0) return;
    if (relay === null) throw new Error("this site was made without the relay, which delays");
    for (const lane of lanes) {
      const before = this.delays.get(lane) ?? { minMs: 0, maxMs: 0, duplicatePercent: 0 };
      if (change === null) this.delays.delete(lane);
      else this.delays.set(lane, { ...before, ...change });
    }
    const quiet = this.losses.length === 0 && this.delays.size === 0;
    await this.note(quiet ? "heal" : "network", text, null, () => {
      for (const lane of lanes) relay.delay([lane], this.delays.get(lane) ?? null);
    });
  }

  private between(a: NodeName, b: NodeName, bothWays: boolean, path: 1 | 2 | null): Lane[] {
    return this.lanes.filter(
      ({ from, to, path: its }) =>
        (path === null || path === its) && ((from.name === a && to.name === b) || (bothWays && from.name === b && to.name === a)),
    );
  }

  private pairs(pair: Pair): readonly Lane[] {
    return pair === null ? this.lanes : this.between(pair[0], pair[1], true, null);
  }

  /** The one with the title, if it runs; null where none does. */
  private anyServer(): NodeName | null {
    const { site, observer } = this.parts;
    const running = site.names("call-server").filter((name) => site.state(name) === "running");
    return running.find((name) => name === observer.title) ?? running[0] ?? null;
  }

  private async order(step: OrderStep, text: string): Promise<void> {
    this.orders += 1;
    const from = Date.now();
    const server = step.verb === "failover-now" || step.verb === "override" ? step.node : this.anyServer();
    const id = `chaos-${process.pid}-${this.orders}`;
    const clientOf = (name: NodeName) => this.parts.site.client(name);
    const ordered =
      server === null || this.parts.site.state(server) !== "running"
        ? { accepted: false, note: "no call server runs that could be asked" }
        : step.verb === "switchover" && step.gateways === null
          ? await switchOver(clientOf(server), id, step.to)
          : await giveOrder(clientOf, server, id, step);
    this.enter({ kind: "order", step: text, node: server, from, note: ordered.note, accepted: ordered.accepted });
    this.parts.say(`  ${text}: ${ordered.note}`);
    this.switching ||= ordered.accepted && step.verb === "switchover";
    // What a plain switchover finds in its way is told by what is expected afterwards; amid random faults any order may be refused.
    if (!ordered.accepted && step.verb !== "switchover" && !this.parts.ordersMayFail) this.unmet.push(`${text}: ${ordered.note}.`);
  }

  /** Every voter that says that it abstains. */
  private async admit(text: string): Promise<void> {
    const { site } = this.parts;
    const voters = [...site.names("gateway"), ...site.names("witness")];
    const told = await Promise.all(voters.map((voter) => site.status<GatewayStatus | WitnessStatus>(voter, 400)));
    const abstaining = voters.filter((_, i) => told[i]?.state === "abstaining");
    for (const voter of abstaining) await this.order({ verb: "admit-voter", voter }, `${text} ${voter}`);
    if (abstaining.length === 0 && !this.parts.ordersMayFail) this.unmet.push(`${text}: no voter abstains.`);
  }

  /** Stopped and let go again and again, so that everything it does is late. */
  private async starve(node: NodeName, forMs: number, lagMs: number, text: string): Promise<void> {
    const { site } = this.parts;
    const end = performance.now() + forMs;
    while (performance.now() < end && site.state(node) === "running" && !this.parts.stopped()) {
      await this.note("freeze", text, node, () => void site.freeze(node));
      await this.pass(lagMs);
      await this.note("thaw", text, node, () => void site.thaw(node));
      await this.pass(starvedRunsMs);
    }
  }

  private async await(what: Expectation, withinMs: number, text: string): Promise<void> {
    const from = Date.now();
    if (what.kind === "said") return this.enter({ kind: "look", step: text, node: null, from, note: "not looked at" });
    // Real calls are being set up at any time, and a switchover lets them finish first; the simulator's site has none unless told.
    const allowedMs = withinMs + (this.switching ? flushMs : 0);
    this.switching = false;
    const end = performance.now() + allowedMs;
    let found = "";
    do {
      found = await this.found(what);
      if (found === what.wanted) {
        this.enter({ kind: "look", step: text, node: null, from, note: "holds" });
        return;
      }
      await this.pass(askEveryMs);
    } while (performance.now() < end && !this.parts.stopped());
    this.enter({ kind: "look", step: text, node: null, from, note: `found ${found}` });
    this.unmet.push(`${text}: not within ${allowedMs} ms; found ${found}.`);
  }

  private async found(what: Expectation): Promise<string> {
    const { site } = this.parts;
    if (what.kind === "title") {
      const told = await Promise.all(site.names("call-server").map((name) => site.status<ServerStatus>(name, 400)));
      return told.flatMap((status) => (status?.title.held === true ? [status.name] : [])).join(" and ") || "none";
    }
    if (what.kind === "said") return what.wanted;
    if (what.kind === "state") return (await site.status<ServerStatus>(what.server, 400))?.state ?? "no answer";
    const status = await site.status<GatewayStatus>(what.gateway, 400);
    return status === null ? "no answer" : status.state === "owned" ? (status.owner ?? "none") : "none";
  }

  private async pass(ms: number): Promise<void> {
    const end = performance.now() + ms;
    while (!this.parts.stopped() && performance.now() < end) {
      await new Promise((done) => setTimeout(done, Math.min(200, Math.max(1, end - performance.now()))));
    }
  }

  private async note(kind: FaultEntry["kind"], step: string, node: NodeName | null, act: () => unknown): Promise<void> {
    // Who held the title at that time must not be told by a look that is too old.
    if (kind === "end") await this.parts.observer.look();
    const title = this.parts.observer.title;
    const from = Date.now();
    await act();
    this.enter({ kind, step, node, from, note: null }, title);
  }

  private enter(entry: Omit<FaultEntry, "at" | "title">, title: NodeName | null = this.parts.observer.title): void {
    this.parts.log.add({ ...entry, at: Date.now(), title });
  }
}
