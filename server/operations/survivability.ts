/**
 * "Would we survive losing the primary right now?", evaluated all the time with the rules of the button:
 * what nobody knows counts against it.
 */

import { pathAnsweredWithinMs } from "../core/calls/readiness.ts";
import type { Site } from "../core/site/site.ts";
import type { PreflightCheck, ServerStatus } from "../core/status/node-status.ts";
import type { WallTime } from "../core/time.ts";
import type { ServerView, Survivability } from "./console-view.ts";
import type { SiteView } from "./site-view.ts";
import { counted, groupDigits, lasted } from "./words.ts";

/** `pastMs`: how long the last automatic changes took, newest first. */
export function judgeSurvivability(site: Site, view: SiteView, pastMs: readonly number[], now: WallTime): Survivability {
  const primary = view.servers.find((server) => server.name === view.primary) ?? null;
  const standby = view.servers.find((server) => server.name === view.standby) ?? null;
  const checks = checkAll(site, view, primary, standby, now);
  const failed = checks.filter((check) => check.result === "fail" || check.result === "unknown");
  const warned = checks.filter((check) => check.result === "warn");
  // An expectation belongs to a takeover that would happen: with "No" and "Unknown" there is none to give.
  const common = { losing: view.primary, checks, expected: "" };
  const expected = expectation(site, pastMs);
  if (view.servers.every((server) => server.state === "unreachable" || server.state === "frozen")) {
    return { ...common, answer: "unknown", sentence: "Unknown. No call server answers the console." };
  }
  if (!standby) return { ...common, answer: "no", sentence: "No. There is no standby." };
  if (!primary) return { ...common, answer: "no", sentence: "No. Nobody holds the title now." };
  const worst = failed.find((check) => check.result === "fail") ?? failed[0];
  if (worst?.result === "unknown") return { ...common, answer: "unknown", sentence: `Unknown. ${worst.check}: ${worst.found}.` };
  if (worst?.id === "ready") return { ...common, answer: "no", sentence: `No. ${standby.name} could not take over now: ${worst.found}.` };
  if (worst?.id === "pause")
    return { ...common, answer: "no", sentence: `No. ${standby.name} will not take over by itself: ${worst.found}.` };
  if (worst) return { ...common, answer: "no", sentence: `No. ${worst.check}: ${worst.found}.` };
  if (warned.length > 0)
    return { ...common, expected, answer: "reservations", sentence: `Yes, with ${counted(warned.length, "reservation")}.` };
  return { ...common, expected, answer: "yes", sentence: "Yes." };
}

function checkAll(site: Site, view: SiteView, primary: ServerView | null, standby: ServerView | null, now: WallTime): PreflightCheck[] {
  const ageMs = standby?.observedAt == null ? null : now - standby.observedAt;
  const status = standby?.status ?? null;
  const row = (id: string, check: string, result: PreflightCheck["result"], found: string, limit: string): PreflightCheck => ({
    id,
    check,
    result,
    found,
    limit,
    ageMs,
  });
  const checks: PreflightCheck[] = [row("standby", "Standby present", standby ? "pass" : "fail", standby ? standby.name : "none", "one")];
  if (!status) return checks;
  checks.push(
    row(
      "ready",
      "Standby says it could take over",
      status.readiness.ready ? "pass" : "fail",
      status.readiness.ready ? "ready" : status.readiness.reasons.join("; ") || "not ready, no reason told",
      "ready",
    ),
  );
  checks.push(juryCheck(view, status.voterSet.voters, row));
  checks.push(...peerChecks(site, status, primary, row));
  checks.push(auditCheck(site, status, now, row));
  const calls = view.calls;
  checks.push(
    row(
      "capacity",
      "Capacity of the standby",
      calls === null ? "unknown" : calls <= status.calls.capacity ? "pass" : "fail",
      `${groupDigits(status.calls.capacity)} calls`,
      calls === null ? "calls now unknown" : `≥ ${groupDigits(calls)}`,
    ),
  );
  // Whatever the standby could do: while a pause is in force it does nothing by itself.
  const { pause } = view.guard;
  checks.push(
    row(
      "pause",
      "Automatic changes are allowed",
      pause === null ? "pass" : "fail",
      pause === null ? "yes" : `paused by ${pause.by}: ${pause.reason}`,
      "no pause",
    ),
  );
  // Each server counts its own: it is the standby's count that would stop the standby.
  const { used, limit } = status.automaticChanges;
  checks.push(
    row(
      "automation",
      `Automatic changes left to ${status.name}`,
      used < limit ? "pass" : "fail",
      `${groupDigits(limit - used)} of ${groupDigits(limit)}`,
      "≥ 1",
    ),
  );
  checks.push(
    row(
      "starved",
      "Standby gets processor time",
      status.starved ? "warn" : "pass",
      `late by up to ${Math.round(status.loopDelayMs.max)} ms`,
      "< 50 ms",
    ),
  );
  if (primary?.status) {
    const same = primary.status.configVersion === status.configVersion;
    checks.push(
      row("config", "Same configuration on both", same ? "pass" : "warn", `${status.configVersion}`, `${primary.status.configVersion}`),
    );
  }
  return checks;
}

type Row = (id: string, check: string, result: PreflightCheck["result"], found: string, limit: string) => PreflightCheck;

/** Voters in force that the console sees well; a majority of them must be there to grant a claim. */
function juryCheck(view: SiteView, inForce: readonly string[], row: Row): PreflightCheck {
  const voters = [...view.gateways, ...view.witnesses].filter((voter) => inForce.includes(voter.name));
  const well = voters.filter((voter) => voter.state === "up" && voter.status?.state !== "abstaining").length;
  const needed = Math.floor(voters.length / 2) + 1;
  const result = well < needed ? "fail" : well === needed && voters.length > 1 ? "warn" : "pass";
  return row("jury", "Voters within reach", result, `${well} of ${voters.length}`, `≥ ${needed}`);
}

function peerChecks(site: Site, standby: ServerStatus, primary: ServerView | null, row: Row): PreflightCheck[] {
  const peer = standby.peers.find((one) => one.name === primary?.name);
  if (!peer)
    return [
      row(
        "keepalives",
        "Standby hears the primary",
        primary ? "unknown" : "pass",
        primary ? "not told" : "no primary to hear",
        `< ${site.timers.suspectAt} missed`,
      ),
    ];
  const { suspectAt, missLimit } = site.timers;
  const hears = peer.missed < suspectAt ? "pass" : peer.missed < missLimit ? "warn" : "fail";
  const answered = peer.paths.find((path) => path.path === 2)?.lastAnswerAgoMs ?? null;
  return [
    row(
      "keepalives",
      "Standby hears the primary",
      peer.silentMs === null ? "unknown" : hears,
      peer.silentMs === null ? "never" : `${peer.missed} missed, last ${Math.round(peer.silentMs)} ms ago`,
      hears === "fail" ? `< ${missLimit} missed` : `< ${suspectAt} missed`,
    ),
    row(
      "path-2",
      "Second path answers",
      answered !== null && answered <= pathAnsweredWithinMs ? "pass" : "fail",
      answered === null ? "never" : `${(answered / 1000).toFixed(1)} s ago`,
      `< ${pathAnsweredWithinMs / 1000} s`,
    ),
  ];
}

function auditCheck(site: Site, standby: ServerStatus, now: WallTime, row: Row): PreflightCheck {
  const late = standby.gateways.filter((gateway) => {
    const poll = site.gateways.find((spec) => spec.name === gateway.name)?.pollSeconds ?? site.timers.auditMs / 1000;
    return gateway.audit.lastCompleteAt === null || now - gateway.audit.lastCompleteAt > 3 * poll * 1000 + 2000;
  });
  const found = late.length === 0 ? `all ${standby.gateways.length} gateways` : `not ${late.map((gateway) => gateway.name).join(", ")}`;
  return row("audits", "Standby has audited the gateways", late.length === 0 ? "pass" : "warn", found, "all, lately");
}

function expectation(site: Site, pastMs: readonly number[]): string {
  const bound = site.timers.missLimit * site.timers.keepaliveMs;
  if (pastMs.length === 0) return `No failover yet. Detection alone takes ${lasted(bound)}.`;
  const sorted = [...pastMs].sort((a, b) => a - b);
  const median = sorted[Math.floor(sorted.length / 2)] ?? 0;
  const worst = sorted[sorted.length - 1] ?? 0;
  return `${lasted(median)}, at worst ${lasted(worst)}, from ${counted(sorted.length, "run")}.`;
}
