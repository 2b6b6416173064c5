/**
 * Worker threads on one decoder: each takes the next range of inputs, and is watched. One that stays at the same input for too long is
 * ended, one that dies of its memory is replaced; either way the input is known, because the worker noted its number before.
 */
import { Worker } from "node:worker_threads";
import type { Finding } from "./range.ts";
import { rest, Totals } from "./totals.ts";
import { progress, type Range, type WorkerData, type WorkerReply } from "./worker-message.ts";

export interface CrewOptions {
  /** URL of the module that exports `decoders`. */
  readonly registry: string;
  readonly decoder: string;
  readonly seed: number;
  readonly inputs: number;
  /** On the monotonic clock; null = until all inputs were tried. */
  readonly untilMs: number | null;
  readonly workers: number;
  /** How often each worker is looked at; `hangLooks` times the same input means that it hangs. */
  readonly lookMs?: number;
  onProgress(totals: Totals): void;
}

const rangeInputs = 25_000;
const defaultLookMs = 250;
/** Looks, not time: a program that was itself stopped for a while has seen nothing. */
export const hangLooks = 20;
/** Of one worker's heap; a decoder that needs more for one input is at fault. */
const heapMegabytes = 512;

/** Ends when every input was tried, the time is over, or enough was found. */
export async function runCrew(options: CrewOptions): Promise<Totals> {
  const crew = new Crew(options);
  await Promise.all(Array.from({ length: options.workers }, () => crew.attend()));
  return crew.totals;
}

class Crew {
  readonly totals = new Totals();
  private readonly options: CrewOptions;
  private readonly returned: Range[] = [];
  private next = 0;

  constructor(options: CrewOptions) {
    this.options = options;
  }

  /** One place at the work, with one worker after another. */
  async attend(): Promise<void> {
    while (await new Attended(this, this.options).ended) {
      // The last one was lost at some input; another takes its place.
    }
  }

  take(): Range | null {
    const { inputs, untilMs } = this.options;
    if (this.totals.full || (untilMs !== null && performance.now() >= untilMs)) return null;
    const again = this.returned.pop();
    if (again !== undefined) return again;
    if (this.next >= inputs) return null;
    const from = this.next;
    this.next = Math.min(inputs, from + rangeInputs);
    return { from, to: this.next };
  }

  reply(reply: WorkerReply, range: Range): void {
    this.totals.add(reply);
    this.giveBack(rest(range, range.from + reply.inputs));
    this.options.onProgress(this.totals);
  }

  lost(finding: Finding, range: Range): void {
    this.totals.note(finding);
    // What the worker had done of this range is not known; it is done again, without the input that it was lost at.
    this.giveBack(rest({ from: range.from, to: finding.at }, range.from));
    this.giveBack(rest(range, finding.at + 1));
  }

  private giveBack(range: Range | null): void {
    if (range !== null) this.returned.push(range);
  }
}

/** One worker from its start to its end. */
class Attended {
  /** True where it was lost and another one should go on. */
  readonly ended: Promise<boolean>;
  private readonly worker: Worker;
  private readonly noted: Int32Array;
  private readonly crew: Crew;
  private range: Range | null = null;
  private lastIndex = -1;
  private alikeLooks = 0;

  constructor(crew: Crew, { registry, decoder, seed, lookMs }: CrewOptions) {
    this.crew = crew;
    const shared = new SharedArrayBuffer(progress.octets);
    this.noted = new Int32Array(shared);
    this.worker = new Worker(new URL("./worker-start.mjs", import.meta.url), {
      workerData: { registry, decoder, seed, shared } satisfies WorkerData,
      resourceLimits: { maxOldGenerationSizeMb: heapMegabytes },
    });
    this.ended = this.attend(lookMs ?? defaultLookMs);
  }

  private attend(lookMs: number): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const looking = setInterval(() => {
        if (!this.hangs()) return;
        this.lose({ kind: "hangs", text: `not done after ${(hangLooks * lookMs) / 1000} s` });
        end(true);
      }, lookMs);
      const end = (again: boolean): void => {
        clearInterval(looking);
        this.worker.removeAllListeners();
        this.worker.terminate().then(() => resolve(again), reject);
      };
      this.worker.on("message", (message: WorkerReply | "ready") => {
        if (message !== "ready" && this.range !== null) this.crew.reply(message, this.range);
        if (!this.hand()) end(false);
      });
      this.worker.on("error", (error: Error & { code?: string }) => {
        clearInterval(looking);
        const outOfMemory = error.code === "ERR_WORKER_OUT_OF_MEMORY" && this.range !== null;
        if (!outOfMemory) return reject(error);
        this.lose({ kind: "memory", text: `more than ${heapMegabytes} MiB for one input` });
        end(true);
      });
    });
  }

  /** False where nothing is left to do. */
  private hand(): boolean {
    this.range = this.crew.take();
    this.alikeLooks = 0;
    if (this.range !== null) this.worker.postMessage(this.range);
    return this.range !== null;
  }

  private hangs(): boolean {
    const index = Atomics.load(this.noted, progress.index);
    const busy = Atomics.load(this.noted, progress.busy) === 1;
    this.alikeLooks = busy && index === this.lastIndex ? this.alikeLooks + 1 : 0;
    this.lastIndex = index;
    return this.alikeLooks >= hangLooks;
  }

  private lose(problem: Omit<Finding, "at">): void {
    const at = Atomics.load(this.noted, progress.index);
    if (this.range !== null) this.crew.lost({ ...problem, at }, this.range);
  }
}
