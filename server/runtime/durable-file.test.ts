import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { nextBootId } from "./boot-id.ts";
import { readDurable, removeDurably, writeDurably } from "./durable-file.ts";
import { StorageError } from "./storage-error.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "durable-"));
});
afterEach(() => {
  chmodSync(folder, 0o700);
  rmSync(folder, { recursive: true, force: true });
});

describe("durable file", () => {
  test("is replaced whole, readable by its owner only, and leaves nothing beside it", () => {
    const path = join(folder, "deep", "state");
    expect(readDurable(path)).toBeNull();
    writeDurably(path, "one");
    writeDurably(path, Uint8Array.of(1, 2, 3));
    expect([...(readDurable(path) as Uint8Array)]).toEqual([1, 2, 3]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(join(folder, "deep"))).toEqual(["state"]);
  });

  test("a temporary file that a crash left is neither read nor in the way", () => {
    const path = join(folder, "state");
    writeDurably(path, "old");
    writeFileSync(`${path}.new`, "half of the n");
    expect(Buffer.from(readDurable(path) as Uint8Array).toString()).toBe("old");
    writeDurably(path, "new");
    expect(Buffer.from(readDurable(path) as Uint8Array).toString()).toBe("new");
    removeDurably(path);
    expect(readDurable(path)).toBeNull();
  });

  test("a disk that refuses is a StorageError with its code and path", () => {
    const path = join(folder, "file", "below");
    writeFileSync(join(folder, "file"), "");
    expect(() => writeDurably(path, "x")).toThrow(StorageError);
    expect(() => readDurable(path)).toThrow(/storage: cannot read .*ENOTDIR/);
  });
});

describe("boot id", () => {
  test("is the wall clock, but always above the last one, whatever the clock does", () => {
    const path = join(folder, "boot-id");
    expect(nextBootId(path, 1_763_683_200_123.9)).toBe(1_763_683_200_123);
    expect(nextBootId(path, 1_763_683_200_123)).toBe(1_763_683_200_124);
    expect(nextBootId(path, 5)).toBe(1_763_683_200_125);
    expect(nextBootId(path, 1_800_000_000_000)).toBe(1_800_000_000_000);
  });

  test("a damaged store is an error, because a guess could repeat a boot id", () => {
    const path = join(folder, "boot-id");
    writeFileSync(path, "17636832");
    expect(() => nextBootId(path, 1)).toThrow("damaged");
  });
});
