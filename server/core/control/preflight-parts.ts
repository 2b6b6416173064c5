/** What every preflight is made of: checks, the blockers among them, the situation that a plan is for, and who controls what. */
import type { NodeName } from "../identity.ts";
import type { PreflightCheck } from "../status/node-status.ts";
import type { OrderPlan, OrderRequest } from "../status/order.ts";
import type { ScheduledSwitchover } from "../status/scheduled-switchover.ts";
import type { Instant, Now } from "../time.ts";
import { heldEpoch, type Member } from "./member-state.ts";
import { electorate, isMajority, neededVoters } from "./voter-set.ts";

/** How long a plan may be carried out, ms. */
export const planValidMs = 30_000;
/** What is to happen at an instant later than this, from now, was a slip of the finger, ms. */
export const farthestMs = 90 * 24 * 3_600_000;
/** A node that was heard longer ago than this is not in reach. */
export const reachMs = 500;

/** What the rest of the node knows and the machine does not. */
export interface OrderInput {
  readonly configVersion: number;
  /** Gateways only, most important first. */
  readonly gateways: readonly NodeName[];
  readonly phases: { readonly talking: number; readonly ringing: number; readonly settingUp: number };
  /** Calls that are up, as far as this server knows. */
  readonly calls: number;
  /** Calls with a leg on any of these gateways, by this server's audits. */
  callsOn(gateways: readonly NodeName[]): number;
  readonly takeover: "hot" | "cold";
  readonly pastMs: readonly number[];
  readonly failoverInProgress: boolean;
  readonly scheduled: ScheduledSwitchover | null;
}

export interface Preview {
  readonly member: Member;
  readonly input: OrderInput;
  readonly now: Now;
}

export type PlanBody = Pick<OrderPlan, "to" | "checks" | "effect" | "steps" | "undo" | "confirm">;

export function check(
  id: string,
  text: string,
  result: PreflightCheck["result"],
  found: string,
  limit: string,
  ageMs: number | null,
): PreflightCheck {
  return { id, check: text, result, found, limit, ageMs };
}

export function blockersOf(checks: readonly PreflightCheck[]): string[] {
  return checks
    .filter(({ result }) => result === "fail" || result === "unknown")
    .map((one) => `${one.check}: ${one.found} (needs ${one.limit})`);
}

/** A plan that is blocked promises nothing. */
export function orderPlan({ member, input }: Preview, request: OrderRequest, body: PlanBody): OrderPlan {
  const blockers = blockersOf(body.checks);
  const epoch = heldEpoch(member.state) ?? member.primaryEpoch;
  const situation = [
    `${epoch.number}@${epoch.server}`,
    JSON.stringify(request),
    body.to,
    body.confirm?.text,
    input.configVersion,
    member.voterSet.version,
    member.store.guard.pauseSetAt,
    input.scheduled?.id,
    blockers.length === 0 ? "clear" : "blocked",
  ];
  const blocked = blockers.length === 1 ? "1 check blocks it" : `${blockers.length} checks block it`;
  return {
    planId: digest(situation.join("/")),
    verb: request.verb,
    server: member.config.name,
    epoch,
    blockers,
    validMs: planValidMs,
    ...body,
    ...(blockers.length > 0 ? { steps: [], undo: `This cannot go ahead: ${blocked}. Nothing changes, so there is nothing to undo.` } : {}),
  };
}

/** FNV-1a over UTF-16 code units, 8 hex digits: it only has to differ when the plan does. */
export function digest(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, "0");
}

export function inReach(member: Member, client: NodeName, now: Instant): boolean {
  const heard = member.clients.get(client);
  return heard !== undefined && now - heard.at < reachMs;
}

/** Voters that this server hears, and that may vote. */
export function votersInReach(member: Member, now: Instant): NodeName[] {
  return electorate(member.voterSet).filter((voter) => inReach(member, voter, now) && member.clients.get(voter)?.refusal !== "abstaining");
}

/** @param below what it is when fewer than a majority is in reach */
export function reachCheck(member: Member, now: Instant, below: PreflightCheck["result"]): PreflightCheck {
  const voters = electorate(member.voterSet);
  const heard = new Set(votersInReach(member, now));
  const enough = isMajority(member.voterSet, (voter) => heard.has(voter));
  const result = heard.size === voters.length ? "pass" : enough ? "warn" : below;
  return check(
    "voters",
    `Voters that ${member.config.name} hears`,
    result,
    `${heard.size} of ${voters.length}`,
    `${neededVoters(member.voterSet)}`,
    0,
  );
}

/** Who is in control now, as the gateways last told: by server, most gateways first. */
export function ownersOf({ member, input, now }: Preview): [NodeName, NodeName[]][] {
  const owners = new Map<NodeName, NodeName[]>();
  for (const gateway of input.gateways) {
    const owner = member.owned.has(gateway) ? member.config.name : otherOwner(member, gateway, now.mono);
    if (owner !== null) owners.set(owner, [...(owners.get(owner) ?? []), gateway]);
  }
  return [...owners].sort((a, b) => b[1].length - a[1].length);
}

/** Whom the gateway's promise binds to, as it last told in an answer or a vote; one that has run out gives no control. */
function otherOwner(member: Member, gateway: NodeName, now: Instant): NodeName | null {
  const answered = member.clients.get(gateway);
  const voted = member.votes.get(gateway);
  const told =
    voted !== undefined && voted.receivedAt >= (answered?.at ?? 0)
      ? { granted: voted.vote.granted, remainingMs: voted.vote.remainingMs, at: voted.receivedAt }
      : answered;
  if (told === undefined || told.granted.server === "") return null;
  return (told.remainingMs ?? 0) - (now - told.at) > 0 ? told.granted.server : null;
}

export function ownersText(preview: Preview): string {
  const { input } = preview;
  const owners = ownersOf(preview).map(([server, gateways]) => `${server} controls ${gatewaysText(gateways, input.gateways.length)}`);
  return owners.length === 0 ? "Nobody is known to control a gateway." : `${owners.join("; ")}.`;
}

/** Few gateways by name, many by number. */
export function gatewaysText(gateways: readonly NodeName[], of: number): string {
  return gateways.length <= 3 && gateways.length < of ? gateways.join(", ") : `${gateways.length} of ${plural(of, "gateway")}`;
}

export function plural(count: number, one: string): string {
  return `${count} ${one}${count === 1 ? "" : "s"}`;
}

/** What becomes of calls when control changes hands. Only a takeover that nobody handed over resets gateways, and only in a cold site. */
export function callsText({ input }: Preview, calls: number, forced: boolean): string {
  if (calls === 0) return "No call is up.";
  const kept = calls === 1 ? "1 call is up: it goes" : `${calls} calls are up: they go`;
  if (forced && input.takeover === "cold")
    return `${plural(calls, "call")} ${calls === 1 ? "ends" : "end"}: the site stands by cold, so gateways are reset when they are taken over.`;
  return `${kept} on, media is not touched. Calls that ring or are being set up are adopted where the gateway's state suffices, else released.`;
}
