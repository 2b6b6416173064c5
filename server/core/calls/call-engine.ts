/**
 * What the files of the call engine share: the database, what this server may do now, the commands under way, and the effects of this step.
 * Nothing here decides; see call-control.ts for the face.
 */
import type { NodeName } from "../identity.ts";
import type { Instant, Now, WallTime } from "../time.ts";
import type { Severity } from "../timeline/journal-event.ts";
import type { AuditedConnection, CallEffect } from "./call-event.ts";
import type { CallPolicy } from "./call-policy.ts";
import type { CallRecord, RecordedInstant } from "./call-record.ts";
import type { CallState } from "./call-state.ts";
import type { PollJudge } from "./complete-poll.ts";
import type { Connection, EndedConnection } from "./connection.ts";
import type { Disagreement, Ghost } from "./disagreement.ts";
import type { NotificationRequest, Signal } from "./endpoint-event.ts";
import { standingEvents } from "./endpoint-event.ts";
import type { EndpointRow } from "./endpoint-table.ts";
import type { CommandId, ConnectionMode } from "./gateway-command.ts";
import { defaultMediaOptions } from "./gateway-command.ts";
import type { LiveCall, LiveLeg, Side } from "./live-call.ts";

/** What a command was for, so that its result finds its way; `stray` = it cleans up behind a call that is no more. */
export type PendingCommand =
  /** `overtaken`: its gateway restarted meanwhile, which ended the call or moved it; what is sent again may come through after that. */
  | { readonly purpose: "create"; readonly callId: string; readonly side: Side; readonly row: EndpointRow; overtaken: boolean }
  | { readonly purpose: "modify" | "delete"; readonly callId: string; readonly side: Side; readonly row: EndpointRow }
  | { readonly purpose: "stray"; readonly callId: string; readonly row: EndpointRow; readonly claimed: boolean }
  | { readonly purpose: "request"; readonly callId: string | null; readonly row: EndpointRow };

/** A gateway whose calls are being adopted. */
export interface GatewayAdoption {
  readonly gateway: NodeName;
  readonly startedAt: number;
  silentSince: WallTime | null;
  state: "auditing" | "complete" | "failed";
  /** Its history was read to the end since. */
  historyRead: boolean;
}

export interface CallEngine {
  readonly self: NodeName;
  readonly policy: CallPolicy;
  readonly digitMap: string;
  readonly newCallId: () => string;
  readonly state: CallState;
  readonly judges: Map<NodeName, PollJudge>;
  readonly pending: Map<CommandId, PendingCommand>;
  /** Gateways that this server may command, and since when. */
  readonly owned: Map<NodeName, Instant>;
  readonly adoptions: Map<NodeName, GatewayAdoption>;
  /** Those of them whose audit is not over. */
  readonly auditing: Set<NodeName>;
  /** History rows of calls that are not settled yet, while adoptions run. */
  readonly history: Map<string, EndedConnection[]>;
  /** Calls of which some leg was found since takeover, and which are not adopted yet. */
  readonly incomplete: Set<string>;
  admission: { open: boolean; reason: string };
  /** Until when calls were surely looked after; null where nobody knows. */
  silentSince: WallTime | null;
  /** When the controller before was last heard: not before that. */
  heardAt: WallTime | null;
  /** When this server gained the newest of the gateways that it adopted. */
  gainedAt: WallTime | null;
  readonly tally: CallTally;
  readonly counters: Map<string, number>;
  /** Endpoints that became free in this step: what waited there happens at its end. */
  readonly freed: EndpointRow[];
  /** Connections that MGCP audits found before the SNMP row of the same leg; key: call id and gateway. */
  readonly unmatched: Map<string, AuditedEndpointConnection[]>;
  /** Calls with a leg that an audit of its endpoint found not to carry both ways, until they are cut through. */
  readonly notThrough: Set<string>;
  /** Legs that a restart of their gateway took from calls not adopted yet. */
  readonly lost: Map<string, LostLeg>;
  /** Answered calls whose gateways were all lost, until what became of them is known. */
  readonly letGo: Map<string, CallLetGo>;
  /** The last record of each endpoint, for some seconds; `told`: its party was heard to hang up since the record. */
  readonly recent: Map<EndpointRow, { readonly record: CallRecord; readonly at: Instant; told: boolean }>;
  readonly reconciled: Map<NodeName, Reconciliation>;
  nextCommandId: CommandId;
  now: Now;
  /** Both clocks when they last moved apart; null before the first event. */
  clocksAt: Now | null;
  effects: CallEffect[];
}

export interface AuditedEndpointConnection extends AuditedConnection {
  readonly endpoint: string;
}

export interface LostLeg {
  /** Null where no audit had seen it. */
  readonly connection: Connection | null;
  readonly lastSeenAt: WallTime;
  readonly restartedAt: WallTime;
}

export interface CallLetGo {
  readonly call: LiveCall;
  /** When control of the last of its gateways was lost. */
  readonly at: WallTime;
}

/** How a gateway's last complete audit and this server's calls disagree. */
export interface Reconciliation {
  /** Connections there that no call here knows. */
  readonly ghosts: ReadonlyMap<string, Ghost>;
  /** Legs here that the gateway does not report, by endpoint and call. */
  readonly orphans: ReadonlyMap<string, Disagreement>;
}

/** What became of the calls of the controller before, since the first `gateway-gained` with `adopt`. */
export interface CallTally {
  adopted: number;
  confirmed: number;
  givenUp: number;
  recovered: number;
}

export function count(engine: CallEngine, name: string): void {
  engine.counters.set(name, (engine.counters.get(name) ?? 0) + 1);
}

/** A call that was never this server's own, or is not any more, is over: nothing of it is looked for again. */
export function forgetCall(engine: CallEngine, callId: string): void {
  engine.incomplete.delete(callId);
  engine.history.delete(callId);
  engine.lost.delete(callId);
  engine.notThrough.delete(callId);
  engine.state.forgetConnections(callId, engine.now.mono);
}

/** While it is so, a number may lead to a gateway whose calls are not known yet. */
export function stillAuditing(engine: CallEngine): boolean {
  return engine.auditing.size > 0;
}

/** Whether a call ended while nobody was in control, as far as its error tells. */
export function endedInGap(engine: CallEngine, end: RecordedInstant): boolean {
  const { heardAt, gainedAt } = engine;
  return heardAt !== null && gainedAt !== null && end.at + end.errorMs >= heardAt && end.at <= gainedAt;
}

export function tellRecovered(engine: CallEngine, callId: string, gateway: NodeName | null): void {
  engine.tally.recovered += 1;
  count(engine, "calls.recovered");
  if (gateway !== null) engine.effects.push({ kind: "call-recovered", callId, gateway });
}

export function journal(engine: CallEngine, what: string, severity: Severity, text: string, data: Readonly<Record<string, unknown>>): void {
  engine.effects.push({ kind: "journal", what, severity, text, data });
}

/** Signals now, and the standing events of this kind of endpoint besides. */
export function requestFor(row: EndpointRow, signals: readonly Signal[]): NotificationRequest {
  return { signals, events: standingEvents(row.kind), digitMap: null };
}

function nextId(engine: CallEngine, pending: PendingCommand): CommandId {
  const commandId = engine.nextCommandId;
  engine.nextCommandId += 1;
  engine.pending.set(commandId, pending);
  return commandId;
}

export function createConnection(
  engine: CallEngine,
  call: LiveCall,
  leg: LiveLeg,
  mode: ConnectionMode,
  remoteAddress: string | null,
  request: NotificationRequest,
): void {
  const { gateway, endpoint } = leg.row;
  const commandId = nextId(engine, { purpose: "create", callId: call.callId, side: leg.side, row: leg.row, overtaken: false });
  engine.state.setLegStage(leg, "creating");
  leg.askedAt = engine.now.wall;
  engine.effects.push({
    kind: "command",
    command: {
      kind: "create-connection",
      commandId,
      gateway,
      endpoint,
      callId: call.callId,
      mode,
      media: defaultMediaOptions,
      remoteAddress,
      request,
    },
  });
}

export function modifyConnection(
  engine: CallEngine,
  call: LiveCall,
  leg: LiveLeg,
  mode: ConnectionMode,
  remoteAddress: string | null,
  request: NotificationRequest | null,
): void {
  const { gateway, endpoint } = leg.row;
  const commandId = nextId(engine, { purpose: "modify", callId: call.callId, side: leg.side, row: leg.row });
  engine.effects.push({
    kind: "command",
    command: {
      kind: "modify-connection",
      commandId,
      gateway,
      endpoint,
      callId: call.callId,
      connectionId: leg.connectionId!,
      mode,
      remoteAddress,
      request,
    },
  });
}

export function deleteConnection(engine: CallEngine, call: LiveCall, leg: LiveLeg, request: NotificationRequest | null): void {
  const { gateway, endpoint } = leg.row;
  const commandId = nextId(engine, { purpose: "delete", callId: call.callId, side: leg.side, row: leg.row });
  const connectionId = leg.connectionId;
  engine.state.setLegStage(leg, "deleting");
  engine.effects.push({
    kind: "command",
    command: { kind: "delete-connection", commandId, gateway, endpoint, callId: call.callId, connectionId, request },
  });
}

/** Deletes what an endpoint may still hold for a call that does not know it (any more). `claimed`: the endpoint stays taken until the answer. */
export function deleteStray(
  engine: CallEngine,
  row: EndpointRow,
  callId: string,
  connectionId: string | null,
  claimed: boolean,
  request: NotificationRequest | null,
): void {
  const commandId = nextId(engine, { purpose: "stray", callId, row, claimed });
  if (claimed) engine.state.endpoints.claim(row, callId);
  engine.effects.push({
    kind: "command",
    command: { kind: "delete-connection", commandId, gateway: row.gateway, endpoint: row.endpoint, callId, connectionId, request },
  });
}

export function requestNotification(engine: CallEngine, row: EndpointRow, callId: string | null, request: NotificationRequest): void {
  const commandId = nextId(engine, { purpose: "request", callId, row });
  engine.effects.push({
    kind: "command",
    command: { kind: "request-notification", commandId, gateway: row.gateway, endpoint: row.endpoint, request },
  });
}
