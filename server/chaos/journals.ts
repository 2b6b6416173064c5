/**
 * The nodes' journals as they lie on the disks, wiped disks included, with every instant on one clock. The processes share the machine's
 * wall clock; their monotonic clocks begin at their own start, so an instant of theirs is moved by the difference at its own journal line.
 * Wall time is told in whole ms and read beside the monotonic clock: two instants of different nodes compare to within `clockErrorMs`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeName } from "../core/identity.ts";
import type { Instant, WallTime } from "../core/time.ts";
import type { JournalEvent } from "../core/timeline/journal-event.ts";

export const clockErrorMs = 3;

export interface NodeJournal {
  readonly node: NodeName;
  /** One for each disk that the node had, oldest first: only the last one was not wiped. */
  readonly disks: readonly (readonly JournalEvent[])[];
  /** All of them in order. */
  readonly events: readonly JournalEvent[];
}

/** An instant of the node's own monotonic clock, told in this event, as wall time. */
export function wallOf(event: JournalEvent, mono: Instant): WallTime {
  return event.wall - (event.mono - mono);
}

export function readJournal(folder: string, node: NodeName): NodeJournal {
  const wipedFolder = join(folder, "wiped");
  const wiped = existsSync(wipedFolder)
    ? readdirSync(wipedFolder)
        .filter((name) => name.slice(5) === node)
        .sort()
        .map((name) => join(wipedFolder, name))
    : [];
  const disks = [...wiped, join(folder, "nodes", node)].map(eventsOn).filter((events) => events.length > 0);
  return { node, disks, events: disks.flat() };
}

function eventsOn(disk: string): JournalEvent[] {
  const folder = join(disk, "journal");
  if (!existsSync(folder)) return [];
  const events = readdirSync(folder)
    .filter((name) => name.endsWith(".ndjson"))
    .flatMap((name) => readFileSync(join(folder, name), "utf8").split("\n").flatMap(eventOf));
  return events.sort((a, b) => a.sequence - b.sequence);
}

/** A line that was being written when the process was killed is no line. */
function eventOf(line: string): JournalEvent[] {
  if (line === "") return [];
  try {
    const event = JSON.parse(line) as Partial<JournalEvent>;
    return typeof event.sequence === "number" && typeof event.what === "string" ? [event as JournalEvent] : [];
  } catch {
    return [];
  }
}
