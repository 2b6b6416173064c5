/** Recent events as lines for people: each names its node, and what several nodes wrote of one thing is one line. Pure. */
import type { JournalEvent } from "../../server/core/timeline/journal-event.ts";

export interface EventLine {
  readonly key: string;
  /** When the newest of them was written. */
  readonly at: number;
  readonly node: string;
  readonly what: string;
  readonly severity: JournalEvent["severity"];
  readonly text: string;
}

/** Equal things of several nodes count as one when they lie no further apart. */
const togetherMs = 3000;
const namesShown = 2;
const changeOfControl = "takeover-finished";

interface Group {
  readonly newest: JournalEvent;
  readonly nodes: Set<string>;
}

/** Newest first, at most `limit`; the newest change of control is always among them. */
export function eventLines(events: readonly JournalEvent[], limit: number): readonly EventLine[] {
  const groups: Group[] = [];
  const open = new Map<string, Group>();
  for (const event of events) {
    const key = groupKey(event);
    const group = open.get(key);
    if (group !== undefined && group.newest.wall - event.wall <= togetherMs) {
      group.nodes.add(event.node);
      continue;
    }
    const begun = { newest: event, nodes: new Set([event.node]) };
    open.set(key, begun);
    groups.push(begun);
  }
  const newest = groups.slice(0, limit);
  const change = groups.find((group) => group.newest.what === changeOfControl);
  const shown = change === undefined || newest.includes(change) ? newest : [...newest.slice(0, limit - 1), change];
  return shown.map(lineOf);
}

function groupKey(event: JournalEvent): string {
  const epoch = JSON.stringify(event.data.epoch ?? null);
  switch (event.what) {
    case "command-obeyed":
    case "last-command-obeyed":
      return `${event.what} ${epoch}`;
    // Each further miss says what the one before said, and more: the last one stands for all.
    case "keepalive-missed":
      return `${event.what} ${event.node} ${event.data.primary}`;
    case "node-started":
    case "node-stopped":
      return event.what;
    default:
      return `${event.what} ${event.text}`;
  }
}

function lineOf({ newest, nodes }: Group): EventLine {
  const names = [...nodes].sort();
  const said = names.length === 1 ? newest.text : togetherText(newest);
  const text = names.length === 1 && namesItself(newest) ? said : `${namesText(names)}: ${said}`;
  const { node, what, severity } = newest;
  return { key: `${node} ${newest.boot} ${newest.sequence}`, at: newest.wall, node, what, severity, text };
}

/** "gw-1, gw-2 and 4 more" */
function namesText(names: readonly string[]): string {
  if (names.length <= namesShown + 1) return names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`;
  return `${names.slice(0, namesShown).join(", ")} and ${names.length - namesShown} more`;
}

/** Without what differs from node to node: the command, its endpoint, the count. */
function togetherText({ what, text, data }: JournalEvent): string {
  const epoch = data.epoch as { readonly number?: number; readonly server?: string } | undefined;
  const owner = epoch === undefined ? "the owner" : `${epoch.number}@${epoch.server}`;
  switch (what) {
    case "command-obeyed":
      return `First command of ${owner} obeyed.`;
    case "last-command-obeyed":
      return `No command of ${owner} is obeyed any more.`;
    case "node-started":
      return "Started.";
    case "node-stopped":
      return "Asked to stop.";
    default:
      return text;
  }
}

function namesItself({ node, text }: JournalEvent): boolean {
  return ["", "Gateway ", "Call server ", "Witness "].some((kind) => text.startsWith(`${kind}${node} `));
}
