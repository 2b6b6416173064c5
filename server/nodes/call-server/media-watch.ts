/**
 * After a change of control the media of the adopted calls is watched for a minute (failover.md 5): control that came over is no
 * success while somebody hears nothing. The receivers count; here they are asked, and the longest silence goes into the report.
 */

export interface MediaWatchOptions {
  /** The longest recent silence among the adopted calls of every gateway; null where no stream can tell. */
  readonly ask: () => Promise<number | null>;
  readonly onSilence: (silenceMs: number) => void;
  readonly onError: (error: unknown) => void;
}

/** Receivers remember half a minute at least: these overlap, and the first reaches back over the failover itself. */
const readAtMs: readonly number[] = [2_000, 22_000, 42_000, 62_000];

export class MediaWatch {
  readonly #options: MediaWatchOptions;
  #timers: NodeJS.Timeout[] = [];

  constructor(options: MediaWatchOptions) {
    this.#options = options;
  }

  start(): void {
    this.stop();
    this.#timers = readAtMs.map((atMs) => {
      const timer = setTimeout(() => void this.#read(timer), atMs);
      timer.unref();
      return timer;
    });
  }

  stop(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers = [];
  }

  async #read(timer: NodeJS.Timeout): Promise<void> {
    try {
      const silenceMs = await this.#options.ask();
      // Stopped meanwhile: what was measured may belong to the next change of control.
      if (silenceMs !== null && this.#timers.includes(timer)) this.#options.onSilence(silenceMs);
    } catch (error) {
      this.#options.onError(error);
    }
  }
}
