/**
 * What the readiness, the switchover desk and the status see of their call server: its parts, and what only the whole can tell.
 * They know the server by this alone, so none of them depends on how it is put together.
 */
import type { Readiness } from "../../core/calls/readiness.ts";
import type { NodeName } from "../../core/identity.ts";
import type { MissedSwitchover, ScheduledSwitchover } from "../../core/status/scheduled-switchover.ts";
import type { FailoverReport } from "../../core/timeline/failover-report.ts";
import type { Outbox } from "../../runtime/outbox.ts";
import type { TandemNode } from "../node.ts";
import type { CallHost } from "./call-host.ts";
import type { ControlHost } from "./control-host.ts";
import type { FailoverStore } from "./failover-store.ts";
import type { GatewaySession } from "./gateway-session.ts";
import type { GearHost } from "./gear-host.ts";
import type { PollingHost } from "./polling-host.ts";

export interface ServerParts {
  readonly node: TandemNode;
  readonly control: ControlHost;
  readonly calls: CallHost;
  readonly outbox: Outbox;
  readonly sessions: ReadonlyMap<NodeName, GatewaySession>;
  readonly polling: PollingHost;
  readonly gear: GearHost;
  readonly failovers: FailoverStore;
  readonly failoverInProgress: boolean;
  readonly scheduled: ScheduledSwitchover | null;
  readonly missedSwitchover: MissedSwitchover | null;
  /** Over the calls that count as established; comparable between the servers of a cluster. */
  digest(): string;
  /** Calls under control, or as a standby the established ones that its audits know. */
  callsKnown(): number;
  automaticChangesUsed(): number;
  /** In progress, or the newest one that this server carried out. */
  currentFailover(): FailoverReport | null;
  readiness(): Readiness;
}
