/** One audit under way: what it was asked, what it walked, what it found, and why it is not complete. */
import type { Connection, EndedConnection } from "../../core/calls/connection.ts";
import type { AuditFailureKind } from "../../core/polling/failure-kind.ts";
import type { WallTime } from "../../core/time.ts";
import type { RowsListener } from "../auditor.ts";
import type { AgentRun, Anchor } from "./agent-run.ts";
import { type ColumnCursor, type ColumnWalk, goOn } from "./column-walk.ts";
import type { RowReader, Walked } from "./row-reader.ts";

/** Why an audit is not complete: collected and told, never thrown. */
export interface Shortcoming {
  readonly because: string;
  readonly kind: AuditFailureKind;
}

/** One audit under way: what it was asked, and which columns it has walked. */
export interface Course {
  readonly run: AgentRun;
  readonly reader: RowReader;
  readonly walked: Walked[];
  readonly endedSince: WallTime;
  readonly onRows: RowsListener;
  /** sysUpTime, boots and count anew. */
  anchor(): Promise<Anchor | Shortcoming>;
}

export interface Findings {
  readonly rows: readonly Connection[];
  readonly rowsRead: number;
  readonly partial: number;
  readonly ended: readonly EndedConnection[];
  readonly shortcoming: Shortcoming | null;
  /** Where the last datagram of the walk told it too. */
  readonly last: Anchor | null;
}

export const noFindings: Findings = { rows: [], rowsRead: 0, partial: 0, ended: [], shortcoming: null, last: null };

export function shortcomingOf({ failure, reason }: Pick<ColumnWalk, "failure" | "reason">): Shortcoming | null {
  return failure === null ? null : { because: failure, kind: reason ?? "other" };
}

/** Walks on from what the first answer had of the column. */
export async function finishWalk(course: Course, cursor: ColumnCursor, object: string): Promise<ColumnWalk> {
  const walk = await goOn(course.reader.client, course.reader.pace, cursor);
  course.walked.push({ column: object, reachedEnd: walk.failure === null });
  return walk;
}
