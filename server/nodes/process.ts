/**
 * A node as an operating-system process: prints `ready` when it serves, closes on SIGTERM and SIGINT, never lives on
 * after an error that nobody expected, and in the lab goes down with the supervisor that started it.
 */
import type { NodeOptions, RunningNode } from "./node-options.ts";

/** Longer than any node may take to close (2 s). */
const closeLimitMs = 3000;

export async function runProcess(run: (options: NodeOptions) => Promise<RunningNode>, options: NodeOptions): Promise<void> {
  process.title = `tandem ${options.name}`;
  let node: RunningNode | null = null;
  let closing = false;
  const say = (text: string): void => void process.stderr.write(`${new Date().toISOString()} ${options.name}: ${text}\n`);
  const leave = (code: number): void => {
    if (closing) return;
    closing = true;
    setTimeout(() => process.exit(code === 0 ? 1 : code), closeLimitMs).unref();
    const closed = node === null ? Promise.resolve() : node.close();
    closed.then(
      () => process.exit(code),
      (error: unknown) => {
        say(`did not close cleanly: ${errorText(error)}`);
        process.exit(1);
      },
    );
  };
  process.on("SIGTERM", () => leave(0));
  process.on("SIGINT", () => leave(0));
  process.on("uncaughtException", (error) => {
    say(`unexpected error, exiting: ${errorText(error)}`);
    process.exit(1);
  });
  process.on("unhandledRejection", (error) => {
    say(`unexpected rejection, exiting: ${errorText(error)}`);
    process.exit(1);
  });
  // A reader that went away (the supervisor died) is no reason to fail while closing.
  process.stdout.on("error", () => {});
  process.stderr.on("error", () => {});
  if (process.env.TANDEM_PARENT_PIPE === "1") exitWithParent(() => leave(0));
  try {
    node = await run(options);
  } catch (error) {
    say(`cannot start: ${errorText(error)}`);
    process.exit(1);
  }
  if (closing) await node.close();
  else process.stdout.write("ready\n");
}

/** The supervisor holds the other end of our stdin; when it dies in whatever way, the pipe ends. */
export function exitWithParent(leave: () => void): void {
  process.stdin.on("end", leave);
  process.stdin.on("close", leave);
  process.stdin.on("error", leave);
  process.stdin.resume();
}

function errorText(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
