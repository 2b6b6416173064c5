/**
 * The title came or went. Records are written by its holder alone; a server without it knows as much, and keeps what ended lately. Two that write the
 * same call do no harm: it has one id, and the better record is kept.
 */
import { DeadlineQueue } from "../deadline-queue.ts";
import type { Epoch } from "../identity.ts";
import type { WallTime } from "../time.ts";
import type { EndedCall } from "./ended-calls.ts";
import { askHistory, journal, type ObservedEngine, recordOrWait } from "./observed-engine.ts";
import type { AdoptedGear } from "./observed-event.ts";

/** `silentSince`: until when the holder before was surely at work; null where nobody knows, and then everything that is kept is recorded. */
export function gainTitle(engine: ObservedEngine, epoch: Epoch, silentSince: WallTime | null): void {
  const held = engine.title !== null;
  engine.title = epoch;
  if (held) return;
  const { now, policy } = engine;
  engine.titleAt = now.mono;
  const missing = [...engine.ended.over()].filter((call) => mayLackRecord(engine, call, silentSince));
  const gears = adoptedGears(engine);
  engine.effects.push({ kind: "gear-adopted", gears, recovered: missing.length });
  const connections = gears.reduce((sum, one) => sum + one.connections, 0);
  const found = { connections, gears: gears.length, recovered: missing.length, silentSince };
  const text = `The calls of ${gears.length} pieces of gear of others are recorded from now on: ${connections} connections are up, and ${missing.length} calls ended lately.`;
  if (gears.length > 0) journal(engine, "observed-adopted", "note", text, found);
  for (const gear of engine.gear.values()) {
    gear.historyAskedAt = null;
    gear.historyReadAt = null;
    gear.historySince = silentSince === null ? now.wall - policy.keptMs : silentSince - marginMs(engine, gear.spec.pollMs);
    askHistory(engine, gear);
  }
  for (const call of missing) recordOrWait(engine, call);
}

/** It watches on, and writes nothing: what waited for a history is kept with the rest. */
export function loseTitle(engine: ObservedEngine): void {
  engine.title = null;
  engine.titleAt = Number.NEGATIVE_INFINITY;
  engine.writes = new DeadlineQueue();
}

/** How long after an end the record may be written: until so many polls proved it, and its history was waited for. */
function marginMs({ policy }: ObservedEngine, pollMs: number): number {
  return policy.silenceMarginMs + (policy.missedPolls + 1) * pollMs + Math.max(policy.historyWaitMs, policy.historyMarginMs);
}

function mayLackRecord(engine: ObservedEngine, { overAt, legs }: EndedCall, silentSince: WallTime | null): boolean {
  if (overAt === null) return false;
  if (silentSince === null) return true;
  const { now, gear } = engine;
  const overWall = now.wall - (now.mono - overAt);
  const margins = legs.map(({ leg }) => marginMs(engine, gear.get(leg.gateway)?.spec.pollMs ?? 0));
  return overWall >= silentSince - Math.max(0, ...margins);
}

function adoptedGears({ gear, table }: ObservedEngine): AdoptedGear[] {
  return [...gear.keys()].map((gateway) => {
    const calls = new Set<string>();
    let alone = 0;
    for (const { callId } of table.ofGateway(gateway).values()) {
      if (callId === null) alone += 1;
      else calls.add(callId);
    }
    return { gateway, connections: table.countOf(gateway), calls: calls.size + alone };
  });
}
