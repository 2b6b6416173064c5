/** Takeover actions against real processes and a real HTTP server: what fails, hangs, floods, refuses to die. */
import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { type ActionReport, runProgram } from "./exec-action.ts";
import { runRequest } from "./http-action.ts";
import { signatureOf } from "./signed-request.ts";

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "tandem-action-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (script: string, more: { timeoutMs?: number; environment?: Record<string, string>; words?: string[] } = {}) =>
  runProgram({
    command: [process.execPath, "-e", script, ...(more.words ?? [])],
    environment: more.environment ?? {},
    folder,
    timeoutMs: more.timeoutMs ?? 5_000,
  });

function alive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

test("gets its words as they are, its environment, and nothing of ours", async () => {
  process.env.TANDEM_TEST_SECRET_OF_OURS = "hunter2";
  const script = "console.log(JSON.stringify([process.argv.slice(1), process.env.TANDEM_REASON, Object.keys(process.env), process.cwd()]))";
  const report = await run(script, { environment: { TANDEM_REASON: "$(id) `id` ; x" }, words: ["$HOME", "a b", "; rm -rf /"] }).done;
  delete process.env.TANDEM_TEST_SECRET_OF_OURS;
  const [words, reason, names, cwd] = JSON.parse(report.output) as [string[], string, string[], string];
  expect(report).toMatchObject({ outcome: "done", detail: "exit code 0" });
  expect(words).toEqual(["$HOME", "a b", "; rm -rf /"]);
  expect(reason).toBe("$(id) `id` ; x");
  expect(names).not.toContain("TANDEM_TEST_SECRET_OF_OURS");
  expect(names).toContain("PATH");
  expect(cwd).toBe(folder);
});

test("a failure tells its exit code and what it wrote last", async () => {
  expect(await run("console.log('begun'); console.error('no such address'); process.exit(3)").done).toMatchObject({
    outcome: "failed",
    detail: "exit code 3",
    output: "begun\nno such address",
  });
  expect(await run("process.kill(process.pid, 'SIGSEGV')").done).toMatchObject({ outcome: "failed", detail: "ended by SIGSEGV" });
});

test("a flood of output is bounded, and its end is kept", async () => {
  const report = await run("for (let i = 0; i < 2000; i++) console.log('x'.repeat(1000)); console.log('the end')").done;
  expect(report).toMatchObject({ outcome: "done", outputOctets: 2_002_008 });
  expect(report.output.length).toBeLessThanOrEqual(4096);
  expect(report.output.endsWith("the end")).toBe(true);
});

test("a program that cannot be started is a failure with its reason", async () => {
  const start = (command: string[]): Promise<ActionReport> => runProgram({ command, environment: {}, folder, timeoutMs: 1000 }).done;
  expect(await start([join(folder, "none")])).toMatchObject({ outcome: "failed", detail: "cannot be started (ENOENT)" });
  const file = join(folder, "not-executable");
  writeFileSync(file, "x");
  chmodSync(file, 0o600);
  expect(await start([file])).toMatchObject({ outcome: "failed", detail: "cannot be started (EACCES)" });
});

test("past its time, the whole process group is gone, even where it will not hear", async () => {
  const pids = join(folder, "pids");
  const deaf = "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000);";
  const script = `${deaf} const child = require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(deaf)}], { stdio: 'ignore' });
    require('node:fs').writeFileSync(${JSON.stringify(pids)}, process.pid + ' ' + child.pid);`;
  const report = await run(script, { timeoutMs: 1_000 }).done;
  expect(report).toMatchObject({ outcome: "timed-out", detail: "did not end within 1000 ms" });
  expect(report.tookMs).toBeGreaterThanOrEqual(1_000);
  expect(report.tookMs).toBeLessThan(2_500);
  const found = readFileSync(pids, "utf8").split(" ").map(Number);
  expect(found).toHaveLength(2);
  await expect.poll(() => found.map(alive), { timeout: 2_000 }).toEqual([false, false]);
});

test("stopped: ends at once, and is told apart from a failure", async () => {
  const file = join(folder, "was-asked");
  const running = join(folder, "running");
  const action = run(`process.on('SIGTERM', () => { require('node:fs').writeFileSync(${JSON.stringify(file)}, ''); process.exit(0); });
    console.log('ready'); require('node:fs').writeFileSync(${JSON.stringify(running)}, ''); setInterval(() => {}, 1000);`);
  await expect.poll(() => existsSync(running), { timeout: 5_000 }).toBe(true);
  action.stop();
  action.stop();
  expect(await action.done).toMatchObject({ outcome: "stopped", detail: "stopped", output: "ready" });
  expect(existsSync(file)).toBe(true);
});

test("what a program leaves running in the background is not waited for", async () => {
  const pid = join(folder, "background");
  const script = `const child = require('node:child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    require('node:fs').writeFileSync(${JSON.stringify(pid)}, String(child.pid)); process.exit(0);`;
  const report = await run(script).done;
  const child = Number(readFileSync(pid, "utf8"));
  const lives = alive(child);
  process.kill(child, "SIGKILL");
  expect(report).toMatchObject({ outcome: "done" });
  expect(lives).toBe(true);
});

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

async function serve(handle: (request: IncomingMessage, body: string, response: ServerResponse) => void): Promise<string> {
  server = createServer((request, response) => {
    let body = "";
    request.on("data", (part: Buffer) => {
      body += part.toString("utf8");
    });
    request.on("end", () => handle(request, body, response));
  });
  await new Promise<void>((resolve) => server?.listen(0, "127.0.0.1", resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/move?to=b`;
}

const request = (url: string, more: { secret?: string; timeoutMs?: number } = {}) =>
  runRequest({
    url,
    method: "PUT",
    body: '{"epoch":41}',
    secret: more.secret ?? null,
    timeoutMs: more.timeoutMs ?? 2_000,
    unixSeconds: 1_700_000_000,
  });

test("a request carries its body and a signature over time and body", async () => {
  let seen: unknown[] = [];
  const url = await serve((got, body, response) => {
    seen = [got.method, got.url, got.headers["content-type"], got.headers["tandem-signature"], body];
    response.end("moved");
  });
  expect(await request(url, { secret: "0123456789abcdef" }).done).toMatchObject({ outcome: "done", detail: "status 200", output: "moved" });
  expect(seen).toEqual([
    "PUT",
    "/move?to=b",
    "application/json",
    signatureOf("0123456789abcdef", 1_700_000_000, '{"epoch":41}'),
    '{"epoch":41}',
  ]);
  // Computed by other means: printf '1700000000.{"epoch":41}' | openssl dgst -sha256 -hmac 0123456789abcdef
  expect(signatureOf("0123456789abcdef", 1_700_000_000, '{"epoch":41}')).toBe(
    "t=1700000000,v1=2e187d88060edca7b48f9212e9c3922b007f84c38f4bf7a722b8785528ec85a3",
  );
  await request(url).done;
  expect(seen[3]).toBeUndefined();
});

test("a status, silence, a slow trickle, a closed port and a stop are told apart", async () => {
  const refused = await serve((_request, _body, response) => response.writeHead(503).end("x".repeat(100_000)));
  expect(await request(refused).done).toMatchObject({ outcome: "failed", detail: "status 503", outputOctets: 4096 });
  server?.close();
  const hangs = await serve(() => {});
  expect(await request(hangs, { timeoutMs: 200 }).done).toMatchObject({ outcome: "timed-out", detail: "no whole reply within 200 ms" });
  const stopped = request(hangs);
  stopped.stop();
  expect(await stopped.done).toMatchObject({ outcome: "stopped" });
  server?.closeAllConnections();
  server?.close();
  const trickles = await serve((_request, _body, response) => {
    response.write("a");
    setInterval(() => response.write("a"), 50).unref();
  });
  expect(await request(trickles, { timeoutMs: 300 }).done).toMatchObject({ outcome: "timed-out" });
  const moved = trickles.replace(/:\d+/, ":1");
  expect(await request(moved).done).toMatchObject({ outcome: "failed", detail: "not reachable (ECONNREFUSED)" });
});
