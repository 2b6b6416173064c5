/** Processor time that a process has used, user and system, as Linux counts it: in hundredths of a second. */
import { readFileSync } from "node:fs";

const ticksPerSecond = 100;

export function processorMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  // Behind the name, which may hold anything.
  const words = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return ((Number(words[11]) + Number(words[12])) * 1_000) / ticksPerSecond;
}
