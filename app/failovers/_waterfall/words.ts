/** Small wording shared by the lanes and the sentences of a failover: plain, exact, short. */
import type { Cause, FailoverReport } from "../../../server/core/timeline/failover-report.ts";

const causes: Readonly<Record<Cause, string>> = {
  "primary-dead": "Primary silent",
  "primary-frozen": "Primary frozen",
  "primary-cut-off": "Primary cut off",
  "primary-without-title": "Primary without title",
  "no-primary": "No primary",
  requested: "Requested",
  "operator-forced": "Forced by an operator",
};

export function causeText(cause: string): string {
  return cause in causes ? causes[cause as Cause] : cause;
}

/** `1 grant`, `8 grants` */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

export function shortened(said: string, most: number): string {
  const plain = said.replace(/\.$/, "");
  return plain.length <= most ? plain : `${plain.slice(0, most - 1).trimEnd()}…`;
}

/** `0.84 s`, `96 ms` where seconds would hide it. */
export function lasted(ms: number): string {
  const whole = Math.round(ms);
  return whole < 100 ? `${whole} ms` : `${(ms / 1000).toFixed(2)} s`;
}

/** Cold: gateways were reset when they were taken over, and their calls ended. */
export function kindText(report: Pick<FailoverReport, "kind" | "by" | "cause" | "steps">): string {
  const how = report.steps.some((step) => step.what === "reset") ? "cold, gateways reset" : "hot";
  if (report.kind === "switchover") return `Switchover, ${how}`;
  if (report.cause === "operator-forced") return `Forced, ${how}`;
  return `${report.by === null ? "Automatic" : "Operator"}, ${how}`;
}

/** Number of the failover as people say it: its epoch. */
export function titleText(report: Pick<FailoverReport, "kind" | "epoch">): string {
  return `${report.kind === "switchover" ? "Switchover" : "Failover"} ${report.epoch.number}`;
}
