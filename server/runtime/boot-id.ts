/**
 * The boot id of this run: wall milliseconds at the start, but always above the last one stored,
 * and stored before it is used, so that no two runs of one node ever share a boot id whatever the wall clock does.
 */
import type { BootId } from "../core/identity.ts";
import type { WallTime } from "../core/time.ts";
import { readDurable, writeDurably } from "./durable-file.ts";
import { StorageError } from "./storage-error.ts";

/** `path` is usually `<node's data folder>/boot-id`. */
export function nextBootId(path: string, wall: WallTime): BootId {
  const boot = Math.max(Math.floor(wall), lastBootId(path) + 1);
  if (!Number.isSafeInteger(boot)) throw new Error(`boot id ${boot} is beyond 2^53`);
  writeDurably(path, `${boot}\n`);
  return boot;
}

/** A file that is there but unreadable is an error, not a first start: guessing could repeat a boot id. */
function lastBootId(path: string): BootId {
  const stored = readDurable(path);
  if (stored === null) return 0;
  const text = Buffer.from(stored).toString("utf8");
  const boot = /^\d{1,16}\n$/.test(text) ? Number(text) : Number.NaN;
  if (!Number.isSafeInteger(boot)) throw new StorageError("understand", path, { code: "damaged" });
  return boot;
}
