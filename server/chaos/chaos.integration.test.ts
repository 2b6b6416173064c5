/**
 * Five short scenarios on real processes. Where no namespaces can be made they are skipped, and say why; the continuous integration
 * must be able to make them.
 */
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import { judgeAgain } from "./judge-again.ts";
import { whyNoNamespaces } from "./namespaces.ts";
import { callLine, type Summary } from "./summary.ts";

const refusal = whyNoNamespaces();
if (refusal !== null && process.env.CI) throw new Error(`These tests need network namespaces in CI: ${refusal}`);
if (refusal !== null) process.stderr.write(`The scenarios are not played on real processes: ${refusal}\n`);

const main = fileURLToPath(new URL("main.ts", import.meta.url));
const scenarios = ["primary-killed", "servers-cut", "primary-frozen", "primary-unheard", "switchover-under-loss"];

describe.skipIf(refusal !== null)("real processes", () => {
  const folder = mkdtempSync(join(tmpdir(), "tandem-chaos-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test.each(scenarios)(
    "%s",
    async (name) => {
      const { summary, said } = await play(name, folder);
      expect(summary, said).not.toBeNull();
      expect({ violations: summary?.violations, unmet: summary?.unmet }, said).toEqual({ violations: [], unmet: [] });
      // The checks had something to look at.
      expect(summary?.journalLines).toBeGreaterThan(40);
      expect(summary?.calls.truth).toBeGreaterThan(0);
      const again = judgeAgain(join(folder, name));
      expect(again.lines).toContain(callLine(summary!.calls));
      expect(again.holds, again.lines.join("\n")).toBe(true);
    },
    60_000,
  );
});

function play(name: string, folder: string): Promise<{ summary: Summary | null; said: string }> {
  return new Promise((resolve) => {
    const words = ["--import", "tsx", main, "--scenario", name, "--json", "--keep", folder];
    execFile(process.execPath, words, { maxBuffer: 32 * 1024 * 1024 }, (_error, stdout, stderr) => {
      const line = stdout.trim().split("\n").at(-1) ?? "";
      resolve({ summary: line.startsWith("{") ? (JSON.parse(line) as Summary) : null, said: `${stdout}\n${stderr}` });
    });
  });
}
