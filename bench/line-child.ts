/** A Node process of the bench's own that answers each line of its input with one line of JSON, and ends with its input. */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";

const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const artifacts = fileURLToPath(new URL("../artifacts", import.meta.url));

export class LineChild {
  readonly #child: ChildProcess;
  readonly #lines: AsyncIterator<string>;
  readonly #program: string;

  /** @param profile the folder in artifacts/ to which the processor profiles of its threads go, or null */
  constructor(program: URL, words: readonly string[], profile: string | null = null, flags: readonly string[] = []) {
    this.#program = fileURLToPath(program);
    const profiling = profile === null ? [] : ["--cpu-prof", `--cpu-prof-dir=${artifacts}/${profile}`];
    this.#child = spawn(process.execPath, [...flags, ...profiling, "--import", loader, this.#program, ...words], {
      stdio: ["pipe", "pipe", "inherit"],
    });
    this.#lines = createInterface({ input: this.#child.stdout! })[Symbol.asyncIterator]();
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** The next thing that it says. */
  async said<Answer>(): Promise<Answer> {
    const { value, done } = await this.#lines.next();
    if (done === true) throw new Error(`${this.#program} has ended`);
    return JSON.parse(value) as Answer;
  }

  tell(line: string): void {
    this.#child.stdin?.write(`${line}\n`);
  }

  ask<Answer>(line: string): Promise<Answer> {
    this.tell(line);
    return this.said();
  }

  /** By the end of its input, so that a profile is written. */
  stop(): Promise<void> {
    return new Promise((resolve) => {
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) return resolve();
      this.#child.once("exit", () => resolve());
      this.#child.stdin?.end();
    });
  }
}
