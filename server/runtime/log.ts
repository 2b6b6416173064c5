/**
 * A node's log: one line for each message on stderr (stdout belongs to `ready`), bounded in length and rate.
 * For people and for what went wrong; facts and decisions belong into the journal. Never give it a secret.
 */
import type { NodeName } from "../core/identity.ts";
import type { Clock } from "./clock.ts";

export type LogLevel = "note" | "warn" | "error";

export interface Log {
  note(message: string): void;
  warn(message: string): void;
  error(message: string, cause?: unknown): void;
}

const maxMessageLength = 2000;
const maxLinesPerSecond = 200;

export function createLog(node: NodeName, clock: Clock, write: (line: string) => void = (line) => void process.stderr.write(line)): Log {
  let secondStarted = Number.NEGATIVE_INFINITY;
  let lines = 0;
  const line = (level: LogLevel, message: string): void => {
    const now = clock.now();
    const at = new Date(now.wall).toISOString();
    if (now.mono - secondStarted >= 1000) {
      const left = lines - maxLinesPerSecond;
      if (left > 0) write(`${at} warn ${node} ${left} lines left out\n`);
      secondStarted = now.mono;
      lines = 0;
    }
    lines += 1;
    if (lines > maxLinesPerSecond) return;
    // One message is one line, whatever it holds: nobody can forge a line by a crafted name.
    const flat = message.replace(/\p{Cc}+/gu, " ").slice(0, maxMessageLength);
    write(`${at} ${level} ${node} ${flat}\n`);
  };
  return {
    note: (message) => line("note", message),
    warn: (message) => line("warn", message),
    error: (message, cause) => line("error", cause === undefined ? message : `${message}: ${causeText(cause)}`),
  };
}

function causeText(cause: unknown): string {
  return cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
}
