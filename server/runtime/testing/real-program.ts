/** For tests against other people's programs: found by PATH, started in a folder of their own, waited for by condition, ended by their own process id. */
import { type ChildProcess, spawn } from "node:child_process";
import { accessSync, constants } from "node:fs";
import { createServer } from "node:net";
import { delimiter, join } from "node:path";

/** The program's path; a test that needs it fails with these words where it is missing. */
export function requireProgram(name: string, debianPackage: string): string {
  for (const folder of [...(process.env.PATH ?? "").split(delimiter), "/usr/sbin"]) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      return path;
    } catch {
      // Not in this folder.
    }
  }
  throw new Error(`${name} is not installed: this test runs it as a peer (Debian package ${debianPackage}).`);
}

export interface RealProgram {
  readonly pid: number;
  /** What it has said so far, the last of it. */
  said(): string;
  /** Exit code, or the signal that ended it. */
  readonly ended: Promise<number | NodeJS.Signals>;
  stop(): Promise<void>;
}

const keptOutput = 20_000;
const stopMs = 5_000;

export function startProgram(path: string, words: readonly string[], folder: string): RealProgram {
  const child: ChildProcess = spawn(path, [...words], { cwd: folder, stdio: ["ignore", "pipe", "pipe"], detached: true });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (part: string) => {
      output = (output + part).slice(-keptOutput);
    });
  }
  const ended = new Promise<number | NodeJS.Signals>((resolve) => {
    child.on("error", () => resolve(127));
    child.on("close", (code, signal) => resolve(code ?? signal ?? 1));
  });
  const pid = child.pid ?? 0;
  const signal = (one: NodeJS.Signals): void => {
    try {
      // Its own group: Kamailio has children.
      if (pid > 0) process.kill(-pid, one);
    } catch {
      // It is gone already.
    }
  };
  return {
    pid,
    said: () => output,
    ended,
    async stop() {
      signal("SIGTERM");
      const timer = setTimeout(() => signal("SIGKILL"), stopMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/** A port that nobody listens on just now. */
export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
