/** What the runner itself saw of a run, kept beside the journals, so that the run can be judged again when a check has changed. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { CallRecord } from "../core/calls/call-record.ts";
import type { NodeName } from "../core/identity.ts";
import type { SeenCall } from "./call-books.ts";
import type { Calls } from "./checks/calls.ts";
import type { Late, TitleSeen } from "./observer.ts";

export interface Seen {
  readonly titlesSeen: readonly TitleSeen[];
  readonly late: readonly Late[];
  /** Null where the run ended before its calls did: then they cannot be compared. */
  readonly calls: Calls | null;
}

interface SeenFile {
  readonly titlesSeen: readonly TitleSeen[];
  readonly late: readonly Late[];
  readonly calls: {
    readonly truth: readonly SeenCall[];
    readonly records: readonly CallRecord[];
    readonly legs: Readonly<Record<string, readonly NodeName[]>>;
  } | null;
}

const fileName = "seen.json";

export function keepSeen(folder: string, { titlesSeen, late, calls }: Seen): void {
  const file: SeenFile = {
    titlesSeen,
    late,
    calls:
      calls === null
        ? null
        : {
            truth: [...calls.truth.values()].flat(),
            records: [...calls.records.values()],
            legs: Object.fromEntries([...calls.legs].map(([callId, gateways]) => [callId, [...gateways]])),
          },
  };
  writeFileSync(join(folder, fileName), `${JSON.stringify(file)}\n`);
}

/** Null where the folder has none. */
export function readSeen(folder: string): Seen | null {
  const path = join(folder, fileName);
  if (!existsSync(path)) return null;
  const { titlesSeen, late, calls } = JSON.parse(readFileSync(path, "utf8")) as SeenFile;
  return {
    titlesSeen,
    late,
    calls:
      calls === null
        ? null
        : {
            truth: byCall(calls.truth),
            records: new Map(calls.records.map((record) => [record.callId, record])),
            legs: new Map(Object.entries(calls.legs).map(([callId, gateways]) => [callId, new Set(gateways)])),
          },
  };
}

function byCall(sides: readonly SeenCall[]): Map<string, SeenCall[]> {
  const calls = new Map<string, SeenCall[]>();
  for (const side of sides) calls.set(side.callId, [...(calls.get(side.callId) ?? []), side]);
  return calls;
}
