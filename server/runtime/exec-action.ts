/**
 * Runs one program of a takeover action: no shell, an environment of its own, output captured and bounded.
 * Whatever it does, `done` settles: past its time, or when stopped, its whole process group is asked to end and then killed.
 */
import { type ChildProcess, spawn } from "node:child_process";
import type { Readable } from "node:stream";
import { bareEnvironment } from "./bare-environment.ts";

export interface ActionRun {
  readonly done: Promise<ActionReport>;
  /** Ends it early; `done` still settles. */
  stop(): void;
}

export interface ActionReport {
  readonly outcome: "done" | "failed" | "timed-out" | "stopped";
  /** Why, for people: `exit code 3`, `status 503`. */
  readonly detail: string;
  /** The end of what it wrote, or of the reply. */
  readonly output: string;
  /** All that it wrote. */
  readonly outputOctets: number;
  readonly tookMs: number;
}

export interface ExecOptions {
  readonly command: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
  readonly folder: string;
  readonly timeoutMs: number;
}

/** Kept of the output, each of the two streams: the end tells why something failed. */
const mostOutputOctets = 4096;
/** From asking to killing, and from killing to giving up on a process that even that does not end. */
const graceMs = 500;
/** What a finished program's own children still write is not waited for. */
const drainMs = 50;

export function runProgram(options: ExecOptions): ActionRun {
  const startedAt = performance.now();
  const [program = "", ...words] = options.command;
  let child: ChildProcess;
  try {
    child = spawn(program, words, {
      cwd: options.folder,
      env: bareEnvironment(options.environment),
      stdio: ["ignore", "pipe", "pipe"],
      // Its own process group, so that all of it can be ended.
      detached: true,
      shell: false,
    });
  } catch (error) {
    const detail = `cannot be started (${codeOf(error)})`;
    return { done: Promise.resolve({ outcome: "failed", detail, output: "", outputOctets: 0, tookMs: 0 }), stop() {} };
  }
  const tails = [child.stdout, child.stderr].map((stream) => (stream === null ? null : tailOf(stream)));
  let ending: "timed-out" | "stopped" | null = null;
  let settled = false;
  let settle: (report: ActionReport) => void = () => {};
  const done = new Promise<ActionReport>((resolve) => {
    settle = resolve;
  });
  const timers: NodeJS.Timeout[] = [];
  const later = (ms: number, act: () => void): void => void timers.push(setTimeout(act, ms));
  const finish = (outcome: ActionReport["outcome"], detail: string): void => {
    if (settled) return;
    settled = true;
    for (const timer of timers) clearTimeout(timer);
    for (const stream of [child.stdout, child.stderr]) stream?.destroy();
    const output = tails.map((tail) => tail?.text() ?? "").filter((text) => text !== "");
    const outputOctets = tails.reduce((sum, tail) => sum + (tail?.octets() ?? 0), 0);
    settle({ outcome, detail, output: output.join("\n"), outputOctets, tookMs: Math.round(performance.now() - startedAt) });
  };
  const end = (why: "timed-out" | "stopped"): void => {
    if (ending !== null || settled) return;
    ending = why;
    signalGroup(child, "SIGTERM");
    later(graceMs, () => {
      signalGroup(child, "SIGKILL");
      later(graceMs, () => finish(why, "did not end even when killed"));
    });
  };
  child.on("error", (error) => finish("failed", `cannot be started (${codeOf(error)})`));
  child.on("exit", (code, signal) => {
    if (ending !== null) {
      // What the first process left behind in its group does not outlive it.
      signalGroup(child, "SIGKILL");
      finish(ending, ending === "stopped" ? "stopped" : `did not end within ${options.timeoutMs} ms`);
      return;
    }
    const finished = (): void => finish(code === 0 ? "done" : "failed", code === null ? `ended by ${signal}` : `exit code ${code}`);
    child.once("close", finished);
    later(drainMs, finished);
  });
  later(options.timeoutMs, () => end("timed-out"));
  return { done, stop: () => end("stopped") };
}

function signalGroup(child: ChildProcess, signal: NodeJS.Signals): void {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, signal);
  } catch {
    // Nobody of the group is left.
  }
}

function tailOf(stream: Readable): { text(): string; octets(): number } {
  let tail = Buffer.alloc(0);
  let octets = 0;
  stream.on("data", (part: Buffer) => {
    octets += part.length;
    tail = Buffer.concat([tail, part.subarray(-mostOutputOctets)]).subarray(-mostOutputOctets);
  });
  stream.on("error", () => {});
  return { text: () => tail.toString("utf8").trimEnd(), octets: () => octets };
}

function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error);
}
