/** One node of the lab as a child process: started, killed, frozen, thawed, restarted. It is never restarted unasked. */
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync } from "node:fs";
import type { LabNode } from "../core/status/lab-status.ts";
import { openLog } from "./data-folder.ts";
import { identifyProcess, type ProcessIdentity } from "./process-identity.ts";

export interface NodeProcessOptions {
  readonly name: string;
  readonly kind: LabNode["kind"];
  /** Program and words. */
  readonly command: readonly string[];
  readonly folder: string;
  readonly logFile: string;
  /** Asked at every start. */
  environment(): Readonly<Record<string, string>>;
  /** After every change of state, and with `ready` when the node began to serve. */
  onChange(node: NodeProcess, what: "state" | "ready"): void;
}

/** How long a node may take to close before it is killed. */
const closeLimitMs = 4000;

export class NodeProcess {
  readonly name: string;
  readonly kind: LabNode["kind"];
  private readonly options: NodeProcessOptions;
  private child: ChildProcess | null = null;
  private identity: ProcessIdentity | null = null;
  private state: LabNode["state"] = "exited";
  private since = Date.now();
  private restarts = -1;
  private exitText = "";
  /** The state that an end we asked for leads to. */
  private asked: "killed" | "exited" | null = null;

  constructor(options: NodeProcessOptions) {
    this.options = options;
    this.name = options.name;
    this.kind = options.kind;
  }

  describe(): LabNode {
    const { name, kind, state, since } = this;
    return { name, kind, pid: this.child?.pid ?? null, state, since, restarts: Math.max(0, this.restarts) };
  }

  running(): ProcessIdentity | null {
    return this.child === null ? null : this.identity;
  }

  /** How it ended unasked, for people; else empty. */
  lastExit(): string {
    return this.exitText;
  }

  start(): void {
    if (this.child !== null) return;
    const { command, folder, logFile } = this.options;
    mkdirSync(folder, { recursive: true });
    const log = openLog(logFile);
    const child = spawn(command[0] as string, command.slice(1), {
      // stdin stays open while we live: a child whose stdin ends knows that we died.
      stdio: ["pipe", "pipe", log],
      env: { ...process.env, ...this.options.environment(), TANDEM_LAB: "1", TANDEM_PARENT_PIPE: "1" },
    });
    closeSync(log);
    this.child = child;
    this.identity = child.pid === undefined ? null : identifyProcess(child.pid);
    this.restarts += 1;
    this.exitText = "";
    this.asked = null;
    this.enter("starting");
    child.stdin?.on("error", () => {});
    child.on("error", (error) => {
      if (child.pid === undefined) this.ended(child, `could not start: ${error.message}`);
    });
    child.on("exit", (code, signal) => this.ended(child, signal === null ? `exit code ${code}` : `ended by ${signal}`));
    this.readOutput(child);
  }

  /** SIGKILL: no last words, as if the power had gone. */
  async kill(): Promise<boolean> {
    return this.end("SIGKILL", "killed");
  }

  freeze(): boolean {
    if (this.child === null || this.state === "frozen") return false;
    this.child.kill("SIGSTOP");
    this.enter("frozen");
    return true;
  }

  thaw(): boolean {
    if (this.child === null || this.state !== "frozen") return false;
    this.child.kill("SIGCONT");
    this.enter("running");
    return true;
  }

  async restart(): Promise<void> {
    await this.stop();
    this.start();
  }

  /** Gently, then not. A frozen process cannot hear, so it is woken first. */
  async stop(): Promise<void> {
    const child = this.child;
    if (child === null) return;
    const force = setTimeout(() => child.kill("SIGKILL"), closeLimitMs);
    child.kill("SIGTERM");
    child.kill("SIGCONT");
    await this.end("SIGTERM", "exited");
    clearTimeout(force);
  }

  private async end(signal: NodeJS.Signals, state: "killed" | "exited"): Promise<boolean> {
    const child = this.child;
    if (child === null) return false;
    const gone = new Promise<void>((done) => child.once("exit", () => done()));
    this.asked = state;
    child.kill(signal);
    await gone;
    return true;
  }

  private ended(child: ChildProcess, how: string): void {
    if (this.child !== child) return;
    this.child = null;
    this.identity = null;
    const state = this.asked ?? "exited";
    this.exitText = this.asked === null ? how : "";
    this.asked = null;
    this.enter(state);
  }

  /** stdout belongs to the one line `ready`; whatever else comes is dropped, bounded. */
  private readOutput(child: ChildProcess): void {
    let text = "";
    child.stdout?.setEncoding("utf8");
    child.stdout?.on("data", (part: string) => {
      if (this.state !== "starting" && this.state !== "frozen") return;
      text = (text + part).slice(-4096);
      if (!/(^|\n)ready\r?\n/.test(text)) return;
      text = "";
      if (this.child !== child) return;
      if (this.state === "starting") this.enter("running");
      this.options.onChange(this, "ready");
    });
  }

  private enter(state: LabNode["state"]): void {
    this.state = state;
    this.since = Date.now();
    this.options.onChange(this, "state");
  }
}
