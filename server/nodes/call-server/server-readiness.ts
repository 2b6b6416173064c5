/**
 * Whether this server could take over now, and every reason why not (failover.md 5): published in its keepalives and its status.
 * The audits, the digest and the voters are judged by core; what only the node knows (paths, disk, limits) is added here.
 */
import { PrimaryDigests } from "../../core/calls/primary-digests.ts";
import { pathAnsweredWithinMs, type Readiness, type ReadinessInput, readinessOf } from "../../core/calls/readiness.ts";
import { majorityHears } from "../../core/control/jury.ts";
import type { Keepalive } from "../../core/control/link-message.ts";
import { electorate, neededVoters } from "../../core/control/voter-set.ts";
import type { NodeName } from "../../core/identity.ts";
import type { Instant } from "../../core/time.ts";
import type { ServerParts } from "./server-parts.ts";

const heardWithinMs = 1_000;

export class ServerReadiness {
  readonly #server: ServerParts;
  readonly #digests = new PrimaryDigests();
  #primary: NodeName | null = null;

  constructor(server: ServerParts) {
    this.#server = server;
  }

  /** A titled keepalive of another server. */
  heard(from: NodeName, keepalive: Keepalive, at: Instant): void {
    if (this.#primary !== from) this.#digests.clear();
    this.#primary = from;
    this.#digests.heard(at, keepalive.digest, keepalive.calls);
  }

  now(): Readiness {
    // A path that is down explains what else is missing, so it comes first.
    const reasons = [...this.#paths(), ...this.#fromCore().reasons, ...this.#fromNode()];
    return { ready: reasons.length === 0, reasons };
  }

  #fromCore(): Readiness {
    const { node, control, calls, sessions } = this.#server;
    const { member } = control;
    const now = node.clock.now();
    const answering = member.config.voters.filter(
      (voter) => now.mono - (member.clients.get(voter)?.at ?? Number.NEGATIVE_INFINITY) < heardWithinMs,
    );
    const audits = [...sessions.values()].map(({ spec }) => ({
      name: spec.name,
      pollMs: spec.pollSeconds * 1000,
      freshness: calls.control.freshness(spec.name),
    }));
    const oldestMs = Math.max(
      ...audits.map(({ freshness, pollMs }) => now.wall - (freshness.lastCompleteAt ?? now.wall) + (freshness.durationMs ?? 0) + pollMs),
    );
    return readinessOf({
      wall: now.wall,
      auditedFrom: now.mono - oldestMs,
      gateways: audits,
      own: {
        digest: this.#server.digest(),
        calls: this.#server.callsKnown(),
        configVersion: node.site.version,
        lateMs: node.watchdog.starved() ? node.watchdog.loopDelay().max : null,
      },
      primary: this.#believed(now.mono),
      voters: { answering: answering.length, needed: neededVoters(member.voterSet), all: electorate(member.voterSet).length },
    });
  }

  /** The primary that this server stands by for; null where there is none, or it is one itself. */
  #believed(now: Instant): ReadinessInput["primary"] {
    const { node, control } = this.#server;
    const { member } = control;
    const { primary } = member;
    if (member.owned.size > 0 || primary === null || primary === node.name || primary !== this.#primary) return null;
    const last = member.peers.get(primary);
    if (!last) return null;
    const votersHear = majorityHears(member.voterSet, member.votes, member.config.timers, now);
    return { name: primary, digests: this.#digests, configVersion: null, silentMs: now - last.at, votersHear };
  }

  #paths(): string[] {
    const { node, control } = this.#server;
    const { member } = control;
    const now = node.clock.now();
    const reasons: string[] = [];
    for (const [peer, paths] of member.paths) {
      const heard = member.peers.get(peer);
      const silent = !heard || now.mono - heard.at > pathAnsweredWithinMs;
      // A dead standby is the other one's alarm. A silent primary that the voters still hear is ours: the link is cut.
      if (silent && peer !== member.primary) continue;
      for (const [index, path] of paths.entries()) {
        if (path.answeredAt === null || now.mono - path.answeredAt > pathAnsweredWithinMs)
          reasons.push(`${peer} does not answer it on path ${index + 1}`);
      }
    }
    return reasons;
  }

  #fromNode(): string[] {
    const { control, outbox } = this.#server;
    const { member } = control;
    const reasons: string[] = [];
    if (member.state.kind === "listening") reasons.push("it has just started and listens first");
    if (outbox.failing) reasons.push("its disk refuses to store call records");
    const used = this.#server.automaticChangesUsed();
    const { limit } = member.config.automaticChanges;
    if (used >= limit) reasons.push(`${used} of ${limit} automatic changes are used up`);
    return reasons;
  }
}
