/** Every `*.txt` here is a scenario with its transcript. A difference is a change of behaviour: look at it, then `npx vitest run -u` this file. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { play } from "./play.ts";

const folder = dirname(fileURLToPath(import.meta.url));

describe("control scenarios", () => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".txt"))) {
    test(name.replace(".txt", "").replaceAll("-", " "), async () => {
      const path = join(folder, name);
      const played = play(readFileSync(path, "utf8"));
      expect(played.failures, played.text).toEqual([]);
      await expect(played.text).toMatchFileSnapshot(path);
    });
  }
});
