/**
 * The beat of a holder: a keepalive to whoever obeys or may obey, and, while the title lasts, a claim to the rest (failover.md 6).
 * A gateway that somebody else still controls is claimed only when the site's rule says so. One that obeyed a higher epoch, was released,
 * or knows the same epoch from another boot, needs a higher epoch than this title's: the holder makes one, and keeps its own for all others.
 */
import { compareEpochs, type Epoch, type NodeName, noEpoch, sameEpoch } from "../identity.ts";
import type { Instant, Now } from "../time.ts";
import { claimOf } from "./announcements.ts";
import { ruleOpen } from "./change-rule.ts";
import { epochAt } from "./holding.ts";
import type { Claim, Keepalive } from "./link-message.ts";
import { type ClientHeard, heldBy, type Member, type MemberEffect } from "./member-state.ts";
import { nextEpoch } from "./next-epoch.ts";
import { forgetNode, holdsMajority } from "./title.ts";

export function beatsOfHolder(member: Member, held: Epoch, keepalive: Keepalive, now: Now): MemberEffect[] {
  const effects: MemberEffect[] = [];
  for (const to of member.config.clients) beatTo(member, held, to, keepalive, now, effects);
  return effects;
}

/** Adds to `effects`: thousands of clients may be told ten times a second. */
function beatTo(member: Member, held: Epoch, to: NodeName, keepalive: Keepalive, now: Now, effects: MemberEffect[]): void {
  const heard = member.clients.get(to);
  const epoch = epochAt(member, to, held);
  // Let go for another server: never again a keepalive in that epoch, yet the voter must hear of the title.
  const given = member.lending.has(to) || (member.store.lent[to] !== undefined && !sameEpoch(heard?.granted ?? noEpoch, epoch));
  const message = !given && epoch === keepalive.epoch ? keepalive : { ...keepalive, epoch: given ? noEpoch : epoch };
  effects.push({ kind: "send", to, path: 1, message });
  const obeys = !given && (heard === undefined || (sameEpoch(heard.granted, epoch) && !isSpent(member, to, heard, epoch)));
  if (obeys || !keepalive.title || heard === undefined || member.lending.has(to)) return;
  // Both: the voter must hear of the title even where it cannot grant yet, and votes count titled keepalives.
  effects.push(...extend(member, held, to, heard, now));
}

/** A claim of one more client; with an epoch of its own where the title's is too low for it. */
function extend(member: Member, held: Epoch, to: NodeName, heard: ClientHeard, now: Now): MemberEffect[] {
  const { config, self, store } = member;
  const foreign = heard.granted.server !== config.name && (heard.remainingMs ?? 0) > 0;
  const idle = self.busy !== null && !self.busy.has(to);
  const open = member.recalled.has(to) || ruleOpen(config.merge, idle, now.wall);
  // What was lent comes back only when the gateway says that no promise binds it: an answer that tells nothing of promises ends no lending.
  if (store.lent[to] === heard.granted.server ? heard.remainingMs !== 0 : foreign && !open) return [];
  const raised = raiseFor(member, held, to, heard);
  const epoch = epochAt(member, to, held);
  const back: MemberEffect[] = [];
  if (store.lent[to] !== undefined) {
    const { [to]: _, ...lent } = store.lent;
    member.store = { ...member.store, lent };
    back.push({ kind: "persist", store: member.store });
  }
  return [...raised, ...back, { kind: "send", to, path: 1, message: claimOf(member, epoch, { ...extending, contests: foreign }) }];
}

const extending: Pick<Claim, "purpose" | "automatic" | "forced"> = { purpose: "extend", automatic: false, forced: false };

function raiseFor(member: Member, held: Epoch, to: NodeName, heard: ClientHeard): MemberEffect[] {
  const epoch = epochAt(member, to, held);
  // Neither what the client obeyed, nor what was let go there, is ever used again.
  const order = compareEpochs(heard.granted, epoch);
  const letGo = member.letGo.get(to) ?? noEpoch;
  if (order <= 0 && !isSpent(member, to, heard, epoch) && compareEpochs(letGo, epoch) < 0) return [];
  const highest = [...member.epochs.values()].reduce((a, b) => (compareEpochs(a, b) > 0 ? a : b), held);
  const enough = [epoch, heard.granted, letGo].every((used) => compareEpochs(highest, used) > 0);
  const raised = enough ? highest : nextEpoch(member);
  member.epochs.set(to, raised);
  forgetNode(member.leases, to);
  const noted: MemberEffect = { kind: "record", fact: { what: "epoch-raised", epoch: raised, client: to }, durable: false };
  // Its lease was of the epoch before: what it obeys from now on is told when it grants.
  const lost: MemberEffect[] = member.owned.delete(to) ? [{ kind: "disown", client: to, because: "lease-ran-out" }] : [];
  return enough ? [noted, ...lost] : [{ kind: "persist", store: member.store }, noted, ...lost];
}

/**
 * The client never obeys this boot at this epoch: it was released there, held or not, or an earlier boot that lost its disk had it there.
 */
function isSpent(member: Member, client: NodeName, { asked, granted, refusal }: ClientHeard, epoch: Epoch): boolean {
  if (refusal === "released") return sameEpoch(granted, epoch) || sameEpoch(asked, epoch);
  // Where a lease of this boot runs there, such a refusal was told to the earlier boot.
  return refusal === "other-boot" && sameEpoch(granted, epoch) && !member.owned.has(client);
}

/** Claims of clients whose old promise has run out by now. */
export function claimAgain(member: Member, now: Instant): MemberEffect[] {
  const held = heldBy(member.state);
  const titled = held?.basis === "title" && holdsMajority(member.leases, member.voterSet, now);
  const effects: MemberEffect[] = [];
  for (const [client, at] of member.claimAgainAt) {
    if (at > now && held !== null) continue;
    member.claimAgainAt.delete(client);
    if (held === null || !titled || member.owned.has(client) || member.lending.has(client)) continue;
    // A refusal that was late set this alarm anew after the client had been let go.
    if (compareEpochs(member.letGo.get(client) ?? noEpoch, epochAt(member, client, held.epoch)) >= 0) continue;
    const contests = member.config.merge.when === "now" || member.recalled.has(client);
    const claim = claimOf(member, epochAt(member, client, held.epoch), { ...extending, contests });
    effects.push({ kind: "send", to: client, path: 1, message: claim });
  }
  return effects;
}
