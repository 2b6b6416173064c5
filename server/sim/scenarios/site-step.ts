/** The step `site`: from its settings to the clusters of a world. */
import { defaultTimers, timerProblems } from "../../core/site/timers.ts";
import { type ClusterPlan, namedCluster } from "../cluster.ts";
import type { Step } from "./script.ts";

type When = "now" | "manual" | "at-zero-calls";
const whens: readonly string[] = ["now", "manual", "at-zero-calls"] satisfies When[];

const known = new Set([
  ...["servers", "gateways", "witnesses", "clusters", "phones", "partition", "merge", "failback", "limit", "seed"],
  ...["keepalive", "miss", "suspect", "lease", "promise"],
]);

export function seedOf({ settings }: Step): number {
  return Number(settings.get("seed") ?? 1);
}

export function clustersOf(step: Step): ClusterPlan[] {
  const { settings, line } = step;
  for (const key of settings.keys())
    if (!known.has(key) && !key.startsWith("lease.")) throw new Error(`line ${line}: site has no setting ${key}`);
  const number = (key: string, otherwise: number): number => {
    const value = Number(settings.get(key) ?? otherwise);
    if (!Number.isFinite(value)) throw new Error(`line ${line}: ${key} must be a number`);
    return value;
  };
  const rule = (key: string, otherwise: When): { readonly when: When } => {
    const when = settings.get(key) ?? otherwise;
    if (!whens.includes(when)) throw new Error(`line ${line}: ${key} is one of ${whens.join(", ")}`);
    return { when: when as When };
  };
  const timers = {
    ...defaultTimers,
    keepaliveMs: number("keepalive", defaultTimers.keepaliveMs),
    missLimit: number("miss", defaultTimers.missLimit),
    suspectAt: number("suspect", defaultTimers.suspectAt),
    leaseMs: number("lease", defaultTimers.leaseMs),
    promiseMs: number("promise", defaultTimers.promiseMs),
  };
  const problems = timerProblems(timers);
  if (problems.length > 0) throw new Error(`line ${line}: ${problems.join("; ")}`);
  const phones = number("phones", 0);
  return Array.from({ length: number("clusters", 1) }, (_, i) => {
    const prefix = i === 0 ? "" : `${i + 1}-`;
    return namedCluster(i + 1, number("servers", 2), number("gateways", 3), number("witnesses", 0), {
      timers,
      leases: leasesOf(settings),
      nonVoting: Array.from({ length: phones }, (_phone, at) => `${prefix}ph-${at + 1}`),
      partition: settings.get("partition") === "strict" ? "strict" : "survive",
      merge: rule("merge", "now"),
      failback: rule("failback", "manual"),
      automaticChanges: { limit: number("limit", 1000), windowMs: 3_600_000 },
    });
  });
}

/** `lease.cs-a=900`: the configuration of one server has drifted. */
function leasesOf(settings: ReadonlyMap<string, string>): Record<string, number> {
  return Object.fromEntries(
    [...settings].filter(([key]) => key.startsWith("lease.")).map(([key, ms]) => [key.slice("lease.".length), Number(ms)]),
  );
}
