/**
 * How a call server speaks with a gateway, whatever kind of gear it is: one interface, one file per kind beside this one.
 * No method throws or rejects: what went wrong is part of the result. An audit that was not complete proves nothing is gone.
 */
import type { AuditedConnection } from "../core/calls/call-event.ts";
import type { Connection, EndedConnection } from "../core/calls/connection.ts";
import type { CommandResult, GatewayCommand } from "../core/calls/gateway-command.ts";
import type { NodeName } from "../core/identity.ts";
import type { Now, WallTime } from "../core/time.ts";

/**
 * full: every column of every row. liveness: one column of every row, all columns of rows that are new or changed their state.
 * history: the connections that ended.
 */
export type AuditMode = "full" | "liveness" | "history";

export interface AuditResult {
  readonly mode: AuditMode;
  /** Every walk reached its end, the agent ran on, and its own count agrees. Only then an absent row has ended. */
  readonly complete: boolean;
  readonly incompleteBecause: string | null;
  /** Names the agent's run; null where not even that was answered. */
  readonly bootEpoch: number | null;
  /** sysUpTime read first and last, in 1/100 s. */
  readonly uptimeBefore: number | null;
  readonly uptimeTicks: number | null;
  /** snmpEngineBoots, read first; null where the agent has none. */
  readonly engineBoots: number | null;
  /** The columns that were walked, and whether each came to its end. */
  readonly columns: readonly { readonly column: string; readonly reachedEnd: boolean }[];
  /** All live rows (full, liveness): in a liveness audit, rows already known are repeated as last read, with their present state. */
  readonly rows: readonly Connection[];
  /** How many of them were read with all columns this time. */
  readonly rowsRead: number;
  /** Rows of which a required column stayed unread; they are not among `rows`. */
  readonly partialRows: number;
  /** history: connections that ended at or after the asked instant, oldest first. */
  readonly ended: readonly EndedConnection[];
  /** The agent's own count of live connections. */
  readonly scalarCount: number | null;
  readonly rttMs: number | null;
  /** Requests sent meanwhile, those of another audit of the same gateway included. */
  readonly packets: number;
  readonly durationMs: number;
  /** ± ms of every instant in the rows. */
  readonly clockErrorMs: number | null;
  readonly startedAt: Now;
  readonly endedAt: Now;
}

/** Told whole rows while the walk still goes on, so that a takeover need not wait for its end. */
export type RowsListener = (rows: readonly Connection[]) => void;

/** What commands are sent under. */
export interface CommandAuthority {
  readonly epoch: number;
  /** Asked before every transmission; false once the lease has run out. */
  readonly permit: () => boolean;
  readonly deadlineMs?: number;
}

export type ConnectResult =
  /** The gateway obeyed: it reports to this server now. */
  | { readonly kind: "connected"; readonly rttMs: number; readonly attempts: number; readonly at: Now }
  | { readonly kind: "refused"; readonly code: number; readonly comment: string }
  | { readonly kind: "unreachable"; readonly reason: string };

/** One endpoint as the gateway's signalling protocol tells it. */
export interface EndpointAudit {
  readonly endpoint: string;
  readonly state: "known" | "unknown-endpoint" | "out-of-service" | "no-answer";
  readonly connectionIds: readonly string[];
  /** Whom the gateway believes to be in charge. */
  readonly notifiedEntity: string | null;
  readonly offHook: boolean | null;
}

export interface ConnectionAudit extends AuditedConnection {
  readonly endpoint: string;
  /** gone: the gateway has no such connection. */
  readonly state: "known" | "gone" | "no-answer";
  readonly codec: string | null;
  /** The longest silence that its receiver met in the last half minute to minute, ms; null where the gear cannot say, or media is modelled. */
  readonly recentSilenceMs: number | null;
}

export interface GatewayDriver {
  readonly gateway: NodeName;
  /** Takes over: points every endpoint of the gateway to this server and asks for their events. */
  connect(authority: CommandAuthority): Promise<ConnectResult>;
  /** Any server may audit, whoever is in charge. `endedSince` matters to `history` only: what ended before is left out. */
  audit(mode: AuditMode, endedSince?: WallTime, onRows?: RowsListener): Promise<AuditResult>;
  auditEndpoints(endpoints: readonly string[]): Promise<EndpointAudit[]>;
  auditConnections(connections: readonly { readonly endpoint: string; readonly connectionId: string }[]): Promise<ConnectionAudit[]>;
  /** Cold standby (B7): drops every connection of these endpoints (null = all) and watches them anew. */
  reset(endpoints: readonly string[] | null, authority: CommandAuthority): Promise<ConnectResult>;
  /** One command at a time for each endpoint, in the order given. */
  control(command: GatewayCommand, authority: CommandAuthority): Promise<CommandResult>;
  close(): void;
}
