/**
 * Preflight of a switchover: every check before anything changes, all blockers at once. What cannot be known blocks like a failure.
 * The plan's id covers what was found, so that executing it after the situation changed is refused.
 */
import { callsAgree, callsSlackText } from "../calls/readiness.ts";
import type { Epoch, NodeName } from "../identity.ts";
import type { PreflightCheck, SwitchoverPlan } from "../status/node-status.ts";
import type { ScheduledSwitchover } from "../status/scheduled-switchover.ts";
import type { Instant } from "../time.ts";
import type { ChangeRule } from "./change-rule.ts";
import { isTitled } from "./holding.ts";
import type { Keepalive } from "./link-message.ts";
import { heldEpoch, type Member } from "./member-state.ts";
import { blockersOf, check, digest, planValidMs } from "./preflight-parts.ts";
import { leaseLeftMs } from "./title.ts";
import { electorate, neededVoters } from "./voter-set.ts";

export interface PreflightInput {
  readonly to: NodeName;
  readonly configVersion: number;
  readonly phases: { readonly talking: number; readonly ringing: number; readonly settingUp: number };
  /** Durations of past switchovers, last keepalive to last call adopted, ms, newest first. */
  readonly pastMs: readonly number[];
  readonly failoverInProgress: boolean;
  readonly scheduled: ScheduledSwitchover | null;
}

const pathLimitMs = 20;
const heardLimitMs = 500;
const roomPercent = 80;

export function switchoverPlan(member: Member, input: PreflightInput, now: Instant): SwitchoverPlan {
  const { config } = member;
  const epoch = heldEpoch(member.state) ?? member.primaryEpoch;
  const checks = [
    titleCheck(member, now),
    ...peerChecks(member, input, now),
    votersCheck(member, now),
    gatewaysCheck(member, now),
    ...workChecks(member, input),
  ];
  const blockers = blockersOf(checks);
  const sorted = [...input.pastMs].sort((a, b) => a - b);
  const at = (share: number): number | null => sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? null;
  return {
    // Warnings come and go with the traffic; only what blocks makes it another situation.
    planId: digest(`${epoch.number}@${epoch.server}>${input.to}/${input.configVersion}/${blockers.length === 0 ? "clear" : "blocked"}`),
    from: config.name,
    to: input.to,
    epoch,
    checks,
    blockers,
    effect: { ...input.phases, unknown: 0, pastMs: input.pastMs, expectedMs: at(0.5), worstMs: at(0.95) },
    ...consequences(member, input, epoch, blockers.length),
    validMs: planValidMs,
  };
}

function returns(rule: ChangeRule): string {
  if (rule.when === "manual") return "Nothing switches back by itself.";
  return rule.when === "at-zero-calls"
    ? "By the site's rule the preferred server takes back by itself when no call is up."
    : "By the site's rule the preferred server takes back by itself in its window.";
}

/** A plan that is blocked promises nothing. */
function consequences(
  { config, voterSet }: Member,
  { to, phases }: PreflightInput,
  epoch: Epoch,
  blockers: number,
): Pick<SwitchoverPlan, "steps" | "undo"> {
  if (blockers > 0) {
    const what = blockers === 1 ? "1 check blocks it" : `${blockers} checks block it`;
    return { steps: [], undo: `This switchover cannot go ahead: ${what}. Nothing changes, so there is nothing to undo.` };
  }
  const kept = phases.talking === 1 ? "1 call goes on, its" : `${phases.talking} calls go on, their`;
  return {
    steps: [
      `${config.name} admits no new calls and lets half-finished ones finish, at most 1.5 s.`,
      `${config.name} resigns from epoch ${epoch.number} and releases every gateway in favour of ${to}.`,
      `${to} claims the next epoch; ${neededVoters(voterSet)} of ${electorate(voterSet).length} voters grant it.`,
      `${config.clients.length} nodes move, most important gateways first; ${kept} media is not touched.`,
    ],
    undo: `Switch back to ${config.name} the same way once it stands by ready. ${returns(config.failback)}`,
  };
}

export function titleCheck(member: Member, now: Instant): PreflightCheck {
  const titled = isTitled(member, now);
  const found = titled ? "held" : member.state.kind === "handing-over" ? "handing over already" : "not held";
  return check(
    "title",
    `${member.config.name} holds the title`,
    titled && member.state.kind === "holding" ? "pass" : "fail",
    found,
    "held",
    0,
  );
}

export function peerChecks(member: Member, input: PreflightInput, now: Instant): PreflightCheck[] {
  const { to } = input;
  const peer = member.peers.get(to);
  const paths = member.paths.get(to);
  if (!member.config.peers.includes(to) || !paths)
    return [
      check(
        "target",
        `${to} is a server of this cluster`,
        "fail",
        to === member.config.name ? "it is the primary already" : "unknown name",
        "a standby",
        null,
      ),
    ];
  const ageMs = peer ? now - peer.at : null;
  const heard = ageMs !== null && ageMs < heardLimitMs;
  const answers = ([0, 1] as const).map((index) => {
    const path = paths[index];
    const age = path.answeredAt === null ? null : now - path.answeredAt;
    if (age === null || age > 3000 || path.rttMs === null)
      return check(
        `path-${index + 1}`,
        `${to} answers on path ${index + 1}`,
        "unknown",
        age === null ? "never answered" : `no answer for ${Math.round(age / 1000)} s`,
        `${pathLimitMs} ms`,
        age,
      );
    return check(
      `path-${index + 1}`,
      `${to} answers on path ${index + 1}`,
      path.rttMs <= pathLimitMs ? "pass" : "warn",
      `${path.rttMs.toFixed(1)} ms`,
      `${pathLimitMs} ms`,
      age,
    );
  });
  const keepalive = heard && peer ? peer.keepalive : null;
  const unknown = (id: string, text: string, limit: string) => check(id, text, "unknown", `${to} is not heard`, limit, ageMs);
  if (keepalive === null)
    return [
      ...answers,
      unknown("ready", `${to} is ready`, "ready"),
      unknown("digest", "Call state agrees", callsSlackText),
      unknown("room", `Room on ${to}`, `${roomPercent} %`),
    ];
  const percent = Math.round((100 * member.self.calls) / keepalive.capacityCalls);
  return [
    ...answers,
    check("ready", `${to} is ready`, keepalive.ready ? "pass" : "fail", keepalive.ready ? "ready" : "not ready", "ready", ageMs),
    digestCheck(member, keepalive, ageMs),
    check(
      "room",
      `Room on ${to}`,
      percent <= roomPercent ? "pass" : "fail",
      `${member.self.calls} of ${keepalive.capacityCalls} calls, ${percent} %`,
      `${roomPercent} %`,
      ageMs,
    ),
    check(
      "condition",
      `${to} runs on time`,
      keepalive.condition === "ok" || keepalive.condition === "starting" ? "pass" : "warn",
      keepalive.condition,
      "ok",
      ageMs,
    ),
  ];
}

/** Calls answered or ended since the target's last audit are found again at takeover: some difference is expected while calls come and go. */
function digestCheck(member: Member, keepalive: Keepalive, ageMs: number | null): PreflightCheck {
  const { calls, digest: own } = member.self;
  const same = keepalive.digest === own;
  const near = callsAgree(keepalive.calls, { fewest: calls, most: calls });
  const found = same ? `${calls}, ${own.slice(0, 4)}` : `${calls} here, ${keepalive.calls} there by its audits, some seconds old`;
  return check("digest", "Call state agrees", same || near ? "pass" : "warn", found, callsSlackText, ageMs);
}

function votersCheck(member: Member, now: Instant): PreflightCheck {
  const voters = electorate(member.voterSet);
  const answering = voters.filter((voter) => leaseLeftMs(member.leases, voter, now) > 0).length;
  const needed = neededVoters(member.voterSet);
  return check(
    "voters",
    "Voters that answer",
    answering === voters.length ? "pass" : answering >= needed ? "warn" : "fail",
    `${answering} of ${voters.length}`,
    `${needed}`,
    0,
  );
}

function gatewaysCheck(member: Member, now: Instant): PreflightCheck {
  const { clients } = member.config;
  const silent = clients.filter((client) => leaseLeftMs(member.leases, client, now) <= 0);
  return check(
    "gateways",
    "Gateways and witnesses in control",
    silent.length === 0 ? "pass" : "warn",
    silent.length === 0 ? `${clients.length} of ${clients.length}` : `${silent.join(", ")} not`,
    "all",
    0,
  );
}

/** Who keeps a schedule and is not the primary at its instant raises an alarm, and nothing happens then. */
function scheduledCheck({ to, at, by }: ScheduledSwitchover): PreflightCheck {
  const found = `one to ${to} at ${new Date(at).toISOString()} by ${by}: it will not happen, cancel it`;
  return check("scheduled", "No other switchover is scheduled", "warn", found, "none", 0);
}

function workChecks(member: Member, input: PreflightInput): PreflightCheck[] {
  const { settingUp } = input.phases;
  const { scheduled } = input;
  return [
    ...(scheduled === null ? [] : [scheduledCheck(scheduled)]),
    check("setting-up", "Calls being set up", settingUp === 0 ? "pass" : "warn", `${settingUp}`, "0", 0),
    check(
      "running",
      "No other change of control is running",
      input.failoverInProgress || member.state.kind === "handing-over" ? "fail" : "pass",
      input.failoverInProgress ? "one in progress" : "none",
      "none",
      0,
    ),
  ];
}
