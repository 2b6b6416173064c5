/** `GET /status` of a call server: what the control machine, the call engine and the audits know, with ages. */

import { oldestDisagreements } from "../../core/calls/disagreement.ts";
import { roleOf } from "../../core/control/announcements.ts";
import { isTitled } from "../../core/control/holding.ts";
import { missed } from "../../core/control/keepalive-judge.ts";
import { heldEpoch, type Member, type PathHealth } from "../../core/control/member-state.ts";
import { leaseLeftMs, titleUntil } from "../../core/control/title.ts";
import { electorate, neededVoters } from "../../core/control/voter-set.ts";
import { type NodeName, noEpoch } from "../../core/identity.ts";
import type { GatewayHealth, PeerHealth, ServerStatus } from "../../core/status/node-status.ts";
import type { Instant } from "../../core/time.ts";
import { commonStatus } from "../node.ts";
import { controlStatus } from "./control-status.ts";
import type { GatewaySession } from "./gateway-session.ts";
import type { ServerParts } from "./server-parts.ts";

export function serverStatus(server: ServerParts): ServerStatus {
  const { node, control, calls, outbox } = server;
  const { member } = control;
  const now = node.clock.now();
  const titled = isTitled(member, now.mono);
  const until = titleUntil(member.leases, member.voterSet);
  const { state } = calls.control;
  return {
    ...commonStatus(node),
    kind: "call-server",
    counters: {
      ...node.counters.snapshot(),
      ...Object.fromEntries([...calls.control.counters].map(([name, value]) => [`calls.${name}`, value])),
    },
    role: roleOf(member, titled),
    state: member.state.kind,
    epoch: heldEpoch(member.state) ?? member.primaryEpoch,
    title: {
      held: titled,
      since: titled && (member.state.kind === "holding" || member.state.kind === "handing-over") ? member.state.titleSince : null,
      leaseLeftMs: titled && until !== null ? Math.round(until - now.mono) : 0,
      votersAnswering: electorate(member.voterSet).filter((voter) => leaseLeftMs(member.leases, voter, now.mono) > 0).length,
      votersNeeded: neededVoters(member.voterSet),
      voters: electorate(member.voterSet).length,
    },
    peers: member.config.peers.map((peer) => peerHealth(member, peer, now.mono)),
    gateways: [...server.sessions.values()].map((session) => gatewayHealth(server, session, now.mono)),
    witnesses: node.site.witnesses.map(({ name }) => {
      const heard = member.clients.get(name);
      return { name, silentMs: heard ? Math.round(now.mono - heard.at) : null, granted: heard?.granted ?? noEpoch };
    }),
    calls: {
      active: server.callsKnown(),
      byPhase: { ...state.byPhase },
      capacity: member.config.capacityCalls,
    },
    digest: server.digest(),
    readiness: server.readiness(),
    outbox: { pending: outbox.pending, lastSequence: outbox.last },
    automaticChanges: { used: server.automaticChangesUsed(), limit: member.config.automaticChanges.limit },
    ...controlStatus(server),
    failover: server.currentFailover(),
  };
}

function peerHealth(member: Member, name: NodeName, now: Instant): PeerHealth {
  const heard = member.peers.get(name);
  const paths = member.paths.get(name);
  const path = (number: 1 | 2, health: PathHealth | undefined) => ({
    path: number,
    rttMs: health?.rttMs ?? null,
    lastAnswerAgoMs: health?.answeredAt == null ? null : Math.round(now - health.answeredAt),
  });
  return {
    name,
    role: heard?.keepalive.role ?? "none",
    title: heard?.keepalive.title ?? false,
    epoch: heard?.keepalive.epoch ?? noEpoch,
    silentMs: heard ? Math.round(now - heard.at) : null,
    missed: heard ? missed(heard.judge, now) : 0,
    ready: heard?.keepalive.ready ?? false,
    digest: heard?.keepalive.digest ?? null,
    calls: heard?.keepalive.calls ?? null,
    paths: [path(1, paths?.[0]), path(2, paths?.[1])],
  };
}

function gatewayHealth(server: ServerParts, session: GatewaySession, now: Instant): GatewayHealth {
  const { member } = server.control;
  const { name, voter } = session.spec;
  const heard = member.clients.get(name);
  const freshness = server.calls.control.freshness(name);
  const reconciliation = server.calls.control.reconciliation(name);
  const { state } = server.calls.control;
  return {
    name,
    voter,
    owner: heard && heard.granted.number > 0 ? heard.granted.server : null,
    epoch: heard?.granted ?? noEpoch,
    silentMs: heard ? Math.round(now - heard.at) : null,
    missed: heard ? missed(heard.judge, now) : 0,
    leaseLeftMs: Math.round(leaseLeftMs(member.leases, name, now)),
    rttMs: heard?.rttMs ?? null,
    audit: { ...freshness, state: session.auditing ? "running" : freshness.state, nextAt: session.nextAt },
    reported: freshness.rows,
    expected: session.owned ? state.expectedAt(name) : null,
    ghosts: reconciliation.ghosts.size,
    orphans: reconciliation.orphans.size,
    ghostLegs: oldestDisagreements(reconciliation.ghosts.values(), now),
    orphanLegs: oldestDisagreements(reconciliation.orphans.values(), now),
  };
}
