/**
 * One boot of a simulated call server, without its control machine, which the world hosts: the unchanged call engine, a session for
 * each gateway, and the effects in order, as a call-server node performs them.
 */
import type { CallControl } from "../../core/calls/call-control.ts";
import { CallControl as Engine } from "../../core/calls/call-control.ts";
import type { CallEffect, CallEvent } from "../../core/calls/call-event.ts";
import type { CallPolicy } from "../../core/calls/call-policy.ts";
import { datedBy } from "../../core/calls/endpoint-event.ts";
import type { CommandResult, GatewayCommand } from "../../core/calls/gateway-command.ts";
import { unrecordedSince } from "../../core/calls/known-records.ts";
import { LookedAfter } from "../../core/calls/looked-after.ts";
import type { Numbering } from "../../core/calls/numbering.ts";
import type { Switchover } from "../../core/control/member-state.ts";
import type { BootId, Epoch, NodeName } from "../../core/identity.ts";
import type { GatewaySpec } from "../../core/site/site.ts";
import { notAfter, type WallTime } from "../../core/time.ts";
import { eventPathErrorMs } from "../../protocols/mgcp/notification.ts";
import { auditRange } from "../../protocols/mgcp/transaction-range.ts";
import type { Random } from "../random.ts";
import { AuditClient, type AuditedGateway } from "./audit-client.ts";
import { Gate } from "./gate.ts";
import type { Answered, Asked, Mgcp, MgcpDirectory } from "./mgcp-body.ts";
import type { SimOutbox } from "./outbox.ts";
import type { PlanePorts } from "./plane-ports.ts";
import { ServerSession } from "./server-session.ts";
import { type Outcome, type Signer, Transactions } from "./transactions.ts";

export interface ServerSurroundings {
  readonly ports: PlanePorts;
  readonly numbering: Numbering;
  readonly policy: CallPolicy;
  /** Most important first. */
  readonly gateways: readonly GatewaySpec[];
  readonly directory: MgcpDirectory;
  readonly random: Random;
  readonly rowsPerAnswer: number;
  /** SNMP questions that a server may have open, over all gateways. */
  readonly questionsAtOnce: number;
  /** Whether hooks are asked for after a takeover, and gateways audited in the background. */
  readonly peacetime: boolean;
  gateway(name: NodeName): AuditedGateway | null;
  newCallId(): string;
  onEffect(server: NodeName, effect: CallEffect): void;
  /** An event was on its way for so much longer than a server may assume. */
  onNotified(endpoint: string, lateMs: number): void;
  onSettled(server: NodeName, gateway: NodeName, complete: boolean): void;
}

const flushLookEveryMs = 20;
const flushLimitMs = 1_200;

export class SimServer {
  readonly name: NodeName;
  readonly control: CallControl;
  readonly mgcp: Mgcp;
  readonly sessions = new Map<NodeName, ServerSession>();
  readonly #around: ServerSurroundings;
  readonly #outbox: SimOutbox;
  readonly #startedWall: WallTime;
  /** When the newest record of an earlier boot was written. */
  readonly #newestBefore: WallTime | null;
  readonly #inbox: CallEvent[] = [];
  readonly #turns = new Map<string, GatewayCommand[]>();
  readonly #lookedAfter = new LookedAfter();
  /** When each gateway was last heard in the boot before its present one. */
  readonly heardBefore = new Map<NodeName, WallTime>();
  #performing = false;
  #alarmAt = Number.POSITIVE_INFINITY;
  #closed = false;

  constructor(name: NodeName, boot: BootId, rank: number, outbox: SimOutbox, around: ServerSurroundings) {
    this.name = name;
    this.#around = around;
    this.#outbox = outbox;
    this.#newestBefore = outbox.newestAt;
    const { ports, numbering, policy, newCallId, rowsPerAnswer } = around;
    this.#startedWall = ports.now(name).wall;
    this.control = new Engine({ self: name, numbering, policy, newCallId });
    this.mgcp = new Transactions(ports, { name, boot, range: auditRange(rank, boot) }, around.directory, (asked, from) =>
      this.#onAsked(asked, from),
    );
    const gate = new Gate(around.questionsAtOnce);
    for (const [index, spec] of around.gateways.entries()) {
      const target = () => around.gateway(spec.name);
      const audits = new AuditClient({ ports, self: name, gateway: spec.name, target, rowsPerAnswer, gate });
      const hooks = {
        ports,
        self: name,
        control: this.control,
        mgcp: this.mgcp,
        asksHooks: around.peacetime,
        deliver: (event: CallEvent) => this.deliver(event),
        after: (ms: number, job: () => void) => this.#after(ms, job),
        onSettled: (gateway: NodeName, complete: boolean) => around.onSettled(name, gateway, complete),
      };
      const session = new ServerSession(spec.name, hooks, audits, spec.pollSeconds * 1000);
      this.sessions.set(spec.name, session);
      if (around.peacetime) session.startAudits(300 + ((index * 120) % (spec.pollSeconds * 1000)) + rank * 60);
    }
  }

  own(gateway: NodeName, epoch: Epoch): void {
    const session = this.sessions.get(gateway);
    if (!session) return;
    const { ports } = this.#around;
    const until = this.#lookedAfter.gained(gateway, ports.settledTitle(this.name));
    const silentSince = until ? notAfter(until, ports.now(this.name)) : unrecordedSince(this.#newestBefore, this.#startedWall);
    session.gained(epoch, silentSince);
  }

  disown(gateway: NodeName, stillHolding: boolean): void {
    const workedThrough = this.sessions.get(gateway)?.lost() ?? false;
    this.#lookedAfter.lost(gateway, workedThrough, this.#around.ports.awakeAt(this.name));
    if (!stillHolding) this.#lookedAfter.handOver();
  }

  admit(open: boolean, reason: string): void {
    this.deliver({ kind: "admission-changed", open, reason });
  }

  /** It let go of everything: nothing under way counts any more. */
  letGo(): void {
    this.admit(false, "this server hands over");
    this.mgcp.abandon();
    this.#lookedAfter.handOver();
  }

  epochBegan(epoch: Epoch): void {
    this.deliver({ kind: "epoch-began", epoch, at: this.#around.ports.now(this.name).wall });
  }

  flush(switchover: Switchover): void {
    const { ports } = this.#around;
    this.admit(false, "this server hands over");
    const until = ports.now(this.name).mono + flushLimitMs;
    const look = (): void => {
      const { byPhase } = this.control.state;
      const busy = byPhase["setting-up"] + byPhase.releasing;
      if (busy > 0 && ports.now(this.name).mono < until) this.#after(flushLookEveryMs, look);
      else ports.flushed(this.name, switchover.id);
    };
    this.#after(flushLookEveryMs, look);
  }

  /** Events are taken one after the other: the effects of one are all performed before the next. */
  deliver(event: CallEvent): void {
    if (this.#closed) return;
    this.#inbox.push(event);
    if (this.#performing) return;
    this.#performing = true;
    for (let next = this.#inbox.shift(); next !== undefined; next = this.#inbox.shift()) {
      for (const effect of this.control.step(next, this.#around.ports.now(this.name))) this.#perform(effect);
    }
    this.#performing = false;
    this.#arm();
  }

  close(): void {
    this.#closed = true;
    this.mgcp.close();
  }

  #after(ms: number, job: () => void): void {
    this.#around.ports.after(this.name, ms, () => {
      if (!this.#closed) job();
    });
  }

  #arm(): void {
    const due = this.control.deadline();
    if (due === null || due >= this.#alarmAt) return;
    this.#alarmAt = due;
    this.#after(Math.max(1, due - this.#around.ports.now(this.name).mono), () => {
      if (this.#alarmAt !== due) return;
      this.#alarmAt = Number.POSITIVE_INFINITY;
      this.deliver({ kind: "deadline-passed" });
    });
  }

  #perform(effect: CallEffect): void {
    this.#around.onEffect(this.name, effect);
    if (effect.kind === "command") this.#take(effect.command);
    else if (effect.kind === "read-history") this.sessions.get(effect.gateway)?.readHistory(effect.since);
    else if (effect.kind === "store-record") {
      const { record } = effect;
      if (this.#outbox.add(record)) this.#after(1 + this.#around.random.next() * 9, () => this.#outbox.written(record));
    }
  }

  /** One command at a time for each endpoint, in the order given. */
  #take(command: GatewayCommand): void {
    const waiting = this.#turns.get(command.endpoint);
    if (waiting !== undefined) {
      waiting.push(command);
      return;
    }
    this.#turns.set(command.endpoint, []);
    this.#send(command);
  }

  #send(command: GatewayCommand): void {
    const session = this.sessions.get(command.gateway);
    const finish = (result: CommandResult): void => {
      this.deliver({ kind: "command-finished", result });
      const next = this.#turns.get(command.endpoint)?.shift();
      if (next === undefined) this.#turns.delete(command.endpoint);
      else this.#send(next);
    };
    const { commandId } = command;
    if (!session?.epoch) {
      finish({ kind: "not-sent", commandId, reason: "not the owner" });
      return;
    }
    const options = { epoch: session.epoch.number, permit: session.permit(), body: () => ({ kind: "command" as const, command }) };
    this.mgcp.ask(command.gateway, options, (outcome) => finish(resultOf(commandId, outcome)));
  }

  #onAsked(asked: Asked, from: Signer): Answered | null {
    const session = this.sessions.get(from.name);
    if (!session) return { code: 500 };
    const { ports } = this.#around;
    const { wall } = ports.now(this.name);
    if (asked.kind === "restarted") {
      const lastSeenAt = this.heardBefore.get(from.name) ?? ports.lastAnswerAt(this.name, from.name) ?? this.#startedWall;
      this.deliver({ kind: "gateway-restarted", gateway: from.name, lastSeenAt, restartedAt: wall });
      return { code: 200 };
    }
    if (asked.kind !== "notify") return { code: 504 };
    if (session.epoch === null || !ports.commands(this.name, from.name)) return null;
    const { endpoint, event, ageMs } = asked;
    const told = { gateway: from.name, endpoint, event, at: wall - Math.round(ageMs), errorMs: eventPathErrorMs };
    const met = { pathMs: ports.pathMs(this.name, from.name), lateMs: ports.lateMs(this.name) };
    const dated = datedBy({ kind: "endpoint-event", ...told }, met);
    this.#around.onNotified(endpoint, Math.abs(ports.trueNow() - asked.sentAt - met.pathMs / 2) - dated.errorMs);
    this.deliver(dated);
    return { code: 200 };
  }
}

function resultOf(commandId: number, outcome: Outcome<Answered>): CommandResult {
  if (outcome.kind === "timed-out") return { kind: "timed-out", commandId };
  if (outcome.kind === "not-sent") return { kind: "not-sent", commandId, reason: outcome.reason };
  const { code, reply } = outcome.answer;
  if (reply === undefined) return { kind: "refused", commandId, code, comment: "refused" };
  return { ...reply, commandId };
}
