/** One line of a node's journal: a decision or a fact, with its evidence. Written in order, never changed. */
import type { NodeName } from "../identity.ts";
import type { Instant, WallTime } from "../time.ts";

export type Severity = "note" | "warn" | "alarm";

export interface JournalEvent {
  /** Rises by one within one node, over all its boots. */
  readonly sequence: number;
  readonly node: NodeName;
  readonly boot: number;
  readonly mono: Instant;
  readonly wall: WallTime;
  /** Past tense, kebab case, for example `keepalive-missed`, `verdict-reached`, `epoch-granted`, `command-obeyed`. */
  readonly what: string;
  readonly severity: Severity;
  /** One sentence for people. */
  readonly text: string;
  /** The evidence, as plain JSON. */
  readonly data: Readonly<Record<string, unknown>>;
}
