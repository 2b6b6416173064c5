/**
 * Which process a pid means: a pid is given again to other programs, so it counts only together with the instant
 * at which its process started. Nothing is ever signalled on the strength of a pid alone.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";

export interface ProcessIdentity {
  readonly pid: number;
  /** As the system tells it; only ever compared with itself. */
  readonly startedAs: string;
}

/** Null where there is no such process (a dead one that nobody collected yet counts as none). */
export function identifyProcess(pid: number): ProcessIdentity | null {
  const startedAs = process.platform === "linux" ? startOnLinux(pid) : startElsewhere(pid);
  return startedAs === null ? null : { pid, startedAs };
}

export function stillRuns(identity: ProcessIdentity): boolean {
  return identifyProcess(identity.pid)?.startedAs === identity.startedAs;
}

/**
 * Field 22 of /proc/<pid>/stat: clock ticks since the machine booted. The name in field 2 may hold blanks and brackets.
 * A process that was killed is called a zombie as soon as its first thread is gone; while others are (field 20), its sockets are still open.
 */
function startOnLinux(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    const dead = (fields[0] === "Z" && Number(fields[17]) <= 1) || fields[0] === "X";
    return dead ? null : (fields[19] ?? null);
  } catch {
    return null;
  }
}

function startElsewhere(pid: number): string | null {
  const result = spawnSync("ps", ["-o", "lstart=", "-p", String(pid)], { encoding: "utf8" });
  const started = result.stdout?.trim() ?? "";
  return result.status === 0 && started !== "" ? started : null;
}
