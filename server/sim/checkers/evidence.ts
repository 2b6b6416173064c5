/**
 * Invariant 3 of failover.md 9: no automatic takeover unless N keepalives were missed, the query failed (or said *no title*) and the jury agrees;
 * the verdict is on the disk before the first claim leaves. What was missed and voted is counted here from what really reached the server.
 * Prints: "An automatic takeover needs N missed, a failed query and a majority of silent voters, stored before the first claim."
 */

import { isMajority, neededVoters } from "../../core/control/voter-set.ts";
import { type BootId, compareEpochs, type Epoch, epochText, type NodeName, noEpoch } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";
import { type Checker, Violation } from "../checker.ts";
import type { ServerView, WorldView } from "../views.ts";

const invariant = "An automatic takeover needs N missed, a failed query and a majority of silent voters, stored before the first claim.";

/** What reached a server, on its own clock. */
interface Reached {
  readonly boot: BootId;
  titledAt: number;
  titledEpoch: Epoch;
  saidNoTitleAt: number;
  /** When each voter last told a silence of more than two intervals; removed when it tells less. */
  readonly silent: Map<NodeName, number>;
  /** Sequence of the newest request that each voter has answered. */
  readonly asked: Map<NodeName, number>;
  claimed: number;
}

export function evidence(): Checker {
  const reached = new Map<NodeName, Reached>();
  const of = (server: ServerView): Reached => {
    let found = reached.get(server.name);
    // A new boot numbers its datagrams anew, and knows nothing of what reached the old one.
    if (found === undefined || found.boot !== server.boot) {
      found = {
        boot: server.boot,
        titledAt: Number.NEGATIVE_INFINITY,
        titledEpoch: noEpoch,
        saidNoTitleAt: Number.NEGATIVE_INFINITY,
        silent: new Map(),
        asked: new Map(),
        claimed: 0,
      };
      reached.set(server.name, found);
    }
    return found;
  };
  return {
    invariant,
    onReceived(_world, server, from, message) {
      if (message.kind === "keepalive") {
        if (message.title) hearTitle(of(server), message.epoch, server.clock.mono());
      } else if (message.kind === "query-reply") {
        if (!message.title) of(server).saidNoTitleAt = server.clock.mono();
      } else if (message.kind === "vote") {
        // One that another boot asked for is none; one that was asked earlier and came later says less than what is known.
        if (message.toBoot !== server.boot) return;
        if (message.toSequence < (of(server).asked.get(from) ?? -1)) return;
        of(server).asked.set(from, message.toSequence);
        const limitMs = 2 * server.member.config.timers.keepaliveMs;
        if (message.titleSilentMs === null || message.titleSilentMs >= limitMs) of(server).silent.set(from, server.clock.mono());
        else of(server).silent.delete(from);
      }
    },
    onCrash(_world, node) {
      reached.delete(node);
    },
    onFact(_world, server, fact) {
      if (fact.what === "title-gained") hearTitle(of(server), fact.epoch, Number.NEGATIVE_INFINITY);
    },
    onClaim(world, server, _to, message) {
      if (message.kind !== "claim" || !message.automatic || message.purpose !== "title") return;
      const known = of(server);
      if (message.epoch.number <= known.claimed) return;
      known.claimed = message.epoch.number;
      const claimed = server.disk.facts.findLast(({ fact }) => fact.what === "claim-sent")?.fact;
      // Failback by the site's rule is automatic too; the primary itself asks for it, so it needs no evidence.
      if (claimed?.what === "claim-sent" && claimed.cause === "requested") return;
      const problem = problemOf(server, known, world);
      if (problem !== null)
        throw new Violation(invariant, `${server.name} claims ${epochText(message.epoch)}: ${problem}`, world.schedule.now);
    },
  };
}

/** A keepalive of a title that is over, sent before its process stood still, is no sign of life of the present one. */
function hearTitle(reached: Reached, epoch: Epoch, at: Instant): void {
  if (compareEpochs(epoch, reached.titledEpoch) < 0) return;
  reached.titledEpoch = epoch;
  reached.titledAt = Math.max(reached.titledAt, at);
}

function problemOf(server: ServerView, known: Reached, world: WorldView): string | null {
  const { timers } = server.member.config;
  const stored = storedVerdict(server);
  if (stored === null) return "no verdict is on its disk";
  if (!stored.takeOver) return `the verdict on its disk says: ${stored.sentence}`;
  if (stored.at !== stored.claimedAt) return `its verdict is of ${stored.at.toFixed(1)} ms, its claim of ${stored.claimedAt.toFixed(1)} ms`;
  // A process that stood still between decision and datagram decided on what it knew then.
  if (server.late || stored.claimedAt !== world.schedule.now) return null;
  const now = server.clock.mono();
  const denied = now - known.saidNoTitleAt <= timers.voteMs;
  const silentMs = now - known.titledAt;
  if (!denied && silentMs < timers.missLimit * timers.keepaliveMs) return `a titled keepalive reached it ${silentMs.toFixed(1)} ms ago`;
  const silent = (voter: NodeName): boolean => now - (known.silent.get(voter) ?? Number.NEGATIVE_INFINITY) <= timers.voteMs;
  const { voterSet } = server.member;
  if (isMajority(voterSet, silent)) return null;
  return `${voterSet.voters.filter(silent).length} fresh votes of silence reached it, ${neededVoters(voterSet)} are needed`;
}

interface StoredVerdict {
  readonly takeOver: boolean;
  readonly sentence: string;
  readonly at: Instant;
  readonly claimedAt: Instant;
}

function storedVerdict(server: ServerView): StoredVerdict | null {
  const { facts } = server.disk;
  let claimedAt = Number.NaN;
  for (let i = facts.length - 1; i >= 0; i -= 1) {
    const recorded = facts[i];
    if (recorded?.fact.what === "claim-sent" && Number.isNaN(claimedAt)) claimedAt = recorded.at;
    if (recorded?.fact.what !== "verdict-reached") continue;
    const { takeOver, sentence } = recorded.fact.verdict;
    return recorded.durable ? { takeOver, sentence, at: recorded.at, claimedAt } : null;
  }
  return null;
}
