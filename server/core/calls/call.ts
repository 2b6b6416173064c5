/** A live call as a call server knows it: the connections that share a call id. */
import type { Epoch, NodeName } from "../identity.ts";
import type { RecordedInstant, RecordOrigin } from "./call-record.ts";
import type { Carries, MediaCounters, QosService } from "./connection.ts";

export type CallPhase = "setting-up" | "ringing" | "talking" | "releasing";

/** What would become of the call if its server died now. */
export type Continuity = "preserved" | "transient" | "unknown";

export interface CallLeg {
  readonly gateway: NodeName;
  readonly endpoint: string;
  readonly connectionId: string | null;
  readonly number: string | null;
  readonly localAddress: string | null;
  readonly media: MediaCounters | null;
}

export interface Call {
  readonly callId: string;
  readonly phase: CallPhase;
  readonly calling: CallLeg;
  /** Null until digits have chosen a destination. */
  readonly called: CallLeg | null;
  readonly dialled: string | null;
  readonly start: RecordedInstant;
  readonly answer: RecordedInstant | null;
  readonly carries: Carries | null;
  readonly codec: string | null;
  readonly qos: QosService | null;
  readonly origin: RecordOrigin;
  readonly epochs: readonly Epoch[];
  /** True for inherited facts that this server has not yet confirmed with the gateway. */
  readonly stale: boolean;
}
