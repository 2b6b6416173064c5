/** What a build was made from, as one hash: a step runs again only when its sources changed. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "./command.mjs";

const folder = join(root, ".set-up");

/** Hash of files and folders (relative to the root) that `accept` lets in, with names; missing ones count as missing. */
export function hashOf(paths, { extra = "", accept = () => true } = {}) {
  const hash = createHash("sha256").update(extra);
  const add = (path) => {
    const full = join(root, path);
    if (!existsSync(full)) return;
    if (statSync(full).isDirectory()) {
      for (const name of readdirSync(full).sort()) add(`${path}/${name}`);
    } else if (accept(path)) {
      hash.update(`\0${path}\0`).update(readFileSync(full));
    }
  };
  for (const path of paths) add(path);
  return hash.digest("hex");
}

export function stampIs(name, hash) {
  try {
    return readFileSync(join(folder, `${name}.stamp`), "utf8") === hash;
  } catch {
    return false;
  }
}

export function setStamp(name, hash) {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.stamp`), hash);
}

export function removeStamp(name) {
  rmSync(join(folder, `${name}.stamp`), { force: true });
}
