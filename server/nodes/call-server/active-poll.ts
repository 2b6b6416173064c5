/** What an audit read, as the judge of polls takes it. */
import type { ActivePoll } from "../../core/calls/complete-poll.ts";
import type { NodeName } from "../../core/identity.ts";
import type { AuditResult } from "../../drivers/auditor.ts";

export function activePollOf(gateway: NodeName, result: AuditResult): ActivePoll {
  return {
    gateway,
    startedAt: result.startedAt.mono,
    startedWall: result.startedAt.wall,
    endedAt: result.endedAt.mono,
    endedWall: result.endedAt.wall,
    failure: result.bootEpoch === null ? (result.incompleteBecause ?? "no answer") : null,
    tellsBoot: result.tellsBoot,
    uptimeBefore: result.uptimeBefore,
    uptimeAfter: result.uptimeTicks,
    engineBoots: result.engineBoots,
    columns: result.columns,
    activeCount: result.scalarCount,
    rows: result.rows,
    partialRows: result.partialRows,
  };
}
