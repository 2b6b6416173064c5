/**
 * Fault injection (lab only): the table of directed cuts that this node's socket layer enforces.
 * Both ends of a cut enforce it, so a cut holds even while one of the two nodes restarts with an empty table.
 */
import type { NodeName } from "../core/identity.ts";
import type { Cut } from "../core/status/node-status.ts";

/** A site has tens of nodes: 2 paths × 2 directions × pairs stays far below. */
export const maxCuts = 5000;

function cutKey(from: NodeName, to: NodeName, path: 1 | 2): string {
  return `${path} ${from} ${to}`;
}

export class FaultTable {
  private table: readonly Cut[] = [];
  private keys = new Set<string>();

  /** Replaces the whole table. */
  set(cuts: readonly Cut[]): void {
    this.table = cuts.slice(0, maxCuts);
    this.keys = new Set(this.table.map((cut) => cutKey(cut.from, cut.to, cut.path)));
  }

  blocked(from: NodeName, to: NodeName, path: 1 | 2): boolean {
    return this.keys.size > 0 && this.keys.has(cutKey(from, to, path));
  }

  cuts(): readonly Cut[] {
    return this.table;
  }
}

/** The body of `POST /faults`, checked; null where it is not a table of cuts. */
export function parseCuts(body: unknown): Cut[] | null {
  const cuts = (body as { cuts?: unknown } | null)?.cuts;
  if (!Array.isArray(cuts) || cuts.length > maxCuts) return null;
  const parsed: Cut[] = [];
  for (const entry of cuts as unknown[]) {
    const { from, to, path } = (entry ?? {}) as Record<string, unknown>;
    if (typeof from !== "string" || typeof to !== "string" || (path !== 1 && path !== 2)) return null;
    parsed.push({ from, to, path });
  }
  return parsed;
}
