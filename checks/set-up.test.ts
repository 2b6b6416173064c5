/** The set-up of `npm start` and `npm test`: versions, one at a time, stale locks. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./tree.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-set-up-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { cwd: root });
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (part: Buffer) => {
        said += part.toString();
      });
    }
    child.on("close", (code) => resolve({ code, said }));
  });
}

describe("set-up", () => {
  test("an old Node is refused with what to do", async () => {
    const check = (version: string) => run(`import { checkNode } from "./scripts/dependencies.mjs"; checkNode("${version}");`);
    expect(await check("20.18.3")).toMatchObject({ code: 1, said: expect.stringContaining("needs Node 20.19 or newer; this is 20.18.3") });
    for (const fine of ["20.19.0", "22.1.0", "24.0.0"]) expect((await check(fine)).code).toBe(0);
  });

  test("several at once take turns, and a lock of the dead does not hold", async () => {
    const trace = join(folder, "trace");
    const lock = join(folder, "lock.d");
    mkdirSync(lock);
    // A process that is no more: the highest pid there can be.
    writeFileSync(join(lock, "7"), JSON.stringify({ pid: 4_194_304, start: "1" }));
    const program = `
      import { appendFileSync } from "node:fs";
      import { withSetUpLock } from "./scripts/set-up-lock.mjs";
      await withSetUpLock(async () => {
        appendFileSync(${JSON.stringify(trace)}, "in ");
        await new Promise((done) => setTimeout(done, 300));
        appendFileSync(${JSON.stringify(trace)}, "out ");
      }, ${JSON.stringify(lock)});`;
    const all = await Promise.all(Array.from({ length: 4 }, () => run(program)));
    expect(all.map((one) => one.code)).toEqual([0, 0, 0, 0]);
    expect(readFileSync(trace, "utf8")).toBe("in out ".repeat(4));
    expect(all.some((one) => one.said.includes("waiting for it"))).toBe(true);
  });

  test("a lock whose holder dies inside is free again", async () => {
    const lock = join(folder, "lock-of-the-killed");
    const program = (end: string) => `
      import { withSetUpLock } from "./scripts/set-up-lock.mjs";
      await withSetUpLock(async () => { ${end} }, ${JSON.stringify(lock)});`;
    expect((await run(program('process.kill(process.pid, "SIGKILL");'))).code).toBeNull();
    expect(await run(program(""))).toMatchObject({ code: 0, said: "" });
  });
});
