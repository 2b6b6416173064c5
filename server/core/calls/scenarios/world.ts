/** Two call servers, their gateways and a virtual clock: enough to play a scenario and write down what happened. */
import { type CallControl, CallControl as Engine } from "../call-control.ts";
import type { CallEffect, CallEvent } from "../call-event.ts";
import { defaultCallPolicy } from "../call-policy.ts";
import type { CallRecord } from "../call-record.ts";
import type { ActivePoll } from "../complete-poll.ts";
import { datedBy, type EndpointEvent, type ObservedEvent } from "../endpoint-event.ts";
import type { GatewayCommand } from "../gateway-command.ts";
import { numberingOf } from "../numbering.ts";
import { GatewayModel } from "./gateway-model.ts";
import { commandText, effectText } from "./transcript.ts";

const wallOffset = 1_000_000;
const networkMs = 5;
const errorMs = 20;

interface Job {
  readonly at: number;
  readonly run: () => void;
}

export class World {
  readonly gateways: ReadonlyMap<string, GatewayModel>;
  readonly servers: Map<string, CallControl>;
  readonly records: { readonly server: string; readonly record: CallRecord }[] = [];
  readonly numbering;
  readonly lines: string[] = [];
  quiet = false;
  /** So much too late may the servers read what is told. */
  lateMs = 0;
  mono = 0;
  epoch = 0;
  /** Who each gateway obeys; null while it is orphaned. */
  readonly owners = new Map<string, string | null>();
  readonly dead = new Set<string>();
  /** When the last one in control died or resigned. */
  silentSince: number | null = null;
  /** Gateways whose next takeover audit fails. */
  readonly unreadable = new Set<string>();
  /** How long after its connections its history is read at the next takeover, ms. */
  readonly slowHistory = new Map<string, number>();
  /** Polls under way, by gateway. */
  readonly walks = new Map<string, ActivePoll>();
  readonly asked = new Map<string, Extract<CallEvent, { kind: "endpoints-audited" }>>();
  readonly #queued = new Map<string, EndpointEvent[]>();
  /** In the order in which they are due. */
  readonly #jobs: Job[] = [];
  #calls = 0;
  lastEvent: EndpointEvent | null = null;
  lastCommandId = 0;
  /** Effects since somebody emptied it. */
  readonly heard: CallEffect[] = [];

  constructor(lines: number, trunks: number) {
    const gateway = (name: string, kind: "trunk" | "interface", prefix: string, count: number, firstNumber: string | null) => ({
      name,
      kind,
      endpoints: { prefix, count },
      firstNumber,
    });
    this.numbering = numberingOf({
      gateways: [
        gateway("if-1", "interface", "aaln/", lines, "50101"),
        gateway("if-2", "interface", "aaln/", lines, "50501"),
        gateway("gw-1", "trunk", "ds/", trunks, null),
        gateway("gw-2", "trunk", "ds/", trunks, null),
      ],
      routes: [{ prefix: "0", gateways: ["gw-1", "gw-2"] }],
    });
    const names = [...new Set(this.numbering.endpoints.map((spec) => spec.gateway))];
    this.gateways = new Map(names.map((name) => [name, new GatewayModel(name, this.numbering.endpoints)]));
    this.servers = new Map(["cs-a", "cs-b"].map((self) => [self, this.#boot(self)]));
  }

  #boot(self: string): CallControl {
    return new Engine({
      self,
      numbering: this.numbering,
      policy: defaultCallPolicy,
      newCallId: () => {
        this.#calls += 1;
        return `call-${this.#calls}`;
      },
    });
  }

  /** By how much everybody's wall clock was set. */
  setByMs = 0;

  get wall(): number {
    return this.mono + wallOffset + this.setByMs;
  }

  say(text: string): void {
    if (!this.quiet) this.lines.push(`  ${String(this.mono).padStart(6)}  ${text}`);
  }

  tell(server: string, event: CallEvent): void {
    const control = this.servers.get(server)!;
    if (this.dead.has(server)) return;
    for (const effect of control.step(event, { mono: this.mono, wall: this.wall })) this.#perform(server, effect);
    const deadline = control.deadline();
    if (deadline !== null) this.at(Math.max(deadline, this.mono), () => this.#wake(server));
  }

  #wake(server: string): void {
    const deadline = this.servers.get(server)!.deadline();
    if (deadline !== null && deadline <= this.mono) this.tell(server, { kind: "deadline-passed" });
  }

  #perform(server: string, effect: CallEffect): void {
    if (!this.quiet) this.heard.push(effect);
    if (effect.kind === "store-record") this.records.push({ server, record: effect.record });
    if (effect.kind === "command") this.#send(server, effect.command);
    else this.say(`${server}: ${effectText(effect, wallOffset)}`);
    if (effect.kind === "read-history") this.at(this.mono + 2 * networkMs, () => this.readHistory(server, effect.gateway));
  }

  #send(server: string, command: GatewayCommand): void {
    const control = this.servers.get(server);
    this.lastCommandId = command.commandId;
    this.say(`${server} → ${command.endpoint}: ${commandText(command)}`);
    this.at(this.mono + networkMs, () => {
      if (control !== this.servers.get(server) || this.dead.has(server)) return;
      if (this.owners.get(command.gateway) !== server) {
        this.tell(server, {
          kind: "command-finished",
          result: { kind: "not-sent", commandId: command.commandId, reason: "not the owner" },
        });
        return;
      }
      const model = this.gateways.get(command.gateway)!;
      if (model.refuseNext === "lost") {
        model.refuseNext = null;
        this.say(`what ${command.endpoint} was told is lost`);
        return;
      }
      const result = model.perform(command, this.wall);
      if (result.kind === "refused") this.say(`${command.endpoint} refuses: ${result.code} ${result.comment}`);
      if (result.kind === "timed-out") this.say(`${command.endpoint} does not answer`);
      this.at(this.mono + networkMs, () => {
        if (control === this.servers.get(server)) this.tell(server, { kind: "command-finished", result });
      });
    });
  }

  at(mono: number, run: () => void): void {
    let place = this.#jobs.length;
    while (place > 0 && this.#jobs[place - 1]!.at > mono) place -= 1;
    this.#jobs.splice(place, 0, { at: mono, run });
  }

  run(ms: number): void {
    const until = this.mono + ms;
    for (let steps = 0; ; steps += 1) {
      if (steps > 200_000) throw new Error("the scenario does not come to rest");
      const due = this.#jobs[0];
      if (!due || due.at > until) break;
      this.#jobs.shift();
      this.mono = due.at;
      due.run();
    }
    this.mono = until;
  }

  gatewayOf(endpoint: string): GatewayModel {
    return this.gateways.get(endpoint.slice(endpoint.indexOf("@") + 1))!;
  }

  /** A party does something; while nobody is in control the gateway acts alone and keeps the event. */
  party(endpoint: string, observed: ObservedEvent): void {
    const gateway = this.gatewayOf(endpoint);
    gateway.notice(endpoint, observed, this.wall);
    const told = { gateway: gateway.name, endpoint, event: observed, at: this.wall, errorMs };
    const event: EndpointEvent = datedBy({ kind: "endpoint-event", ...told }, { pathMs: 0, lateMs: this.lateMs });
    const owner = this.owners.get(gateway.name) ?? null;
    if (owner === null || this.dead.has(owner)) {
      if (observed.kind === "on-hook") gateway.hangUpAlone(endpoint, this.wall, 16);
      if (observed.kind === "release") gateway.hangUpAlone(endpoint, this.wall, observed.cause);
      this.#queued.set(gateway.name, [...(this.#queued.get(gateway.name) ?? []), event]);
      return;
    }
    this.lastEvent = event;
    this.at(this.mono + networkMs, () => this.#deliver(event));
  }

  /** The last event is told once more, and comes no sooner than the first time. */
  tellAgain(): void {
    const event = this.lastEvent;
    if (event !== null) this.at(this.mono + networkMs, () => this.#deliver(event));
  }

  /** A notification is repeated until somebody in control has taken it. */
  #deliver(event: EndpointEvent): void {
    const owner = this.owners.get(event.gateway) ?? null;
    if (owner === null || this.dead.has(owner)) this.#queued.set(event.gateway, [...(this.#queued.get(event.gateway) ?? []), event]);
    else this.tell(owner, event);
  }

  /** A server gains gateways: with `adopt` it reads them one after the other, `eachMs` apart. */
  control(server: string, names: readonly string[], adopt: boolean, silentSince: number | null, eachMs: number): void {
    this.epoch += 1;
    for (const other of this.servers.keys()) {
      this.tell(other, { kind: "epoch-began", epoch: { number: this.epoch, server }, at: this.wall });
    }
    this.tell(server, { kind: "admission-changed", open: true, reason: "in control" });
    // Told of all gateways first, as the control machine claims them all at once.
    for (const name of names) {
      this.owners.set(name, server);
      this.tell(server, { kind: "gateway-gained", gateway: name, adopt, silentSince });
    }
    names.forEach((name, index) => {
      for (const event of this.#queued.get(name) ?? []) this.at(this.mono + networkMs, () => this.#deliver(event));
      this.#queued.delete(name);
      if (adopt) this.at(this.mono + (index + 1) * eachMs, () => this.auditForTakeover(server, name));
    });
  }

  auditForTakeover(server: string, name: string): void {
    const gateway = this.gateways.get(name)!;
    if (this.unreadable.delete(name)) {
      this.tell(server, { kind: "gateway-audited", gateway: name, complete: false });
      return;
    }
    this.audit(server, gateway);
    const slowMs = this.slowHistory.get(name) ?? 0;
    this.slowHistory.delete(name);
    if (slowMs > 0) this.at(this.mono + slowMs, () => this.#finishTakeover(server, name));
    else this.#finishTakeover(server, name);
  }

  #finishTakeover(server: string, name: string): void {
    this.readHistory(server, name);
    this.tell(server, { kind: "gateway-audited", gateway: name, complete: true });
  }

  audit(server: string, gateway: GatewayModel): void {
    this.tell(server, { kind: "poll-finished", poll: gateway.poll(this.mono, this.wall, null) });
    this.tell(server, { kind: "endpoints-audited", gateway: gateway.name, startedAt: this.mono, endpoints: gateway.audit() });
  }

  readHistory(server: string, name: string): void {
    this.tell(server, { kind: "history-read", gateway: name, rows: [...this.gateways.get(name)!.history], complete: true });
  }

  /** A server that was dead starts again: it knows nothing, controls nothing, and hears which epoch it is. */
  restore(server: string): void {
    this.dead.delete(server);
    this.servers.set(server, this.#boot(server));
    const owner = [...this.owners.values()].find((name) => name !== null) ?? server;
    if (owner !== server) this.tell(server, { kind: "epoch-began", epoch: { number: this.epoch, server: owner }, at: this.wall });
  }

  /** It is well, and hands over: it lets go of every gateway. */
  resign(server: string): void {
    this.silentSince = this.wall;
    for (const [name, owner] of this.owners) {
      if (owner !== server) continue;
      this.owners.set(name, null);
      this.tell(server, { kind: "gateway-lost", gateway: name });
    }
    this.tell(server, { kind: "admission-changed", open: false, reason: "resigned" });
  }

  kill(server: string): void {
    this.silentSince = this.wall;
    this.dead.add(server);
    for (const [name, owner] of this.owners) if (owner === server) this.owners.set(name, null);
  }
}
