/** Starts the relay in a process of its own, so that what it holds back does not hold back whoever measures. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { createInterface } from "node:readline";
import { fileURLToPath, pathToFileURL } from "node:url";
import type { Place, RelayOptions, RelayReport } from "./relay.ts";

export interface RunningRelay {
  /** Where clients send to. */
  readonly address: Place;
  report(): Promise<RelayReport>;
  /** What waits in it is lost. */
  stop(): Promise<void>;
}

const program = fileURLToPath(new URL("./main.ts", import.meta.url));
const loader = pathToFileURL(createRequire(import.meta.url).resolve("tsx")).href;
const defaults = { listen: { host: "127.0.0.1", port: 0 }, lossPercent: 0, duplicatePercent: 0, seed: 1 } as const;

export async function startRelay(
  options: Partial<RelayOptions> & Pick<RelayOptions, "target" | "toTargetMs" | "toClientMs">,
): Promise<RunningRelay> {
  const whole: RelayOptions = { ...defaults, ...options };
  const child = spawn(process.execPath, ["--import", loader, program, JSON.stringify(whole)], { stdio: ["pipe", "pipe", "inherit"] });
  child.stdin.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const nextLine = async (): Promise<string> => {
    const { value, done } = await lines.next();
    if (done === true) throw new Error("the relay has ended");
    return value;
  };
  const port = Number(await nextLine());
  return {
    address: { host: whole.listen.host, port },
    async report() {
      child.stdin.write("\n");
      return JSON.parse(await nextLine()) as RelayReport;
    },
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, "exit");
      child.kill("SIGKILL");
      await ended;
    },
  };
}
