/**
 * A small file that is replaced whole or not at all: temporary file, fsync, rename, fsync of the folder.
 * Invariant: whenever the machine dies, `readDurable` gives either the old or the new content, never a mixture;
 * once `writeDurably` has returned, it gives the new one.
 */
import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, rmSync, writeSync } from "node:fs";
import { dirname } from "node:path";
import { StorageError } from "./storage-error.ts";

/** Synchronous on purpose: the caller may answer the network only after it returned. */
export function writeDurably(path: string, content: Uint8Array | string, mode = 0o600): void {
  const bytes = typeof content === "string" ? Buffer.from(content, "utf8") : content;
  const temporary = `${path}.new`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    const file = openSync(temporary, "w", mode);
    try {
      writeAll(file, bytes);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
    syncFolder(dirname(path));
  } catch (error) {
    throw new StorageError("store", path, error);
  }
}

/** Null where nothing was ever stored. A temporary file that a crash left behind is never read. */
export function readDurable(path: string): Uint8Array | null {
  try {
    return readFileSync(path);
  } catch (error) {
    if ((error as { code?: string }).code === "ENOENT") return null;
    throw new StorageError("read", path, error);
  }
}

export function removeDurably(path: string): void {
  try {
    rmSync(path, { force: true });
    syncFolder(dirname(path));
  } catch (error) {
    throw new StorageError("remove", path, error);
  }
}

/** Makes renames and new files in the folder survive a power loss. */
export function syncFolder(folder: string): void {
  const handle = openSync(folder, "r");
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
}

/** `write` may take less than it was given; a short write without an error is not the end. */
export function writeAll(file: number, bytes: Uint8Array): void {
  let written = 0;
  while (written < bytes.length) written += writeSync(file, bytes, written, bytes.length - written);
}
