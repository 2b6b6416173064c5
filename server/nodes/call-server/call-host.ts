/**
 * Hosts the call engine (core/calls/call-control): performs its effects in order, commands to drivers,
 * records to the durable outbox, facts to the journal; and wakes it when its deadline passes.
 */
import { randomBytes } from "node:crypto";
import { CallControl } from "../../core/calls/call-control.ts";
import type { CallEffect, CallEvent } from "../../core/calls/call-event.ts";
import { defaultCallPolicy } from "../../core/calls/call-policy.ts";
import type { CallRecord } from "../../core/calls/call-record.ts";
import type { CommandResult, GatewayCommand } from "../../core/calls/gateway-command.ts";
import { KnownRecords } from "../../core/calls/known-records.ts";
import { numberingOf } from "../../core/calls/numbering.ts";
import type { NodeName } from "../../core/identity.ts";
import type { WallTime } from "../../core/time.ts";
import { unreachable } from "../../core/unreachable.ts";
import type { Outbox } from "../../runtime/outbox.ts";
import type { TandemNode } from "../node.ts";

export interface CallHooks {
  /** Performs the command under this server's present authority; never rejects. */
  command(command: GatewayCommand): Promise<CommandResult>;
  readHistory(gateway: NodeName, since: WallTime): void;
  onAdopted(callId: string, gateways: readonly NodeName[]): void;
  onGivenUp(callId: string): void;
  onRecovered(callId: string, gateway: NodeName): void;
}

/** Calls whose record is remembered, so that it is not delivered twice: more than end during a change of control. */
const knownRecords = 10_000;

export class CallHost {
  readonly control: CallControl;
  readonly #node: TandemNode;
  readonly #outbox: Outbox;
  readonly #hooks: CallHooks;
  readonly #known = new KnownRecords(knownRecords);
  /** Calls said to be recovered whose record has not come yet. */
  readonly #recovered = new Map<string, NodeName>();
  #timer: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(node: TandemNode, outbox: Outbox, hooks: CallHooks) {
    this.#node = node;
    this.#outbox = outbox;
    this.#hooks = hooks;
    for (const { record } of outbox.after(outbox.last - knownRecords, knownRecords)) this.#known.isNews(record);
    this.control = new CallControl({
      self: node.name,
      numbering: numberingOf(node.site),
      policy: defaultCallPolicy,
      newCallId: () => randomBytes(16).toString("hex").toUpperCase(),
    });
  }

  deliver(event: CallEvent): void {
    if (this.#closed) return;
    for (const effect of this.control.step(event, this.#node.clock.now())) this.#perform(effect);
    this.#arm();
  }

  /** A record to be delivered, unless this server has told the same before. */
  keep(record: CallRecord): void {
    const recoveredFrom = this.#recovered.get(record.callId) ?? null;
    this.#recovered.delete(record.callId);
    if (!this.#known.isNews(record)) {
      this.#node.counters.add("outbox.repeated");
      return;
    }
    this.#outbox.add(record);
    if (recoveredFrom !== null) this.#hooks.onRecovered(record.callId, recoveredFrom);
  }

  close(): void {
    this.#closed = true;
    if (this.#timer) clearTimeout(this.#timer);
  }

  #arm(): void {
    if (this.#timer) clearTimeout(this.#timer);
    const due = this.control.deadline();
    if (due === null) return;
    const wait = Math.max(1, Math.ceil(due - this.#node.clock.now().mono));
    this.#timer = setTimeout(() => this.deliver({ kind: "deadline-passed" }), wait);
  }

  #perform(effect: CallEffect): void {
    switch (effect.kind) {
      case "command":
        void this.#hooks.command(effect.command).then((result) => this.deliver({ kind: "command-finished", result }));
        break;
      case "store-record":
        this.keep(effect.record);
        break;
      case "read-history":
        this.#hooks.readHistory(effect.gateway, effect.since);
        break;
      case "call-adopted":
        this.#hooks.onAdopted(effect.callId, effect.gateways);
        break;
      case "call-given-up":
        this.#node.journal.append("call-given-up", "warn", `Call ${effect.callId} could not be kept: ${effect.reason}.`, {
          callId: effect.callId,
          reason: effect.reason,
        });
        this.#hooks.onGivenUp(effect.callId);
        break;
      case "call-recovered":
        this.#recovered.set(effect.callId, effect.gateway);
        break;
      case "journal":
        this.#node.journal.append(effect.what, effect.severity, effect.text, effect.data);
        break;
      default:
        unreachable(effect);
    }
  }
}
