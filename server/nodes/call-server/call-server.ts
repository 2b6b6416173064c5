/**
 * A call server: control machine, call engine and one session for each gateway, wired.
 * The control machine says which gateways are ours; only then does anything command them. Everything else here is reporting.
 */
import { performance } from "node:perf_hooks";
import { AliveBefore } from "../../core/calls/alive-before.ts";
import type { CommandResult, GatewayCommand } from "../../core/calls/gateway-command.ts";
import { unrecordedSince } from "../../core/calls/known-records.ts";
import { LookedAfter } from "../../core/calls/looked-after.ts";
import type { Readiness } from "../../core/calls/readiness.ts";
import { changesInWindow } from "../../core/control/guard.ts";
import type { Answer, Envelope, Keepalive, LinkMessage } from "../../core/control/link-message.ts";
import type { Fact } from "../../core/control/member-state.ts";
import type { AdoptedGear } from "../../core/gear/observed-event.ts";
import type { Epoch, NodeName } from "../../core/identity.ts";
import type { GatewaySpec, ServerSpec } from "../../core/site/site.ts";
import type { MissedSwitchover, ScheduledSwitchover } from "../../core/status/scheduled-switchover.ts";
import { type Now, notAfter } from "../../core/time.ts";
import type { Before } from "../../core/timeline/failover-draft.ts";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";
import { type AuditPorts, openAuditPorts } from "../../drivers/audit-ports.ts";
import { createOwnAuditor } from "../../drivers/own-auditor.ts";
import { createTandemGateway } from "../../drivers/tandem-gateway.ts";
import { auditRange } from "../../protocols/mgcp/transaction-range.ts";
import { type MgcpSocket, openMgcpSocket } from "../../runtime/mgcp-socket.ts";
import { type Outbox, openOutbox } from "../../runtime/outbox.ts";
import { HeartbeatStrip } from "../heartbeat-strip.ts";
import type { TandemNode } from "../node.ts";
import { ActionHost } from "./action-host.ts";
import { AlertHost } from "./alert-host.ts";
import { CallHost } from "./call-host.ts";
import { ColdTakeover } from "./cold-takeover.ts";
import { ControlHost } from "./control-host.ts";
import type { FailoverStore } from "./failover-store.ts";
import { GatewaySession, longestSilence } from "./gateway-session.ts";
import { GearHost } from "./gear-host.ts";
import { MediaWatch } from "./media-watch.ts";
import { OrderDesk } from "./order-desk.ts";
import { PollingHost } from "./polling-host.ts";
import { ScheduledSwitchovers } from "./scheduled-switchovers.ts";
import type { ServerParts } from "./server-parts.ts";
import { ServerReadiness } from "./server-readiness.ts";
import { SignallingDesk } from "./signalling-desk.ts";
import { SwitchoverDesk } from "./switchover-desk.ts";
import { TakeoverReports } from "./takeover-reports.ts";

/** Load, digest and readiness to the control machine, ms. */
const reportEveryMs = 200;
/** Of audits of Tandem's own gateways, which are made for it. */
const ownPacketsPerSecond = 20_000;
const mostTold = 100;

export class CallServer implements ServerParts {
  readonly node: TandemNode;
  readonly spec: ServerSpec;
  readonly strip: HeartbeatStrip;
  readonly control: ControlHost;
  readonly calls: CallHost;
  readonly outbox: Outbox;
  readonly sessions = new Map<NodeName, GatewaySession>();
  readonly polling: PollingHost;
  readonly gear: GearHost;
  readonly desk: SwitchoverDesk;
  readonly orders: OrderDesk;
  readonly #schedule: ScheduledSwitchovers;
  readonly #reports: TakeoverReports;
  readonly #readiness: ServerReadiness;
  readonly #media: MediaWatch;
  readonly #cold: ColdTakeover;
  readonly #actions: ActionHost;
  /** Null where nobody is to be told. */
  readonly #alerts: AlertHost | null;
  readonly #aliveBefore = new AliveBefore();
  readonly #signalling: SignallingDesk;
  readonly #lookedAfter = new LookedAfter();
  #mgcp: MgcpSocket | null = null;
  #ports: AuditPorts | null = null;
  #reporting: NodeJS.Timeout | null = null;
  #utilization = performance.eventLoopUtilization();

  constructor(node: TandemNode, spec: ServerSpec) {
    this.node = node;
    this.spec = spec;
    this.strip = new HeartbeatStrip(node.site.timers.keepaliveMs);
    this.outbox = openOutbox({ folder: node.options.data, counters: node.counters, firstSequence: Math.floor(node.clock.now().wall) });
    this.calls = new CallHost(node, this.outbox, {
      command: (command) => this.#command(command),
      readHistory: (gateway, since) =>
        void this.sessions
          .get(gateway)
          ?.readHistory(since)
          .catch((error: unknown) => node.log.error(`history of ${gateway}`, error)),
      onAdopted: (callId) => this.#reports.log.callAdopted(callId, node.clock.now()),
      onGivenUp: () => this.#reports.log.callReleased(),
      onRecovered: (callId, gateway) => {
        if (this.#cold.hasEnded(callId)) return;
        this.#reports.log.recordRecovered(callId, gateway);
        this.#reports.learnt();
      },
    });
    this.polling = new PollingHost(node, spec.rank);
    this.gear = new GearHost(node, this.polling, {
      titled: () => this.control.titled(),
      storeRecord: (record) => this.calls.keep(record),
      onStage: (gear, stage, detail) => this.#reports.log.gatewayReached(gear, stage, node.clock.now(), detail),
      onAdopted: (gears) => this.#onGearAdopted(gears),
    });
    this.#cold = new ColdTakeover(node.site.takeover === "cold", () => this.control.member);
    this.control = new ControlHost(node, spec, {
      onFact: (fact, now) => this.#onFact(fact, now),
      onOwn: (client, epoch) => this.#onOwn(client, epoch),
      onDisown: (client) => this.#onDisown(client),
      onFlush: (switchover) => this.desk.flush(switchover),
      onChangeOfRole: (change) => this.#actions.onChangeOfRole(change),
      onAdmitCalls: () => this.calls.deliver({ kind: "admission-changed", open: true, reason: "" }),
      onEpoch: (epoch, at) => this.calls.deliver({ kind: "epoch-began", epoch, at }),
      onHeard: (envelope, message, now) => this.#onHeard(envelope, message, now),
      onSwitchoverMessage: (from, message) => this.#onSwitchoverMessage(from, message),
    });
    this.#reports = new TakeoverReports({
      node,
      control: this.control,
      sessions: this.sessions,
      onFinished: (report, shown) => this.#onFinished(report, shown),
    });
    this.desk = new SwitchoverDesk(this);
    this.#schedule = new ScheduledSwitchovers(node, {
      titled: () => this.control.titled(),
      carryOut: ({ id, to, by, reason }) => this.desk.order({ switchoverId: id, to, reason, by, dryRun: false }),
    });
    this.orders = new OrderDesk(this, this.desk, this.#schedule);
    this.#readiness = new ServerReadiness(this);
    this.#actions = new ActionHost(node, spec);
    this.#alerts = node.site.notify === null ? null : new AlertHost(this, node.site.notify);
    this.#signalling = new SignallingDesk(this, (gateway) => this.#aliveBefore.restarted(gateway, node.clock.now()));
    this.#media = new MediaWatch({
      ask: () => longestSilence(this.sessions.values()),
      onSilence: (silenceMs) => this.#onSilence(silenceMs),
      onError: (error) => node.log.error("watching the media", error),
    });
  }

  async open(): Promise<void> {
    const { node, spec } = this;
    const { site, keys, clock, faults, counters } = node;
    const others = site.gear.flatMap(({ name, audit }) => (audit.protocol === "mgcp" ? [[name, audit.address] as const] : []));
    const mgcp = await openMgcpSocket({
      self: node.name,
      role: "server",
      bind: spec.mgcp,
      nodes: new Map([...site.gateways.map((gateway) => [gateway.name, gateway.mgcp] as const), ...others]),
      unsignedNodes: new Set(others.map(([name]) => name)),
      keys,
      boot: node.boot,
      clock,
      faults,
      counters,
      range: auditRange(spec.rank, node.boot),
      onCommand: (command, from) => this.#signalling.heard(command, from.node),
    });
    this.#mgcp = mgcp;
    const ports = await openAuditPorts({
      self: node.name,
      boot: node.boot,
      rank: spec.rank,
      notified: spec.mgcp,
      site,
      clock,
      counters,
      faults,
      reveal: node.secret,
    });
    this.#ports = ports;
    for (const gateway of [...site.gateways].sort((a, b) => a.priority - b.priority)) this.#addGateway(gateway, mgcp, ports);
    await this.gear.open(ports);
    this.#actions.open();
    await this.control.open(spec);
    this.#reporting = setInterval(() => this.#reportSelf(), reportEveryMs);
    this.#reportSelf();
  }

  #addGateway(gateway: GatewaySpec, mgcp: MgcpSocket, ports: AuditPorts): void {
    const { node, spec } = this;
    const auditor = createOwnAuditor(gateway, mgcp, ports);
    const driver = createTandemGateway({ self: node.name, spec: gateway, notified: spec.mgcp, mgcp, auditor, clock: node.clock });
    const session = new GatewaySession(gateway, node, driver, this.calls, {
      permit: () => this.control.commands(gateway.name),
      onStage: (stage, detail) => this.#reports.log.gatewayReached(gateway.name, stage, node.clock.now(), detail),
      onReset: (callIds) => this.#onReset(gateway.name, callIds),
      onSettled: () => this.#reports.settle(),
    });
    this.sessions.set(gateway.name, session);
    const polling = { gateway: gateway.name, intervalMs: gateway.pollSeconds * 1_000, packetsPerSecond: ownPacketsPerSecond, polled: true };
    this.polling.add(polling, (mode, onExchange) => session.audit(mode, onExchange && { onExchange }));
    // A standby is ready once it has read every gateway.
    this.polling.request(gateway.name, "start", "full");
  }

  async close(): Promise<void> {
    if (this.#reporting) clearInterval(this.#reporting);
    this.desk.close();
    this.#schedule.close();
    this.#media.stop();
    this.#signalling.close();
    this.#reports.close();
    await this.control.close();
    const acted = this.#actions.close();
    this.polling.close();
    for (const session of this.sessions.values()) session.close();
    await this.gear.close();
    this.calls.close();
    await this.#mgcp?.close();
    await this.#ports?.close();
    await this.outbox.flush().catch(() => {});
    this.outbox.close();
    await acted;
    this.#alerts?.close();
  }

  digest(): string {
    const { state } = this.calls.control;
    return this.control.member.owned.size > 0 ? state.digest() : state.connections.digest();
  }

  readiness(): Readiness {
    return this.#readiness.now();
  }

  callsKnown(): number {
    const { state } = this.calls.control;
    return this.control.member.owned.size > 0 ? state.active : state.connections.establishedCalls;
  }

  automaticChangesUsed(): number {
    const { store, config } = this.control.member;
    return changesInWindow(store.guard, config.automaticChanges, this.node.clock.now().wall);
  }

  currentFailover(): FailoverReport | null {
    return this.#reports.current();
  }

  get scheduled(): ScheduledSwitchover | null {
    return this.#schedule.next;
  }

  get missedSwitchover(): MissedSwitchover | null {
    return this.#schedule.missed;
  }

  get failoverInProgress(): boolean {
    return this.#reports.log.inProgress;
  }

  get failovers(): FailoverStore {
    return this.#reports.store;
  }

  #onHeard({ from, boot }: Envelope, message: Keepalive | Answer, now: Now): void {
    this.strip.heard(from, now.mono);
    if (message.kind === "keepalive") {
      if (message.title) this.#readiness.heard(from, message, now.mono);
      return;
    }
    this.#cold.heard(from, message.granted);
    this.#aliveBefore.answered(from, boot, this.control.member.clients.get(from)?.aliveAt ?? null, now);
  }

  #onFact(fact: Fact, now: Now): void {
    const { member, lastTitle } = this.control;
    const { state } = this.calls.control;
    const before: Before = {
      primary: member.primary === this.node.name ? null : member.primary,
      lastTitle,
      callsAtStake: state.connections.establishedCalls,
    };
    this.#reports.log.note(fact, before, now);
    this.orders.noted(fact);
    if (fact.what === "claim-sent") this.#cold.begin();
    this.#actions.onFact(fact);
    this.#alerts?.onFact(fact);
    if (fact.what === "stepped-down" || fact.what === "resigned" || fact.what === "switchover-started") {
      this.calls.deliver({ kind: "admission-changed", open: false, reason: "this server hands over" });
    }
    if (fact.what === "title-gained") this.gear.titleGained(fact.epoch, lastTitle && notAfter(lastTitle, now));
    if (fact.what === "title-lost" || fact.what === "resigned" || fact.what === "stepped-down") this.gear.titleLost();
    if (fact.what === "resigned" || fact.what === "stepped-down") {
      this.#media.stop();
      this.#mgcp?.abandon();
      // Somebody else looks after the gateways from now on: when this server lost them says nothing any more.
      this.#lookedAfter.handOver();
    }
    this.#reports.keepAbandoned();
    this.#alerts?.onReport(this.#reports.log.current());
  }

  #onOwn(client: NodeName, epoch: Epoch): void {
    const session = this.sessions.get(client);
    if (!session) return;
    const now = this.node.clock.now();
    this.#reports.log.owned(client, now);
    const { at, assertedAt } = this.control.member.settledTitle;
    const until = this.#lookedAfter.gained(client, at);
    const silentSince = until ? notAfter(until, now) : unrecordedSince(this.outbox.newestAtStart, this.node.startedAt);
    const { lastTitle } = this.control;
    const heardAt = lastTitle && assertedAt && Math.min(notAfter(lastTitle, now), notAfter(assertedAt, now));
    session.gained(epoch, silentSince, heardAt, this.#cold.resets(client, epoch));
  }

  #onDisown(client: NodeName): void {
    const workedThrough = this.sessions.get(client)?.lost() ?? false;
    this.#lookedAfter.lost(client, workedThrough, this.control.awakeAt);
    // Once somebody else has been in control, our own loss says nothing of when the gateway was last looked after.
    if (this.control.member.owned.size === 0 && this.control.member.state.kind !== "holding") this.#lookedAfter.handOver();
  }

  #onGearAdopted(gears: readonly AdoptedGear[]): void {
    const now = this.node.clock.now();
    for (const { gateway, connections, calls } of gears) {
      this.#reports.log.owned(gateway, now);
      this.#reports.log.gatewayReached(gateway, "adopted", now, { connections, calls });
    }
  }

  #onReset(gateway: NodeName, callIds: readonly string[]): void {
    const fresh = this.#cold.ended(callIds);
    const text = `${callIds.length} ${callIds.length === 1 ? "call" : "calls"} ended, released: the site stands by cold, so the gateway was reset to idle`;
    this.#reports.log.reset(gateway, fresh, text, this.node.clock.now());
    this.node.journal.append("gateway-reset", "warn", `${gateway}: ${text}.`, {
      gateway,
      callIds: callIds.slice(0, mostTold),
      calls: callIds.length,
    });
  }

  #onFinished(report: FailoverReport, shown: boolean): void {
    this.#alerts?.onReport(report);
    if (!shown) return;
    const text = `${report.to} took over from ${report.from ?? "nobody"}: ${report.callsAdopted} calls adopted, ${report.callsReleased} released, ${report.recordsRecovered} ${report.recordsRecovered === 1 ? "record" : "records"} recovered.`;
    this.#media.start();
    this.node.journal.append("takeover-finished", "note", text, { id: report.id, kind: report.kind, cause: report.cause });
  }

  #onSilence(silenceMs: number): void {
    this.#reports.log.mediaSilent(silenceMs);
    this.#reports.learnt();
  }

  async #command(command: GatewayCommand): Promise<CommandResult> {
    const session = this.sessions.get(command.gateway);
    if (!session?.owned) return { kind: "not-sent", commandId: command.commandId, reason: "not the owner" };
    return session.driver.control(command, session.authority());
  }

  #onSwitchoverMessage(from: NodeName, message: Extract<LinkMessage, { kind: "switchover-request" | "switchover-reply" }>): void {
    if (message.kind === "switchover-reply") {
      this.desk.replied(message);
      return;
    }
    const result = this.desk.order({
      switchoverId: message.switchoverId,
      to: message.to,
      reason: message.reason,
      by: message.by,
      dryRun: false,
    });
    this.control.send(from, {
      kind: "switchover-reply",
      switchoverId: message.switchoverId,
      accepted: result.accepted,
      blockers: result.blockers,
    });
  }

  /** Gateways that carry calls, as the audits know; null while one of them was never read. */
  #busyGateways(): ReadonlySet<NodeName> | null {
    const { connections } = this.calls.control.state;
    const busy = new Set<NodeName>();
    for (const name of this.sessions.keys()) if (connections.countOf(name) > 0) busy.add(name);
    return busy;
  }

  #reportSelf(): void {
    const since = performance.eventLoopUtilization(this.#utilization);
    this.#utilization = performance.eventLoopUtilization();
    this.strip.pass(this.node.clock.now().mono);
    this.control.deliver({
      kind: "self-reported",
      self: {
        calls: this.callsKnown(),
        loadPercent: Math.round(since.utilization * 100),
        digest: this.digest(),
        condition: this.node.watchdog.starved() ? "starved" : "ok",
        ready: this.readiness().ready,
        busy: this.#busyGateways(),
      },
    });
    this.#alerts?.look();
  }
}
