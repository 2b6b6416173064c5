/** A task that runs again and again, never twice at once: the pause begins when it is done. Errors are its own business. */

export interface Repeating {
  /** Runs it as soon as possible instead of after the pause. */
  poke(): void;
  stop(): void;
}

/** Spreads the tasks, so that nine nodes are not asked in the same millisecond for ever. */
const jitter = 0.1;

export function repeat(pauseMs: () => number, task: () => Promise<void>): Repeating {
  let stopped = false;
  let running = false;
  let again = false;
  let timer: NodeJS.Timeout | null = null;
  const run = async (): Promise<void> => {
    if (running || stopped) {
      again = true;
      return;
    }
    running = true;
    try {
      await task();
    } finally {
      running = false;
      if (!stopped) {
        const restMs = again ? 0 : pauseMs() * (1 + jitter * (2 * Math.random() - 1));
        again = false;
        timer = setTimeout(() => void run(), restMs);
      }
    }
  };
  timer = setTimeout(() => void run(), 0);
  return {
    poke() {
      if (timer) clearTimeout(timer);
      void run();
    },
    stop() {
      stopped = true;
      if (timer) clearTimeout(timer);
    },
  };
}
