/**
 * How a call server speaks with a gateway, whatever kind of gear it is: one interface, one file per kind beside this one.
 * No method throws or rejects: what went wrong is part of the result. An audit that was not complete proves nothing is gone.
 */
import type { AuditedConnection } from "../core/calls/call-event.ts";
import type { CommandResult, GatewayCommand } from "../core/calls/gateway-command.ts";
import type { NodeName } from "../core/identity.ts";
import type { Now } from "../core/time.ts";
import type { Auditor } from "./auditor.ts";

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
  /** Any server may audit, whoever is in charge. */
  readonly auditor: Auditor;
  auditEndpoints(endpoints: readonly string[]): Promise<EndpointAudit[]>;
  auditConnections(connections: readonly { readonly endpoint: string; readonly connectionId: string }[]): Promise<ConnectionAudit[]>;
  /** Cold standby (B7): drops every connection of these endpoints (null = all) and watches them anew. */
  reset(endpoints: readonly string[] | null, authority: CommandAuthority): Promise<ConnectResult>;
  /** One command at a time for each endpoint, in the order given. */
  control(command: GatewayCommand, authority: CommandAuthority): Promise<CommandResult>;
  close(): void;
}
