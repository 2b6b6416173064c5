/** Which call records are wanted: one object for the page, the count, the histogram and the export, so that they cannot disagree. */
import type { NodeName } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { RecordOrigin, RecordOutcome } from "./call-record.ts";

export interface RecordQuery {
  /** Bounds on the start instant, wall ms; `to` is exclusive. */
  readonly from: WallTime | null;
  readonly to: WallTime | null;
  /** Digits at the start of the calling or called number. */
  readonly number: string | null;
  readonly gateway: NodeName | null;
  readonly outcome: RecordOutcome | null;
  readonly origin: RecordOrigin | null;
}
