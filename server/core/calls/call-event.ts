/**
 * What happens to the call engine (past-tense facts), and what it wants done (imperatives and facts for the journal),
 * in the order in which it must be done.
 */
import type { Epoch, NodeName } from "../identity.ts";
import type { Instant, WallTime } from "../time.ts";
import type { Severity } from "../timeline/journal-event.ts";
import type { CallPhase } from "./call.ts";
import type { CallRecord } from "./call-record.ts";
import type { ActivePoll } from "./complete-poll.ts";
import type { Connection, EndedConnection } from "./connection.ts";
import type { EndpointEvent } from "./endpoint-event.ts";
import type { CommandResult, ConnectionMode, GatewayCommand } from "./gateway-command.ts";

/** One endpoint as audited by MGCP (AUEP with I and ES, AUCX of each connection). Null = the gear cannot say. */
export interface AuditedEndpoint {
  readonly endpoint: string;
  /** Of a trunk channel: whether the network holds it. */
  readonly offHook: boolean | null;
  readonly connections: readonly AuditedConnection[];
}

export interface AuditedConnection {
  readonly connectionId: string;
  readonly callId: string | null;
  readonly mode: ConnectionMode | null;
  readonly localAddress: string | null;
  readonly remoteAddress: string | null;
}

export type CallEvent =
  | EndpointEvent
  | { readonly kind: "command-finished"; readonly result: CommandResult }
  /** Some server began to control at this epoch; told for every epoch that this node hears of, its own included. */
  | { readonly kind: "epoch-began"; readonly epoch: Epoch; readonly at: WallTime }
  /** New calls are let in, or refused because of the reason. */
  | { readonly kind: "admission-changed"; readonly open: boolean; readonly reason: string }
  /**
   * This server may command the gateway now. `adopt`: it had another controller before (or this server another boot), so its calls
   * are adopted as its audits come; `silentSince` = until when it was surely looked after, null where nobody knows;
   * `heardAt` = when that controller was last heard, where a later one did not stay long enough to count.
   */
  | {
      readonly kind: "gateway-gained";
      readonly gateway: NodeName;
      readonly adopt: boolean;
      readonly silentSince: WallTime | null;
      readonly heardAt?: WallTime | null;
    }
  | { readonly kind: "gateway-lost"; readonly gateway: NodeName }
  /** It dropped every connection, or those of the named endpoints. It was last seen before, and was back after, the two instants. */
  | {
      readonly kind: "gateway-restarted";
      readonly gateway: NodeName;
      readonly lastSeenAt: WallTime;
      readonly restartedAt: WallTime;
      readonly endpoints?: readonly string[];
    }
  | { readonly kind: "service-changed"; readonly gateway: NodeName; readonly endpoint: string; readonly inService: boolean }
  /** Whole rows of an SNMP walk that is still going on: what is there is there, whatever the rest of the walk says. */
  | { readonly kind: "rows-seen"; readonly gateway: NodeName; readonly startedAt: number; readonly rows: readonly Connection[] }
  | { readonly kind: "poll-finished"; readonly poll: ActivePoll }
  /** AUEP and AUCX that were asked from `startedAt` on: an answer that was long on its way tells of then, not of now. */
  | {
      readonly kind: "endpoints-audited";
      readonly gateway: NodeName;
      readonly startedAt: Instant;
      readonly endpoints: readonly AuditedEndpoint[];
    }
  /** `startedAt`: when the read began, where it is not of this instant: what ended since may be lacking. */
  | {
      readonly kind: "history-read";
      readonly gateway: NodeName;
      readonly rows: readonly EndedConnection[];
      readonly complete: boolean;
      readonly startedAt?: Instant;
    }
  /** Every part of the audit after `gateway-gained` is over; `complete` = active table, history and endpoints were all read to their ends. */
  | { readonly kind: "gateway-audited"; readonly gateway: NodeName; readonly complete: boolean }
  /** A person or a drain ends the call. */
  | { readonly kind: "release-ordered"; readonly callId: string; readonly cause: number }
  | { readonly kind: "deadline-passed" };

export type CallEffect =
  | { readonly kind: "command"; readonly command: GatewayCommand }
  /** Store it durably; it is the only record that this engine makes of the call. */
  | { readonly kind: "store-record"; readonly record: CallRecord }
  /** Read callHistoryTable of the gateway for calls that ended since. */
  | { readonly kind: "read-history"; readonly gateway: NodeName; readonly since: WallTime }
  /** A call of the controller before is supported from now on. Told again, with `confirmed`, once every leg was found by this server itself. */
  | {
      readonly kind: "call-adopted";
      readonly callId: string;
      readonly phase: CallPhase;
      readonly gateways: readonly NodeName[];
      readonly confirmed: boolean;
    }
  /** A call of the controller before could not be kept, and why. */
  | { readonly kind: "call-given-up"; readonly callId: string; readonly reason: string }
  /** A call that ended while nobody was in control; its record follows. */
  | { readonly kind: "call-recovered"; readonly callId: string; readonly gateway: NodeName }
  | {
      readonly kind: "journal";
      readonly what: string;
      readonly severity: Severity;
      readonly text: string;
      readonly data: Readonly<Record<string, unknown>>;
    };
