/** A complete audit of a gateway's active table that found these rows, and was over as soon as it began. */
import type { CallEvent } from "../call-event.ts";
import type { Connection } from "../connection.ts";

export function finishedPoll(gateway: string, rows: readonly Connection[], at: number): CallEvent {
  const poll = {
    gateway,
    startedAt: at,
    startedWall: at,
    endedAt: at,
    endedWall: at,
    failure: null,
    uptimeBefore: at / 10,
    engineBoots: null,
    uptimeAfter: at / 10,
    columns: [{ column: "callActiveCallState", reachedEnd: true }],
    activeCount: rows.length,
    rows,
    partialRows: 0,
  };
  return { kind: "poll-finished", poll };
}
