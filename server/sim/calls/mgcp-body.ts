/** What simulated nodes say to each other over MGCP, as plain values: the owner's commands, audits, and the gateways' own notifications. */
import type { AuditedConnection } from "../../core/calls/call-event.ts";
import type { ObservedEvent } from "../../core/calls/endpoint-event.ts";
import type { GatewayCommand } from "../../core/calls/gateway-command.ts";
import type { PlantReply } from "./gateway-plant.ts";
import type { Directory, Transactions } from "./transactions.ts";

export type Asked =
  /** RQNT to every endpoint: report to me. */
  | { readonly kind: "point" }
  | { readonly kind: "command"; readonly command: GatewayCommand }
  | { readonly kind: "audit-endpoint"; readonly endpoint: string }
  | { readonly kind: "audit-connection"; readonly connectionId: string }
  /** NTFY of one event, with its age. */
  | { readonly kind: "notify"; readonly endpoint: string; readonly event: ObservedEvent; readonly ageMs: number; readonly sentAt: number }
  /** RSIP: I restarted, I have no connections. */
  | { readonly kind: "restarted" };

export interface Answered {
  readonly code: number;
  readonly reply?: PlantReply;
  readonly endpoint?: { readonly offHook: boolean; readonly connectionIds: readonly string[] };
  readonly connection?: AuditedConnection;
}

export type Mgcp = Transactions<Asked, Answered>;
export type MgcpDirectory = Directory<Asked, Answered>;
