/**
 * What a voter must not forget, on the node's own disk. A node that finds nothing there was either just made (the operator says so:
 * `commissioned`) or lost its storage; then it abstains, because nobody knows what it had promised (failover.md 1).
 */
import { join } from "node:path";
import { noGuard } from "../../core/control/guard.ts";
import { abstainingStore, commissionedStore, type VoterStore } from "../../core/control/voter-state.ts";
import { readDurable, writeDurably } from "../../runtime/durable-file.ts";

export interface VoterFile {
  readonly stored: VoterStore;
  readonly found: "stored" | "commissioned" | "lost" | "damaged";
  /** On the disk when it returns; throws where it is not. */
  write(stored: VoterStore): void;
}

export function openVoterFile(folder: string, votersVersion: number, commissioned: boolean): VoterFile {
  const path = join(folder, "voter.json");
  const write = (stored: VoterStore): void => writeDurably(path, `${JSON.stringify(stored)}\n`);
  const octets = readDurable(path);
  if (octets !== null) {
    const stored = parseStore(Buffer.from(octets).toString("utf8"));
    return stored === null ? { stored: abstainingStore(), found: "damaged", write } : { stored, found: "stored", write };
  }
  if (!commissioned) return { stored: abstainingStore(), found: "lost", write };
  const stored = commissionedStore(votersVersion);
  write(stored);
  return { stored, found: "commissioned", write };
}

function parseStore(text: string): VoterStore | null {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return null;
  }
  const fields = (value ?? {}) as Record<string, unknown>;
  const granted = (fields.granted ?? {}) as Record<string, unknown>;
  const numbers = [granted.number, fields.grantedBoot, fields.votersVersion, fields.largestPromiseMs];
  if (!numbers.every((number) => typeof number === "number" && Number.isFinite(number) && number >= 0)) return null;
  if (typeof granted.server !== "string" || typeof fields.released !== "boolean" || typeof fields.admitted !== "boolean") return null;
  // Written before voter sets and guards were kept: they begin empty.
  return {
    ...(value as VoterStore),
    voterSet: (fields.voterSet as VoterStore["voterSet"]) ?? null,
    guard: (fields.guard as VoterStore["guard"]) ?? noGuard,
  };
}
