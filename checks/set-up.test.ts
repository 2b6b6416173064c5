/** The set-up of `npm start` and `npm test`: versions, one at a time, stale locks, programs of others. */
import { spawn } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { root } from "./tree.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-set-up-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function run(program: string, environment: Record<string, string> = {}): Promise<{ code: number | null; said: string }> {
  return new Promise((resolve) => {
    const env = { ...process.env, ...environment };
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program], { cwd: root, env });
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

describe("programs of others", () => {
  /** A Debian whose apt-get installs what is named, but for `too-new`, and writes down what it was told. */
  function debian(name: string): { readonly find: (more?: Record<string, string>) => ReturnType<typeof run>; readonly told: () => string } {
    const bin = join(folder, name);
    const trace = join(folder, `${name}.trace`);
    mkdirSync(bin);
    const script = (program: string, lines: readonly string[]): void => {
      writeFileSync(join(bin, program), `#!/bin/sh\n${lines.join("\n")}\n`);
      chmodSync(join(bin, program), 0o755);
    };
    const install = `for one in "$@"; do case $one in tandem-*) printf '' > ${bin}/$one; chmod 755 ${bin}/$one;; esac; done`;
    script("apt-get", [`echo "$SYSTEMD_OFFLINE $RUNLEVEL $*" >> ${trace}`, 'case "$*" in *too-new*) exit 100;; esac', install]);
    script("apt-cache", ['[ "$2" != too-new ]']);
    const programs = ["tandem-one", "tandem-two", "too-new"].map((one) => ({ program: one, package: one, needed: one !== "too-new" }));
    const call = `import { findTestPrograms } from "./scripts/test-programs.mjs";
      await findTestPrograms({ programs: ${JSON.stringify(programs)}.slice(0, Number(process.env.HOW_MANY)), mayInstall: process.env.MAY === "yes" });`;
    return {
      find: (more = {}) => run(call, { PATH: `${bin}:${process.env.PATH}`, CI: "", HOW_MANY: "2", MAY: "yes", ...more }),
      told: () => (existsSync(trace) ? readFileSync(trace, "utf8") : ""),
    };
  }

  test("what is missing is installed at once, no daemon is started, and what is there is left alone", async () => {
    const { find, told } = debian("plain");
    expect((await find()).code).toBe(0);
    expect(told()).toBe("1 1 install -y --no-install-recommends tandem-one tandem-two\n");
    expect(await find()).toEqual({ code: 0, said: "" });
    expect(told().split("\n")).toHaveLength(2);
  });

  test("what this Debian does not have keeps nothing else away", async () => {
    const { find, told } = debian("old");
    expect((await find({ HOW_MANY: "3" })).code).toBe(0);
    expect(
      told()
        .trim()
        .split("\n")
        .map((line) => line.replace("1 1 install -y --no-install-recommends ", "")),
    ).toEqual(["tandem-one tandem-two too-new", "1 1 update", "tandem-one tandem-two"]);
  });

  test("who may not install is told what to do; in CI that fails", async () => {
    const { find, told } = debian("plain-user");
    const said = "tandem-one, tandem-two (Debian: apt-get install tandem-one tandem-two)";
    expect(await find({ MAY: "no" })).toMatchObject({ code: 0, said: expect.stringContaining(`Not installed: ${said}`) });
    expect(await find({ MAY: "no", CI: "true" })).toMatchObject({ code: 1, said: expect.stringContaining(`The tests need ${said}`) });
    expect(told()).toBe("");
  });

  test("unit tests install nothing: only integration and e2e have programs of others in their set-up", () => {
    const runner = readFileSync(join(root, "scripts/test.mjs"), "utf8");
    expect(runner.match(/findTestPrograms\(\)/g)).toHaveLength(1);
    expect(runner.match(/\{ name: "unit"[^\n]*/)?.[0]).not.toContain("setUp");
  });
});
