/** What the runner did, to whom, and when: beside the journals the other half of the evidence. */
import { appendFileSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { NodeName } from "../core/identity.ts";
import type { WallTime } from "../core/time.ts";

export interface FaultEntry {
  /** Wall time just before it was begun, and when it held. */
  readonly from: WallTime;
  readonly at: WallTime;
  /** As in the scenario language. */
  readonly step: string;
  readonly kind: "end" | "start" | "freeze" | "thaw" | "wipe" | "network" | "heal" | "order" | "look";
  readonly node: NodeName | null;
  /** Who held the title at that time, as last observed. */
  readonly title: NodeName | null;
  /** For an order: what became of it; for an end: how. */
  readonly note: string | null;
  /** Of orders only. */
  readonly accepted?: boolean;
}

const fileName = "faults.ndjson";

export class FaultLog {
  readonly entries: FaultEntry[] = [];
  private readonly file: string;

  constructor(folder: string) {
    this.file = join(folder, fileName);
  }

  add(entry: FaultEntry): void {
    this.entries.push(entry);
    appendFileSync(this.file, `${JSON.stringify(entry)}\n`);
  }
}

export function readFaults(folder: string): FaultEntry[] {
  const lines = readFileSync(join(folder, fileName), "utf8").split("\n");
  return lines.filter((line) => line !== "").map((line) => JSON.parse(line) as FaultEntry);
}

/** An interval in which a node's process was stopped (frozen) or not there. `until` is null while that lasts. */
export interface Absence {
  readonly node: NodeName;
  readonly kind: "frozen" | "down";
  readonly from: WallTime;
  readonly until: WallTime | null;
}

export function absencesIn(entries: readonly FaultEntry[]): Absence[] {
  const found: Absence[] = [];
  const open = new Map<string, Absence>();
  const close = (key: string, until: WallTime): void => {
    const absence = open.get(key);
    if (absence === undefined) return;
    open.delete(key);
    found.push({ ...absence, until });
  };
  for (const { kind, node, from, at } of entries) {
    if (node === null) continue;
    if (kind === "freeze") open.set(`frozen ${node}`, { node, kind: "frozen", from, until: null });
    if (kind === "thaw" || kind === "end") close(`frozen ${node}`, at);
    if (kind === "end") open.set(`down ${node}`, { node, kind: "down", from, until: null });
    if (kind === "start") close(`down ${node}`, at);
  }
  return [...found, ...open.values()].sort((a, b) => a.from - b.from);
}
