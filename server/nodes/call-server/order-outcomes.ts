/**
 * Carrying out an order at this call server: it is given to the control machine, and its outcome watched for, up to a deadline.
 * What the machine refused, or gave up, comes back as a sentence; what is still under way at the deadline says so.
 */
import { claimWindowMs } from "../../core/control/claiming.ts";
import type { GuardChange } from "../../core/control/guard.ts";
import { votersThatKnow } from "../../core/control/guard-orders.ts";
import { heldBy, type Member, type MemberEvent, type Order } from "../../core/control/member-state.ts";
import type { VoterChange } from "../../core/control/voter-set.ts";
import type { NodeName } from "../../core/identity.ts";
import { majorityOf } from "../../core/site/site.ts";
import type { OrderResult } from "../../core/status/order.ts";
import type { ControlHost } from "./control-host.ts";

export type Outcome = Pick<OrderResult, "accepted" | "settled" | "outcome" | "stored">;

/** What an order is carried out with: the machine, and what it said about refusals. */
export interface OrderHands {
  readonly control: ControlHost;
  readonly order: Order;
  /** Why the machine refused or gave up this order; null where it did not. */
  refusal(): string | null;
}

const lookEveryMs = 10;
const storedWithinMs = 3_000;
const movedWithinMs = 3_000;
const overriddenWithinMs = 2_000;
const admittedWithinMs = 2_000;

export function done(outcome: string, settled = true): Outcome {
  return { accepted: true, settled, outcome, stored: null };
}

export function undone(outcome: string): Outcome {
  return { accepted: false, settled: true, outcome, stored: null };
}

export async function orderGuard(hands: OrderHands, change: GuardChange, what: string): Promise<Outcome> {
  const { control, order } = hands;
  const { member } = control;
  control.deliver({ kind: "guard-ordered", change, order });
  const of = member.voterSet.voters.length;
  const needed = majorityOf(of);
  const settled = await within(storedWithinMs, () => votersThatKnow(member) >= needed);
  const voters = votersThatKnow(member);
  const stored = { voters, of, needed };
  const outcome = settled
    ? `${what}: ${voters} of ${of} voters have stored it, ${needed} are needed.`
    : `Stored at ${member.config.name}, but only ${voters} of ${of} voters are known to have it after ${storedWithinMs / 1000} s; ${needed} are needed. The others are told as soon as they are heard.`;
  return { accepted: true, settled, outcome, stored };
}

export async function orderVoters(hands: OrderHands, change: VoterChange): Promise<Outcome> {
  const { control, order } = hands;
  const { member } = control;
  const wanted = change.add ?? change.remove ?? "";
  const changed = (): boolean => {
    const { voterSet } = member;
    return voterSet.previous === null && member.wantedVoters === null && voterSet.voters.includes(wanted) === (change.add !== null);
  };
  const storing = (): number => member.voterSet.voters.filter((voter) => votersVersion(member, voter) >= member.voterSet.version).length;
  const enough = (): boolean => changed() && storing() >= majorityOf(member.voterSet.voters.length);
  const settled = await ordered(hands, { kind: "voters-ordered", change, order }, storedWithinMs, enough);
  if (typeof settled === "string") return undone(settled);
  const of = member.voterSet.voters.length;
  const stored = { voters: storing(), of, needed: majorityOf(of) };
  const set = `${of} voters now: ${member.voterSet.voters.join(", ")}. ${stored.voters} of them have stored it, ${stored.needed} are needed.`;
  const slow = "The change is still under way: a majority has not stored it yet. It goes on while this server holds the title.";
  return { accepted: true, settled, outcome: settled ? set : slow, stored };
}

function votersVersion(member: Member, voter: NodeName): number {
  return member.clients.get(voter)?.votersVersion ?? 0;
}

/** Until the voter itself answers something else than that it abstains. */
export async function orderAdmission(hands: OrderHands, client: NodeName): Promise<Outcome> {
  const { control, order } = hands;
  const { member } = control;
  const admitted = (): boolean => member.clients.get(client)?.refusal !== "abstaining";
  const settled = await ordered(hands, { kind: "admission-ordered", client, order }, admittedWithinMs, admitted);
  if (typeof settled === "string") return undone(settled);
  const { promiseMs } = member.config.timers;
  if (settled) return done(`${client} takes part again; it grants nobody until ${promiseMs} ms have passed, the longest promise.`);
  return done(`${client} has not answered within ${admittedWithinMs / 1000} s that it takes part again: give the order once more.`, false);
}

export async function orderFailover(hands: OrderHands): Promise<Outcome> {
  const { control, order } = hands;
  const { member } = control;
  const { name } = member.config;
  const windowMs = claimWindowMs(member, "operator-forced");
  const over = (): boolean => member.state.kind !== "claiming";
  const settled = await ordered(hands, { kind: "failover-ordered", order }, windowMs + 500, over);
  if (typeof settled === "string") return undone(settled);
  if (control.titled()) return done(`${name} holds the title at epoch ${member.primaryEpoch.number}.`);
  if (!settled) return done(`${name} still claims.`, false);
  return undone(`No majority granted ${name} the title within ${Math.ceil(windowMs)} ms. Who was in control goes on.`);
}

/** @param gateways of the site; witnesses are not told */
export async function orderOverride(hands: OrderHands, gateways: readonly NodeName[]): Promise<Outcome> {
  const { control, order } = hands;
  const { member } = control;
  const holds = (): boolean => heldBy(member.state)?.basis === "override";
  const over = (): boolean => !holds() || gateways.every((gateway) => member.owned.has(gateway));
  const settled = await ordered(hands, { kind: "override-ordered", order }, overriddenWithinMs, over);
  if (typeof settled === "string") return undone(settled);
  const owned = gateways.filter((gateway) => member.owned.has(gateway));
  const { name } = member.config;
  if (!holds()) return undone(`${name} let go again: ${member.primary ?? "another server"} holds the title. No gateway is asked any more.`);
  const asked = settled ? "" : " The others go on being asked.";
  if (owned.length === 0) return done(`No gateway grants ${name} yet.${asked}`, false);
  return done(`${name} controls ${owned.length} of ${gateways.length} gateways without the title: ${owned.join(", ")}.${asked}`);
}

export async function orderLending(hands: OrderHands, to: NodeName, clients: readonly NodeName[]): Promise<Outcome> {
  const { member } = hands.control;
  const there = (client: NodeName): boolean => member.clients.get(client)?.granted.server === to;
  const switchover = { ...hands.order, to, automatic: false, clients };
  const settled = await ordered(hands, { kind: "switchover-accepted", switchover }, movedWithinMs, () => clients.every(there));
  if (typeof settled === "string") return undone(settled);
  if (settled) return done(`${to} controls ${clients.join(", ")}; ${member.config.name} keeps the title.`);
  const missing = clients.filter((client) => !there(client)).join(", ");
  return done(`${to} has not taken ${missing} yet; what it does not take comes back.`, false);
}

export async function orderRecall(hands: OrderHands, clients: readonly NodeName[]): Promise<Outcome> {
  const { control, order } = hands;
  const { member } = control;
  const back = (client: NodeName): boolean => member.owned.has(client);
  const settled = await ordered(hands, { kind: "gateways-recalled", clients, order }, movedWithinMs, () => clients.every(back));
  if (typeof settled === "string") return undone(settled);
  if (settled) return done(`${member.config.name} controls ${clients.join(", ")} again.`);
  return done(`${clients.filter((client) => !back(client)).join(", ")} is not back yet; it goes on being claimed.`, false);
}

/** After the switchover desk has started it: until the other one announces its title. */
export async function awaitSuccessor(hands: OrderHands, to: NodeName, deadlineMs: number): Promise<Outcome> {
  const { member } = hands.control;
  const arrived = (): boolean => member.peers.get(to)?.keepalive.title === true;
  const settled = await within(deadlineMs, () => hands.refusal() !== null || arrived());
  const refusal = hands.refusal();
  if (refusal !== null) return undone(refusal);
  return settled ? done(`${to} holds the title.`) : done(`${to} has not taken the title yet.`, false);
}

/** Gives it to the machine; the refusal as a sentence, else whether it came about in time. */
async function ordered(hands: OrderHands, event: MemberEvent, deadlineMs: number, holds: () => boolean): Promise<boolean | string> {
  hands.control.deliver(event);
  const settled = await within(deadlineMs, () => hands.refusal() !== null || holds());
  return hands.refusal() ?? settled;
}

async function within(deadlineMs: number, holds: () => boolean): Promise<boolean> {
  const until = performance.now() + deadlineMs;
  while (!holds()) {
    if (performance.now() >= until) return false;
    await new Promise((resolve) => setTimeout(resolve, lookEveryMs));
  }
  return true;
}
