/** Mutants of promise, lease and title (failover.md 2, 3). */
import { edit, type Mutant } from "./mutant.ts";

const title = "server/core/control/title.ts";
const voter = "server/core/control/voter.ts";
const voterState = "server/core/control/voter-state.ts";
const voterClaims = "server/core/control/voter-claims.ts";
const voterAnswers = "server/core/control/voter-answers.ts";
const handover = "server/core/control/handover.ts";

export const titleMutants: readonly Mutant[] = [
  {
    name: "lease-from-receive-time",
    teaches: "The way of the answer would lengthen the lease: the old owner goes on while its voters are free again.",
    edits: [
      edit(
        title,
        "if (before === undefined || before < datagram.sentAt) leases.since.set(from, datagram.sentAt);",
        "leases.since.set(from, now);",
      ),
    ],
    shows: { seeds: 400 },
  },
  {
    name: "grant-without-promise",
    teaches: "A grant that binds nobody can be given away at once: two servers own one gateway.",
    edits: [
      edit(
        voterClaims,
        "    ...promise(voter, envelope, message.epoch, now.mono),\n  ];",
        "    ...[promise(voter, envelope, message.epoch, now.mono)].map((told) => ((voter.promiseUntil = null), told)).flat(),\n  ];",
      ),
    ],
    shows: { seeds: 400 },
  },
  {
    name: "repeat-does-not-renew",
    teaches: "An answer that is counted must bind: the server counts a repeated grant from its own send time, the voter must too.",
    edits: [
      edit(
        voterClaims,
        "if (sameEpoch(message.epoch, granted)) return promise(voter, envelope, message.epoch, now.mono);",
        "if (sameEpoch(message.epoch, granted)) {\n    const until = voter.promiseUntil;\n    const told = promise(voter, envelope, message.epoch, now.mono);\n    voter.promiseUntil = until;\n    return told;\n  }",
      ),
      edit(
        voter,
        "const renewed = promise(voter, envelope, message.epoch, now);",
        "const until = voter.promiseUntil;\n  const renewed = promise(voter, envelope, message.epoch, now);\n  voter.promiseUntil = until;",
      ),
    ],
    shows: { seeds: 50 },
  },
  {
    name: "resigns-after-releasing",
    teaches: "Whoever lets go before it stops can be overtaken by its own release: resign first, then release.",
    edits: [
      edit(
        handover,
        "  const { switchover, epoch } = state;\n  const disowned = resignAll(member);",
        '  const { switchover, epoch } = state;\n  if (state.until !== -1) {\n    (state as { until: number }).until = -1;\n    const early = { ...state, epochs: new Map(member.epochs), released: new Set<string>(), nextTryAt: 0 };\n    return letGo(member, { ...early, kind: "resigned" });\n  }\n  const disowned = resignAll(member);',
      ),
    ],
    shows: { seeds: 400 },
  },
  {
    name: "resumes-released-epoch",
    teaches: "A release may still be on its way when the old owner goes on: only a new epoch tells the two apart.",
    edits: [
      edit(
        handover,
        'return [late, ...startClaim(member, { cause: "requested", order: null, automatic: false }, now)];',
        'member.state = { kind: "holding", epoch: state.epoch, basis: "title", titled: false, titleSince: null };\n    member.titleJudge.lastAt = now.mono;\n    return [late];',
      ),
    ],
    shows: { scenario: "switchover-whose-successor-is-slow" },
  },
  {
    name: "no-wait-after-restart",
    teaches: "A restarted voter has forgotten when its promise ends: it must wait out the largest one it ever gave.",
    edits: [edit(voterState, "waitUntil: now.mono + stored.largestPromiseMs,", "waitUntil: now.mono,")],
    shows: { seeds: 400 },
  },
  {
    name: "contested-keepalives-renew",
    teaches: "An owner that cannot reach a majority, but reaches some voters, would block everybody for ever: lost liveness, nothing else.",
    edits: [edit(voter, "if (contest && (contest.forced || !message.title))", "if (contest?.forced)")],
    shows: { scenario: "one-way-cut-to-a-titleless-owner" },
  },
  {
    name: "unversioned-voter-list",
    teaches: "Two servers with different lists both find a majority, each of its own.",
    edits: [
      edit("server/core/control/voter-set.ts", "return version >= set.since && version <= set.version;", "return version >= 0;"),
      edit(voterAnswers, 'if (votersVersion < voter.stored.votersVersion) return "voters-version";', ""),
      edit("server/core/control/jury.ts", " && received.vote.votersVersion <= evidence.set.version;", ";"),
    ],
    shows: { scenario: "voter-set-seen-by-one-server-only" },
  },
  {
    name: "no-lease-check-after-freeze",
    teaches: "A process that was frozen wakes as the owner it was: every command must ask the lease first.",
    edits: [
      edit(
        "server/core/control/holding.ts",
        "return member.owned.has(client) && leaseLeftMs(member.leases, client, now) > 0;",
        "return member.owned.has(client);",
      ),
    ],
    shows: { seeds: 100 },
  },
  {
    name: "inequality-not-checked",
    teaches: "A lease must be shorter than the promise on the slowest clock: else the loser stops after the winner starts.",
    edits: [edit("server/core/site/timers.ts", "return onSlowestClockMs(leaseMs, clockRateError) < promiseMs;", "return leaseMs > 0;")],
    shows: { scenario: "timers-that-differ" },
  },
  {
    name: "suspension-goes-unnoticed",
    teaches: "A monotonic clock that stands still while the machine is suspended keeps a lease alive that is long over.",
    edits: [edit("server/core/control/member.ts", "      return doubtClocks(member, now);", "      return [];")],
    shows: { seeds: 400 },
  },
  {
    name: "fragment-regains-a-title",
    teaches: "What was gathered one by one, without a jury, must not turn into a title by losing and regaining its leases.",
    edits: [
      edit(
        "server/core/control/holding.ts",
        'const ended = held.basis === "title" ? endTitle(member, because, now) : [];',
        "const ended = endTitle(member, because, now);",
      ),
    ],
    shows: { scenario: "override-whose-clock-is-set" },
  },
  {
    name: "suspended-claim-goes-on",
    teaches: "Answers to a claim may lie unread while the machine is suspended: their age is unknown, so they are none.",
    edits: [edit("server/core/control/member.ts", "if (heldEpoch(state) === null) forget(member.leases);", "")],
    shows: { scenario: "claim-of-a-suspended-server" },
  },
  {
    name: "any-answer-counts",
    teaches: "An answer says that its datagram was heard, no other: a late one must not renew what was sent since.",
    edits: [
      edit(
        title,
        "leases.since.set(from, datagram.sentAt);",
        "leases.since.set(from, leases.sent.row.reduce((at, sent) => (sent?.to === from ? Math.max(at, sent.sentAt) : at), 0));",
      ),
    ],
    shows: { scenario: "late-answers-and-a-cut" },
  },
  {
    name: "keepalive-is-a-grant",
    teaches: "A keepalive of an epoch that was never granted must not take a voter from its owner.",
    edits: [
      edit(
        voter,
        'if (order > 0 || message.epoch.number === 0) return [refuse(voter, envelope, message.epoch, "ungranted", promiseLeftMs(voter, now))];',
        'if (message.epoch.number === 0) return [refuse(voter, envelope, message.epoch, "ungranted", promiseLeftMs(voter, now))];\n  if (order > 0) {\n    voter.stored = { ...voter.stored, granted: message.epoch, grantedBoot: envelope.boot, released: false };\n    return promise(voter, envelope, message.epoch, now);\n  }',
      ),
    ],
    shows: { seeds: 400 },
  },
  {
    name: "wiped-voter-votes",
    teaches: "A voter without its storage has forgotten its promises: it must abstain until somebody who knows admits it.",
    edits: [
      edit(voterState, "    largestPromiseMs: 0,\n    admitted: false,", "    largestPromiseMs: 0,\n    admitted: true,"),
      edit(voterState, "    votersVersion: 0,\n    voterSet: null,", "    votersVersion: 1,\n    voterSet: null,"),
    ],
    shows: { scenario: "wiped-voters" },
  },
  {
    name: "admitted-without-the-changes",
    teaches: "A voter that lost its disk has forgotten the automatic changes too: an admission that comes alone lets the limit be passed.",
    edits: [
      edit(
        "server/core/control/voter-admission.ts",
        "  if (toldAt === undefined || Math.abs(toldAt - admission.at) > timers.promiseMs) return [];\n",
        "",
      ),
    ],
    shows: { scenario: "changes-known-to-an-admitted-voter" },
  },
];
