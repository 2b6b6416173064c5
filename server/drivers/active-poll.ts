/** An audit's result in the form that the core's judge of polls takes. */
import type { ActivePoll } from "../core/calls/complete-poll.ts";
import type { NodeName } from "../core/identity.ts";
import type { AuditResult } from "./gateway-driver.ts";

export function activePollOf(gateway: NodeName, result: AuditResult): ActivePoll {
  // Whatever made the audit incomplete must reach the judge, also where no column of its list tells it.
  const unsaid = result.incompleteBecause !== null && result.columns.every((column) => column.reachedEnd) && result.partialRows === 0;
  return {
    gateway,
    startedAt: result.startedAt.mono,
    startedWall: result.startedAt.wall,
    endedAt: result.endedAt.mono,
    endedWall: result.endedAt.wall,
    failure: result.uptimeBefore === null ? result.incompleteBecause : null,
    uptimeBefore: result.uptimeBefore,
    uptimeAfter: result.uptimeTicks,
    columns: unsaid ? [...result.columns, { column: result.incompleteBecause ?? "rows", reachedEnd: false }] : result.columns,
    activeCount: result.scalarCount,
    rows: result.rows,
    partialRows: result.partialRows,
  };
}
