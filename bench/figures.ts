/** Minimum, median, 95th percentile and maximum of a series, as one aligned line. */
export interface Figures {
  readonly count: number;
  readonly min: number;
  readonly median: number;
  readonly p95: number;
  readonly max: number;
}

export function figuresOf(values: readonly number[]): Figures {
  const sorted = [...values].sort((a, b) => a - b);
  const at = (share: number): number => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
  return { count: sorted.length, min: at(0), median: at(0.5), p95: at(0.95), max: sorted.at(-1) ?? Number.NaN };
}

export function figuresLine(label: string, values: readonly number[], unit: string): string {
  const { count, min, median, p95, max } = figuresOf(values);
  const number = (value: number): string => value.toFixed(value < 10 ? 2 : 0).padStart(7);
  return `${label.padEnd(34)} n=${String(count).padStart(3)}  min${number(min)}  median${number(median)}  p95${number(p95)}  max${number(max)} ${unit}`;
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** What this process has used so far. */
export function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** A stated bound: printed either way, and counted where it is broken. */
export class Bounds {
  broken = 0;

  check(what: string, holds: boolean): void {
    if (!holds) this.broken += 1;
    say(`  ${holds ? "holds " : "BROKEN"}  ${what}`);
  }
}
